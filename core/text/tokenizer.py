"""What turns text into ids, and the usual way: one SentencePiece model with byte fallback for all languages,
any text in, no unknown piece out."""

import hashlib
import io
import re
import string
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import sentencepiece

from core.errors import ConfigError, CorruptCheckpointError, InterlinearError
from core.text.normalize import normalize

PAD_ID, UNK_ID, BOS_ID, EOS_ID = 0, 1, 2, 3
JOINT_FILE = "tokenizer.model"


def language_tag(language: str) -> str:
    """The piece that asks for a target language, put before the source (Johnson et al. 2017)."""
    return f"<2{language}>"


class Tokenizer(ABC):
    """Text <-> token ids of a source; `target` has those of its target. Safe for many threads."""

    @property
    @abstractmethod
    def files(self) -> dict[str, bytes]:
        """What a model folder keeps of it: content by file name."""

    @property
    def serialized(self) -> bytes:
        """All files in one: equal for equal tokenizers."""
        return b"".join(self.files.values())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `serialized`, hex."""
        return hashlib.sha256(self.serialized).hexdigest()

    @property
    def target(self) -> "Tokenizer":
        """How targets are cut and spelled: as sources are, unless these have pieces of their own."""
        return self

    @property
    @abstractmethod
    def vocab_size(self) -> int:
        """One more than the highest id."""

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """Ids of the normalised text, without tag or EOS."""

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """As `encode`, for many texts at once."""
        return [self.encode(text) for text in texts]

    @abstractmethod
    def segmentations(self, text: str, n_best: int) -> list[tuple[list[int], float]]:
        """The `n_best` most probable ways to cut the normalised text: ids, and log-probability in nats.

        The first is what `encode` gives. Unknown characters, which no way avoids, count nothing."""

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """Text of the ids; PAD, BOS, EOS, tags and NUL, which no database takes, leave nothing behind."""

    @abstractmethod
    def pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        """SentencePiece spelling of each id."""

    @abstractmethod
    def tag_ids(self, language: str) -> tuple[int, ...]:
        """What asks for a target language, before the source: its tag, or nothing where there is but one.

        Raises `ConfigError` when the vocabulary has other tags, but not this one."""


class JointTokenizer(Tokenizer):
    """One SentencePiece model for sources and targets of all languages."""

    def __init__(self, serialized: bytes) -> None:
        """`serialized`: content of a SentencePiece model file, else `CorruptCheckpointError` is raised."""
        self._serialized = serialized
        self._processor = load_processor(serialized, JOINT_FILE)

    @property
    def files(self) -> dict[str, bytes]:
        return {JOINT_FILE: self._serialized}

    @property
    def vocab_size(self) -> int:
        return int(self._processor.GetPieceSize())

    def encode(self, text: str) -> list[int]:
        return list(self._processor.EncodeAsIds(normalize(text)))

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        return [list(ids) for ids in self._processor.EncodeAsIds([normalize(text) for text in texts])]

    def segmentations(self, text: str, n_best: int) -> list[tuple[list[int], float]]:
        found = self._processor.NBestEncodeAsIds(normalize(text), n_best)
        return [(list(ids), sum(map(self._processor.GetScore, ids))) for ids in found]

    def decode(self, ids: Sequence[int]) -> str:
        plain = [int(i) for i in ids if not self._processor.IsControl(int(i))]
        return str(self._processor.DecodeIds(plain)).replace("\0", "").strip()

    def pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(str(self._processor.IdToPiece(int(i))) for i in ids)

    def tag_ids(self, language: str) -> tuple[int, ...]:
        found = int(self._processor.PieceToId(language_tag(language)))
        if found == UNK_ID:
            raise no_tag(language)
        return (found,)


def encode_unspaced(tokenizer: Tokenizer, text: str) -> list[int]:
    """As within a sentence with no space before: behind a digit, which is a piece of its own, without it."""
    digit = tokenizer.encode("0")
    ids = tokenizer.encode("0" + text)
    return ids[len(digit) :] if ids[: len(digit)] == digit else tokenizer.encode(text)


def no_tag(language: str) -> ConfigError:
    """The error for a target language that the vocabulary does not know."""
    return ConfigError(f"The tokenizer must have the piece {language_tag(language)!r}, but has not.")


def load_processor(serialized: bytes, name: str) -> sentencepiece.SentencePieceProcessor:
    """A SentencePiece model out of the content of the file `name`; raises `CorruptCheckpointError`."""
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(serialized)
    except (RuntimeError, OSError) as error:
        raise CorruptCheckpointError(f"{name} is not a SentencePiece model; copy it again.") from error
    return processor


def train_tokenizer(texts: Iterable[str], vocab_size: int, languages: Sequence[str]) -> JointTokenizer:
    """Learn a joint unigram vocabulary (Kudo 2018) of exactly `vocab_size` pieces from the texts.

    256 byte pieces and one tag per language are part of it. Deterministic. Raises `ConfigError` when the
    texts are too few for so many pieces, and whatever error of ours reading the texts raises."""
    model, broken = io.BytesIO(), list[InterlinearError]()
    try:
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=_until_broken(texts, broken),
            model_writer=model,
            vocab_size=vocab_size,
            model_type="unigram",
            character_coverage=0.9998,
            byte_fallback=True,
            split_digits=True,
            required_chars=string.digits + string.ascii_letters + string.punctuation,
            normalization_rule_name="identity",
            control_symbols=[language_tag(language) for language in sorted(languages)],
            pad_id=PAD_ID,
            unk_id=UNK_ID,
            bos_id=BOS_ID,
            eos_id=EOS_ID,
            input_sentence_size=1_000_000,
            shuffle_input_sentence=False,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        if broken:  # SentencePiece's error only quotes it
            raise broken[0] from None
        raise ConfigError(
            f"No vocabulary of {vocab_size} pieces can be learned from these texts: {_reason(str(error))}; "
            "change `vocab_size` or add text."
        ) from error
    return JointTokenizer(model.getvalue())


def _until_broken(texts: Iterable[str], broken: list[InterlinearError]) -> Iterator[str]:
    """The normalised texts; an error of ours is also put into `broken`."""
    try:
        yield from map(normalize, texts)
    except InterlinearError as error:
        broken.append(error)
        raise


def _reason(error: str) -> str:
    """What SentencePiece means by its error."""
    if "sentences_.empty" in error:
        return "there is no text"
    if bound := re.search(r"value <= (\d+)", error):
        return f"at most {bound[1]} are possible"
    if bound := re.search(r"required_chars\. \d+ vs (\d+)", error):
        return f"at least {bound[1]} are needed"
    return error


def load_tokenizer(path: Path) -> JointTokenizer:
    """From a `tokenizer.model` file."""
    return JointTokenizer(path.read_bytes())
