"""Two SentencePiece models, one for sources and one for targets, and a vocabulary that numbers their pieces.

How Marian's models of OPUS-MT read and write. A piece that the vocabulary lacks is unknown."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from core.analysis.words import WORD_START, is_special
from core.errors import CorruptCheckpointError
from core.text.normalize import normalize
from core.text.tokenizer import UNK_ID, Tokenizer, language_tag, load_processor, no_tag

Side = Literal["source", "target"]
VOCABULARY_FILE = "vocabulary.json"
PAIRED_FILES = ("source.spm", "target.spm", VOCABULARY_FILE)


class PairedTokenizer(Tokenizer):
    """One of the two sides; the source's also has the target's."""

    def __init__(self, files: Mapping[str, bytes], side: Side = "source") -> None:
        """`files`: content of `PAIRED_FILES`; raises `CorruptCheckpointError`.

        The vocabulary is an object: `source` and `target` list the pieces of a side by id, marks first as
        `core.text.tokenizer` numbers them; without `target` both sides share the one list."""
        self._files = {name: files[name] for name in PAIRED_FILES}
        self._processor = load_processor(files[f"{side}.spm"], f"{side}.spm")
        self._pieces = _pieces_of(files[VOCABULARY_FILE], side)
        self._ids = {piece: i for i, piece in enumerate(self._pieces) if not is_special(piece)}
        self._marks = {piece: i for i, piece in enumerate(self._pieces) if is_special(piece)}
        self._has_tags = any(piece.startswith(language_tag("")[:-1]) for piece in self._marks)
        self._target = PairedTokenizer(files, "target") if side == "source" else self

    @property
    def files(self) -> dict[str, bytes]:
        return self._files

    @property
    def target(self) -> Tokenizer:
        return self._target

    @property
    def vocab_size(self) -> int:
        return len(self._pieces)

    def encode(self, text: str) -> list[int]:
        return self._number(self._processor.EncodeAsPieces(normalize(text)))

    def segmentations(self, text: str, n_best: int) -> list[tuple[list[int], float]]:
        score, own_id = self._processor.GetScore, self._processor.PieceToId
        found = self._processor.NBestEncodeAsPieces(normalize(text), n_best)
        return [(self._number(pieces), sum(score(own_id(piece)) for piece in pieces)) for pieces in found]

    def decode(self, ids: Sequence[int]) -> str:
        pieces = [self._pieces[i] for i in ids]
        plain = [piece for piece, i in zip(pieces, ids, strict=True) if i == UNK_ID or piece in self._ids]
        # a piece that only the other side's model knows comes out as it is spelled
        text = str(self._processor.DecodePieces(plain)).replace(WORD_START, " ")
        return text.replace("\0", "").strip()

    def pieces(self, ids: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._pieces[i] for i in ids)

    def tag_ids(self, language: str) -> tuple[int, ...]:
        if not self._has_tags:
            return ()
        if (tag := self._marks.get(language_tag(language))) is None:
            raise no_tag(language)
        return (tag,)

    def _number(self, pieces: Sequence[str]) -> list[int]:
        return [self._ids.get(piece, UNK_ID) for piece in pieces]


def _pieces_of(content: bytes, side: Side) -> tuple[str, ...]:
    try:
        vocabulary = json.loads(content)
        return tuple(vocabulary.get(side, vocabulary["source"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptCheckpointError(f"{VOCABULARY_FILE} is no list of pieces; copy it again.") from error
