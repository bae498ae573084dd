"""Hard links between words: from attention, to and from Pharaoh format, and against gold. numpy only."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Links = frozenset[tuple[int, int]]
"""(source word, target word), counted from 0."""
_LINK = re.compile(r"(\d+)-(\d+)")


@dataclass(frozen=True)
class AlignmentScores:
    """How well links agree with gold ones (Och & Ney 2003, section 5), each 0 to 1."""

    precision: float
    """Share of the links found that are at least possible."""
    recall: float
    """Share of the sure links that were found."""
    aer: float
    """Alignment error rate; 0 is best."""
    links: int
    """How many were found."""


def links_by_argmax(weights_TS: npt.NDArray[np.floating]) -> Links:
    """Each target word with the source word it looked at most, the first of equals; none where all is 0."""
    return frozenset(
        (int(row.argmax()), target) for target, row in enumerate(weights_TS) if row.size and row.max() > 0
    )


def links_by_threshold(weights_TS: npt.NDArray[np.floating], threshold: float) -> Links:
    """Every pair whose weight is at least the threshold, 0 to 1: a word may have several links or none."""
    return frozenset((int(source), int(target)) for target, source in np.argwhere(weights_TS >= threshold))


def parse_links(text: str) -> Links:
    """From Pharaoh format, `0-0 1-2`; raises `ValueError` that shows what is no link."""
    links = []
    for item in text.split():
        if not (found := _LINK.fullmatch(item)):
            raise ValueError(f"A link must look like 0-1, but is {item!r}.")
        links.append((int(found[1]), int(found[2])))
    return frozenset(links)


def format_links(links: Iterable[tuple[int, int]]) -> str:
    """Pharaoh format, in order. Example: `format_links({(1, 2), (0, 0)})` is `"0-0 1-2"`."""
    return " ".join(f"{source}-{target}" for source, target in sorted(links))


def swapped(links: Links) -> Links:
    """The same links seen from the other language."""
    return frozenset((target, source) for source, target in links)


def alignment_scores(
    found: Sequence[Links], sure: Sequence[Links], possible: Sequence[Links]
) -> AlignmentScores:
    """Over a corpus; `possible` need not repeat the sure links. Nothing found and nothing sure is perfect.

    AER = 1 - (|A∩S| + |A∩P|) / (|A| + |S|), Och & Ney 2003, eq. 27, with P holding S.
    Raises `ValueError` unless the three are equally long."""
    in_sure = in_possible = links = sures = 0
    for one, gold, maybe in zip(found, sure, possible, strict=True):
        in_sure += len(one & gold)
        in_possible += len(one & (gold | maybe))
        links += len(one)
        sures += len(gold)
    return AlignmentScores(
        precision=in_possible / links if links else 1.0,
        recall=in_sure / sures if sures else 1.0,
        aer=1 - (in_sure + in_possible) / (links + sures) if links + sures else 0.0,
        links=links,
    )
