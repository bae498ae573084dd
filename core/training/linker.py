"""Links between the pieces of sentence pairs, learned from the pairs alone: the second of IBM's models, with
a prior along the diagonal (Brown et al. 1993; Dyer et al. 2013).

Letters: K cells, one for each piece of a target and each of its source or none of them; R target pieces."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import torch

from core.analysis.alignment import Links, swapped
from core.training.examples import FlatIds, Pieces

_ROUNDS = 5
_NOBODY = 0.08
"""Probability beforehand that a piece has no source: Dyer et al.'s, as is the next."""
_DIAGONAL = 4.0
_SPARSE = 0.01
"""Of the Dirichlet prior on what a piece may be translated by: rare pieces collect no rubbish."""
_NONE = 0
"""The source of what has none, in the id space of the cells, where pieces begin at 1."""
_NEIGHBOURS = tuple(step for step in product((-1, 0, 1), repeat=2) if step != (0, 0))

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def link_pairs(first: FlatIds, second: FlatIds) -> list[Links]:
    """Links (piece of the first side, piece of the second) of each pair, all learned from together.

    Those that both directions draw, and beside them those of either that lie next to a link and give a piece
    its first one (Och & Ney 2003, section 3.3; Koehn et al. 2003: grow-diag)."""
    there = _links(first, second)
    back = [swapped(links) for links in _links(second, first)]
    return [grow(one & other, one | other) for one, other in zip(there, back, strict=True)]


def grow(sure: Links, possible: Links) -> Links:
    """`sure`, and step by step each possible link that is next to one, also diagonally, and has a piece that
    none has yet."""
    made = set(sure)
    sources, targets = {source for source, _ in made}, {target for _, target in made}
    waiting = sorted(made)
    while waiting:
        source, target = waiting.pop(0)
        for down, right in _NEIGHBOURS:
            link = source + down, target + right
            if link in possible and link not in made and not (link[0] in sources and link[1] in targets):
                made.add(link)
                sources.add(link[0])
                targets.add(link[1])
                waiting.append(link)
    return frozenset(made)


@dataclass(frozen=True)
class _Cells:
    """All that could be linked, target piece by target piece."""

    words_K: Integers
    """Places in the table of translations."""
    sources_K: Integers
    """Position in the source, -1 for none."""
    starts_R: Integers
    """The first cell of each target piece."""
    prior_K: Floats
    source_of_word: Integers
    """The source piece that each entry of the table is a translation of."""


def _links(source: FlatIds, target: FlatIds) -> list[Links]:
    """One link a target piece at most, where a source piece is likelier than none."""
    cells = _cells(source, target)
    table = np.ones(len(cells.source_of_word))
    for _ in range(_ROUNDS):
        table = _maximised(cells, _posterior(cells, table))
    return _best(cells, table[cells.words_K] * cells.prior_K, target)


def _posterior(cells: _Cells, table: Floats) -> Floats:
    """(K,) probability of each link; those of a target piece sum to 1."""
    joint_K = table[cells.words_K] * cells.prior_K
    sums_R = np.add.reduceat(joint_K, cells.starts_R)
    sizes_R = np.diff(np.append(cells.starts_R, len(joint_K)))
    shares_K: Floats = joint_K / np.repeat(np.maximum(sums_R, np.finfo(np.float64).tiny), sizes_R)
    return shares_K


def _maximised(cells: _Cells, posterior_K: Floats) -> Floats:
    """Probability of each entry, given its source piece: exp E[log p] under a sparse Dirichlet prior."""
    counts = np.bincount(cells.words_K, posterior_K, len(cells.source_of_word)) + _SPARSE
    totals = np.bincount(cells.source_of_word, counts)
    by_count, by_total = (torch.digamma(torch.from_numpy(part)).numpy() for part in (counts, totals))
    likely: Floats = np.exp(by_count - by_total[cells.source_of_word])
    return likely


def _cells(source: FlatIds, target: FlatIds) -> _Cells:
    grids = [_grid(source[pair], target[pair]) for pair in range(len(source))]
    keys_K, sources_K, prior_K, sizes_R = (np.concatenate(part) for part in zip(*grids, strict=True))
    keys, words_K = np.unique(keys_K, return_inverse=True)
    starts_R = np.concatenate([[0], np.cumsum(sizes_R)])[:-1]
    return _Cells(words_K, sources_K, starts_R, prior_K, keys >> 32)


def _grid(source: Pieces, target: Pieces) -> tuple[Integers, Integers, Floats, Integers]:
    """Of one pair: source and target id as one number, source position, prior; cells of a target piece."""
    rows, columns = len(target), len(source)
    ids = np.concatenate([[_NONE], source.astype(np.int64) + 1])
    keys = (ids[None, :] << 32) | target.astype(np.int64)[:, None]
    places = np.broadcast_to(np.arange(-1, columns), (rows, columns + 1))
    return keys.ravel(), places.ravel(), prior(rows, columns).ravel(), np.full(rows, columns + 1)


def prior(rows: int, columns: int) -> Floats:
    """(rows, 1 + columns): of no source, then of each position; the nearer to the diagonal, the likelier.

    Dyer et al. 2013, eq. 1 and 2. Each row sums to 1."""
    here = (np.arange(rows)[:, None] + 1) / rows
    there = (np.arange(columns)[None, :] + 1) / columns
    near = np.exp(-_DIAGONAL * np.abs(here - there))
    near *= (1 - _NOBODY) / near.sum(1, keepdims=True)
    return np.concatenate([np.full((rows, 1), _NOBODY), near], axis=1)


def _best(cells: _Cells, joint_K: Floats, target: FlatIds) -> list[Links]:
    best_R = np.array(
        [
            cells.sources_K[start + joint_K[start:end].argmax()]
            for start, end in zip(cells.starts_R, [*cells.starts_R[1:], len(joint_K)], strict=True)
        ],
        dtype=np.int64,
    )
    pairs, found = np.cumsum(target.lengths)[:-1], []
    for row in np.split(best_R, pairs):
        found.append(frozenset((int(place), position) for position, place in enumerate(row) if place >= 0))
    return found
