"""Attention rows in another order: who got how much is drawn anew. Knows no model.

Letters: L layers, H heads, T target, S source."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from core.changes import AttentionEdit, Change
from core.results import FloatArray


def shuffles(weights_LHTS: FloatArray, places: range, permutations: int, seed: int) -> Iterator[Change]:
    """So many changes, each of which puts all rows of these places into one other order (Jain & Wallace 2019,
    section 4.2.1): the same order in every layer and head, so that a Transformer cannot look past it."""
    rng = np.random.default_rng(seed)
    layers, heads, _, length = weights_LHTS.shape
    for _ in range(permutations):
        shuffled_LHTS = weights_LHTS[..., rng.permutation(length)]
        yield Change(
            tuple(
                AttentionEdit(place, tuple(shuffled_LHTS[layer, head, place].tolist()), layer, head)
                for layer, head, place in product(range(layers), range(heads), places)
            )
        )
