"""Outputs to compare without knowing who made them: shuffled, equal ones once, answers mapped back. Pure."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InputError


@dataclass(frozen=True)
class Blind:
    """One order in which outputs are shown."""

    texts: tuple[str, ...]
    """Of all outputs, in the order of their making."""
    seed: int

    @property
    def order(self) -> tuple[int, ...]:
        """Places of the outputs that are shown, in the order of showing; of equal ones the first."""
        shown = [self.texts.index(text) for text in dict.fromkeys(self.texts)]
        random.Random(self.seed).shuffle(shown)
        return tuple(shown)

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts as the person sees them."""
        return tuple(self.texts[place] for place in self.order)

    def ranks(self, given: Sequence[int]) -> tuple[int, ...]:
        """From ranks of the shown texts, in their order, to one for each output: 1 is best, equal ones tie.

        Gaps are closed: what counts is the order. Raises `InputError` unless there is one for each."""
        shown = self.shown
        whole = all(isinstance(rank, int) and not isinstance(rank, bool) for rank in given)
        if len(given) != len(shown) or not whole:
            raise InputError(
                f"A comparison must rank each of the {len(shown)} translations with a whole number, but has "
                f"{len(given)} ranks; rank them all."
            )
        dense = {rank: place for place, rank in enumerate(sorted(set(given)), start=1)}
        of_text = {text: dense[rank] for text, rank in zip(shown, given, strict=True)}
        return tuple(of_text[text] for text in self.texts)


def seed_of(item_id: str, user_id: str | None) -> int:
    """The same for a person whenever they see an item, another for everybody else."""
    digest = hashlib.sha256(f"{item_id}\0{user_id or ''}".encode()).digest()
    return int.from_bytes(digest[:4])
