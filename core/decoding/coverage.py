"""The coverage penalty of Wu et al. 2016: hypotheses that leave source pieces unread rank lower."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.decoding.search import Candidate
from core.errors import NoAttentionError
from core.results import FloatArray

_LEAST = 1e-10
"""A source piece that got no attention at all counts as having got so much."""


def coverage_penalty(weights_LHTS: FloatArray) -> float:
    """Sum over source pieces of log(min(attention received, 1)), eq. 14 without its weight; never above 0.

    Attention is the mean over layers and heads."""
    received_S = weights_LHTS.mean((0, 1), dtype=np.float64).sum(0)
    return float(np.log(received_S.clip(_LEAST, 1.0)).sum())


def rank_by_coverage(lists: Sequence[list[Candidate]], weight: float) -> list[list[Candidate]]:
    """Scores with `weight` x coverage penalty, best first. Raises `NoAttentionError`."""
    ranked = []
    for found in lists:
        covered = []
        for one in found:
            if one.weights_LHTS is None:
                raise NoAttentionError(
                    "`coverage_penalty` needs attention, but the model has none; set it to 0."
                )
            covered.append(replace(one, score=one.score + weight * coverage_penalty(one.weights_LHTS)))
        ranked.append(sorted(covered, key=lambda one: -one.score))
    return ranked
