"""Rows in another order keep their weights."""

import numpy as np

from core.decoding.shuffle import shuffles

WEIGHTS = np.random.default_rng(0).dirichlet(np.ones(7), size=(2, 3, 5)).astype(np.float32)


def test_each_change_puts_every_row_of_the_places_into_one_order() -> None:
    orders = set()
    for change in shuffles(WEIGHTS, range(2, 4), 4, seed=1):
        assert {(one.position, one.layer, one.head) for one in change.edits} == {
            (place, layer, head) for place in (2, 3) for layer in (0, 1) for head in (0, 1, 2)
        }
        first = change.edits[0]
        order = [
            WEIGHTS[first.layer, first.head, first.position].tolist().index(one) for one in first.weights
        ]
        assert sorted(order) == list(range(7))
        for one in change.edits:
            np.testing.assert_array_equal(one.weights, WEIGHTS[one.layer, one.head, one.position][order])
        orders.add(tuple(order))
    assert len(orders) == 4


def test_the_seed_decides() -> None:
    first, again, other = (list(shuffles(WEIGHTS, range(1), 3, seed)) for seed in (1, 1, 2))
    assert first == again != other
