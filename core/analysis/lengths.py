"""Sentences sorted into buckets by the length of their source."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.analysis.edits import counted_words
from core.analysis.scripts import characters

EDGES = (0, 5, 10, 15, 20, 30, 50)
"""A bucket holds lengths above one edge, up to and with the next; the last is open."""


@dataclass(frozen=True)
class Bucket:
    """Which sentences are alike in length."""

    label: str
    """As "6–10" or "51+"."""
    unit: str
    """`words`, or `characters` where every source is one word."""
    rows: tuple[int, ...]


def by_length(sources: Sequence[str]) -> tuple[Bucket, ...]:
    """Buckets that are not empty, shortest first; each sentence is in exactly one."""
    lengths = [len(counted_words(text)) for text in sources]
    unit = "words"
    if max(lengths, default=0) <= 1:
        lengths, unit = [len(list(characters(text))) for text in sources], "characters"
    buckets = []
    for low, high in pairwise((*EDGES, None)):
        rows = tuple(i for i, n in enumerate(lengths) if n > (low or -1) and (high is None or n <= high))
        if rows:
            buckets.append(Bucket(_label(low or 0, high), unit, rows))
    return tuple(buckets)


def _label(low: int, high: int | None) -> str:
    return f"{low + 1}–{high}" if high is not None else f"{low + 1}+"
