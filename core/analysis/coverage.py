"""How much of the source the translation looked at."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.analysis.attention_map import select
from core.analysis.words import is_special
from core.results import AttentionMap, FloatArray

UNDER_ATTENDED = 0.2
"""Less attention than this, over all target words, and a source word counts as passed over."""
OVER_ATTENDED = 2.0
"""More than this, and it counts as dwelt upon: a sign of repetition."""


@dataclass(frozen=True)
class CoverageCounts:
    """Source words of many sentences, by the attention they received; tags and EOS do not count."""

    words: int
    under_attended: int
    over_attended: int


def source_coverage(words_map: AttentionMap) -> FloatArray:
    """(S,) attention that each source unit received over all target units, mean of layers and heads.

    About 1 where one target word answers to one source word; near 0 where the source was passed over."""
    return np.asarray(select(words_map, None, None).sum(axis=0), dtype=np.float32)


def count_coverage(words_maps: Iterable[AttentionMap]) -> CoverageCounts:
    """How many source words are under `UNDER_ATTENDED` and over `OVER_ATTENDED`."""
    words = under = over = 0
    for words_map in words_maps:
        columns = [not is_special(unit) for unit in words_map.source_units]
        coverage = source_coverage(words_map)[columns]
        words += len(coverage)
        under += int((coverage < UNDER_ATTENDED).sum())
        over += int((coverage > OVER_ATTENDED).sum())
    return CoverageCounts(words, under, over)
