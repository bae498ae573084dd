"""A random part of a stream."""

from collections.abc import Iterable
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def draw(items: Iterable[Item], count: int, seed: int) -> list[Item]:
    """So many, each as likely as any (Vitter 1985, algorithm R); 0 takes all."""
    rng, kept = Random(seed), []
    for place, item in enumerate(items):
        if not count or place < count:
            kept.append(item)
        elif (index := rng.randint(0, place)) < count:
            kept[index] = item
    return kept
