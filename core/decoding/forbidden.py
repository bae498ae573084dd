"""Words that must not be written, however the pieces would spell them. Knows no model.

Text is compared as UTF-8 bytes, for a piece may be a single byte of a character."""

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from core.analysis.scripts import is_unspaced


def joining_ids(spellings: Sequence[bytes]) -> Tensor:
    """Pieces, int64, that go on with the word before them."""
    return _ids(joins(b"a", piece) for piece in spellings)


class ForbiddenText:
    """One word or phrase, and the pieces that would complete it after each of its beginnings.

    It counts as written where it begins at the beginning of a word and ends at the end of a piece, or before
    a character that ends a word. So "her" may be written where "he" may not, unless its pieces are "he" and
    "r": what follows a piece cannot be known when the piece is chosen. Capitals count."""

    def __init__(self, text: str, spellings: Sequence[bytes]) -> None:
        """`spellings`: the text of each piece, nothing for special ones; one tuple for a whole vocabulary."""
        self.text = text
        self._text, self._spellings = text.encode(), spellings
        self._anywhere = _ids(_holds_inside(piece, self._text) for piece in spellings)
        self._after = [
            _ids(_begins_with(piece, self._text[start:]) for piece in spellings)
            for start in range(len(self._text))
        ]

    def is_in(self, text: str) -> bool:
        """Whether the text holds it, as whole words."""
        return holds(text.encode(), self._text)

    def blocked(self, ids: Sequence[int]) -> Iterator[Tensor]:
        """Ids, int64, that must not follow these."""
        yield self._anywhere
        # a piece writes at least one byte, so that the last pieces hold all that can be a beginning
        text = b"".join(self._spellings[i] for i in ids[-len(self._text) - 8 :])
        for start, blocked in enumerate(self._after):
            if len(blocked) and text.endswith(self._text[:start]):
                before = text[: len(text) - start]
                if not joins(before, self._text):
                    yield blocked


def joins(before: bytes, after: bytes) -> bool:
    """Whether a word goes on from one text into the other: letters or digits of a script with spaces."""
    edges = before.decode(errors="ignore")[-1:], after.decode(errors="ignore")[:1]
    return all(one.isalnum() and not is_unspaced(one) for one in edges)


def holds(text: bytes, phrase: bytes) -> bool:
    """Whether the text has the phrase, as whole words where its script sets spaces between them."""
    return _holds_inside(b" " + text, phrase)


def _ids(chosen: Iterable[bool]) -> Tensor:
    return torch.tensor([i for i, is_chosen in enumerate(chosen) if is_chosen], dtype=torch.int64)


def _begins_with(piece: bytes, rest: bytes) -> bool:
    return piece.startswith(rest) and not joins(rest, piece[len(rest) :])


def _holds_inside(piece: bytes, text: bytes) -> bool:
    """Whether the piece writes the text by itself, beginning after its first character."""
    start = piece.find(text, 1)
    while start > 0:
        if not joins(piece[:start], text) and not joins(text, piece[start + len(text) :]):
            return True
        start = piece.find(text, start + 1)
    return False
