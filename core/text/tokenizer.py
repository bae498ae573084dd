"""SentencePiece with byte fallback: any text in, no unknown piece out. One vocabulary for all languages."""

import io
import re
import string
from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece

from core.errors import ConfigError, CorruptCheckpointError
from core.text.normalize import normalize

PAD_ID, UNK_ID, BOS_ID, EOS_ID = 0, 1, 2, 3


def language_tag(language: str) -> str:
    """The piece that asks for a target language, put before the source (Johnson et al. 2017)."""
    return f"<2{language}>"


class Tokenizer:
    """Text <-> token ids. Stateless after loading; safe for many threads."""

    def __init__(self, serialized: bytes) -> None:
        """`serialized`: content of a SentencePiece model file, else `CorruptCheckpointError` is raised."""
        self.serialized = serialized
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(serialized)
        except (RuntimeError, OSError) as error:
            raise CorruptCheckpointError("The tokenizer file is not a SentencePiece model.") from error

    @property
    def vocab_size(self) -> int:
        return int(self._processor.GetPieceSize())

    def encode(self, text: str) -> list[int]:
        """Ids of the normalised text, without tag or EOS."""
        return list(self._processor.EncodeAsIds(normalize(text)))

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """As `encode`, for many texts at once."""
        return [list(ids) for ids in self._processor.EncodeAsIds([normalize(text) for text in texts])]

    def segmentations(self, text: str, n_best: int) -> list[tuple[list[int], float]]:
        """The `n_best` most probable ways to cut the normalised text: ids, and log-probability in nats.

        The first is what `encode` gives. Unknown characters, which no way avoids, count nothing."""
        found = self._processor.NBestEncodeAsIds(normalize(text), n_best)
        return [(list(ids), sum(map(self._processor.GetScore, ids))) for ids in found]

    def decode(self, ids: Sequence[int]) -> str:
        """Text of the ids; PAD, BOS, EOS, tags and NUL, which no database takes, leave nothing behind."""
        plain = [int(i) for i in ids if not self._processor.IsControl(int(i))]
        return str(self._processor.DecodeIds(plain)).replace("\0", "").strip()

    def pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        """SentencePiece spelling of each id."""
        return tuple(str(self._processor.IdToPiece(int(i))) for i in ids)

    def tag_id(self, language: str) -> int:
        """Id of a target-language tag; raises `ConfigError` when the vocabulary has none."""
        found = int(self._processor.PieceToId(language_tag(language)))
        if found == UNK_ID:
            raise ConfigError(f"The tokenizer must have the piece {language_tag(language)!r}, but has not.")
        return found


def train_tokenizer(texts: Iterable[str], vocab_size: int, languages: Sequence[str]) -> Tokenizer:
    """Learn a joint unigram vocabulary (Kudo 2018) of exactly `vocab_size` pieces from the texts.

    256 byte pieces and one tag per language are part of it. Deterministic. Raises `ConfigError` when the
    texts are too few for so many pieces."""
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=iter(normalize(text) for text in texts),
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
        raise ConfigError(
            f"No vocabulary of {vocab_size} pieces can be learned from these texts: {_reason(str(error))}; "
            "change `vocab_size` or add text."
        ) from error
    return Tokenizer(model.getvalue())


def _reason(error: str) -> str:
    """What SentencePiece means by its error."""
    if "sentences_.empty" in error:
        return "there is no text"
    if bound := re.search(r"value <= (\d+)", error):
        return f"at most {bound[1]} are possible"
    if bound := re.search(r"required_chars\. \d+ vs (\d+)", error):
        return f"at least {bound[1]} are needed"
    return error


def load_tokenizer(path: Path) -> Tokenizer:
    """From a `tokenizer.model` file."""
    return Tokenizer(path.read_bytes())
