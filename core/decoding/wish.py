"""What one sentence's output must and must not hold. Knows no search."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from core.decoding.forbidden import ForbiddenText, holds
from core.decoding.search import Sources, SpecialIds
from core.errors import ConfigError

Phrase = tuple[int, ...]
"""A phrase as the pieces it is written with."""


class RequiredText:
    """A word or phrase that must appear: in the text, whichever pieces write it."""

    def __init__(self, pieces: Phrase, spellings: Sequence[bytes], joining: Tensor) -> None:
        """`pieces`: those that search writes it with, if it has to. `spellings`: the text of each piece of
        the vocabulary; `joining`: as `joining_ids` finds them there."""
        self.pieces = pieces
        self._spellings, self._joining = spellings, joining
        self._text = b"".join(spellings[i] for i in pieces).strip()

    def is_in(self, ids: Sequence[int]) -> bool:
        """Whether the pieces write it, as whole words."""
        return holds(self._written(ids), self._text)

    def blocked(self, ids: Sequence[int]) -> Iterator[Tensor]:
        """Ids, int64, that must not follow: they would make another word of the only one there is."""
        text = self._written(ids)
        if holds(text, self._text) and not holds(text + b"a", self._text):
            yield self._joining

    def _written(self, ids: Sequence[int]) -> bytes:
        return b"".join(self._spellings[i] for i in ids)


@dataclass(frozen=True)
class Wish:
    """All of it is optional."""

    prefix: Phrase = ()
    """What the output starts with; may end with EOS, and then it is the output."""
    required: tuple[RequiredText, ...] = ()
    """Phrases that must appear; beam search only."""
    forbidden: tuple[ForbiddenText, ...] = ()
    """Words and phrases that must not appear after the prefix."""

    @property
    def pieces(self) -> int:
        """Pieces that have to be written for it, EOS not counted."""
        return len(self.prefix) + sum(len(phrase.pieces) for phrase in self.required)


def make_room(
    sources: Sources, wishes: Sequence[Wish], min_length: int, max_positions: int | None
) -> Sources:
    """The sources, with limits that hold wishes, EOS and `min_length`; raises `ConfigError` if none can."""
    limits = []
    for limit, wish in zip(sources.limits, wishes, strict=True):
        needed = max(wish.pieces + 1, min_length)
        if max_positions is not None and needed > max_positions:
            raise ConfigError(
                f"The model writes at most {max_positions} pieces, but prefix, required phrases and minimum "
                f"length need {needed}; ask for less."
            )
        limits.append(max(limit, needed))
    return replace(sources, limits=tuple(limits))


def require_ordinary(wishes: Sequence[Wish], special: SpecialIds) -> None:
    """Raise `ConfigError` for ids that no output may hold, and for phrases of no pieces."""
    for wish in wishes:
        inner = {*wish.prefix[:-1], *(piece for phrase in wish.required for piece in phrase.pieces)}
        if special.eos in inner or set(special.forbidden) & {*inner, *wish.prefix}:
            raise ConfigError("A prefix or required phrase must hold no special piece; EOS may end a prefix.")
        if not all(phrase.pieces for phrase in wish.required):
            raise ConfigError("A required phrase must not be empty; remove it.")
