"""Links learned from pairs alone."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training.examples import FlatIds
from core.training.linker import grow, link_pairs, prior

PLACES = st.tuples(st.integers(0, 5), st.integers(0, 5))


def made_up(count: int) -> tuple[list[list[int]], list[list[int]], list[set[tuple[int, int]]]]:
    """Word w is translated as 100 + w, in another order, beside words that stand for nothing."""
    dice = random.Random(5)
    first, second, gold = [], [], []
    for _ in range(count):
        words = dice.sample(range(1, 40), dice.randint(3, 7))
        order = list(range(len(words)))
        near = dice.randrange(len(words) - 1)
        order[near], order[near + 1] = order[near + 1], order[near]
        target = [100 + words[place] for place in order]
        spare = dice.randint(0, len(target))
        first.append(words)
        second.append([*target[:spare], 99, *target[spare:]])
        gold.append({(place, at + (at >= spare)) for at, place in enumerate(order)})
    return first, second, gold


def test_translations_are_found_in_pairs_that_nobody_linked() -> None:
    first, second, gold = made_up(300)
    links = link_pairs(FlatIds(first), FlatIds(second))
    found = sum(map(len, links))
    right = sum(len(one & other) for one, other in zip(links, gold, strict=True))
    assert right / found > 0.95
    assert right / sum(map(len, gold)) > 0.95


def test_what_stands_for_nothing_is_linked_to_nothing() -> None:
    first, second, _ = made_up(300)
    links = link_pairs(FlatIds(first), FlatIds(second))
    spare = [
        any(target == row.index(99) for _, target in one) for row, one in zip(second, links, strict=True)
    ]
    assert sum(spare) < 0.1 * len(spare)


def test_both_sides_see_the_same_links() -> None:
    first, second, _ = made_up(60)
    there, back = link_pairs(FlatIds(first), FlatIds(second)), link_pairs(FlatIds(second), FlatIds(first))
    assert there == [frozenset((b, a) for a, b in one) for one in back]


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 7), (5, 2), (9, 9)])
def test_the_prior_is_a_distribution_about_the_diagonal(rows: int, columns: int) -> None:
    found = prior(rows, columns)
    assert found.shape == (rows, 1 + columns)
    assert np.allclose(found.sum(1), 1.0)
    if rows == columns:
        assert (found[:, 1:].argmax(1) == np.arange(rows)).all()


@given(st.frozensets(PLACES), st.frozensets(PLACES))
def test_growing_adds_only_possible_neighbours_of_pieces_without_a_link(
    sure: frozenset[tuple[int, int]], more: frozenset[tuple[int, int]]
) -> None:
    grown = grow(sure, sure | more)
    assert sure <= grown <= sure | more
    for source, target in grown - sure:
        others = grown - {(source, target)}
        assert any(max(abs(source - a), abs(target - b)) == 1 for a, b in others)
    assert not sure - grown and (sure or not grown)
