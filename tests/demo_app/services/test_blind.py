"""Shuffling: reproducible, even, and undone by the answer."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from demo_app.services.blind import Blind, seed_of

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=5).map(tuple)


@given(TEXTS, st.integers(0, 2**32 - 1), st.data())
def test_an_answer_maps_back_to_the_outputs(texts: tuple[str, ...], seed: int, data: st.DataObject) -> None:
    blind = Blind(texts, seed)
    given_ranks = data.draw(
        st.lists(st.integers(-3, 9), min_size=len(blind.shown), max_size=len(blind.shown))
    )
    ranks = blind.ranks(given_ranks)
    of_text = dict(zip(blind.shown, given_ranks, strict=True))
    pairs = [(one, other) for one in range(len(texts)) for other in range(len(texts))]
    for one, other in pairs:
        assert (ranks[one] < ranks[other]) == (of_text[texts[one]] < of_text[texts[other]])
    assert set(ranks) == set(range(1, max(ranks) + 1))


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_a_seed_shows_the_same_again_and_each_text_once(texts: tuple[str, ...], seed: int) -> None:
    blind = Blind(texts, seed)
    assert blind.order == Blind(texts, seed).order
    assert sorted(blind.shown) == sorted(set(texts))


def test_every_order_comes_about_as_often() -> None:
    orders = Counter(Blind(("a", "b", "c"), seed_of(f"item {n}", "ada")).order for n in range(3000))
    assert len(orders) == 6
    assert all(abs(count - 500) < 4 * (3000 / 6 * 5 / 6) ** 0.5 for count in orders.values())


def test_people_see_orders_of_their_own() -> None:
    assert seed_of("item", "ada") == seed_of("item", "ada") != seed_of("item", "bob")
    assert len({seed_of("item", None), seed_of("item", "ada"), seed_of("ite", "mada")}) == 3


@pytest.mark.parametrize("wrong", [[], [1], [1, 2, 3, 4], [1, 2, 2.5], [1, 2, True], [1, 2, "3"]])
def test_an_answer_that_does_not_rank_each_text_is_refused(wrong: list[int]) -> None:
    with pytest.raises(InputError, match="rank each of the 3"):
        Blind(("a", "b", "c", "b"), 7).ranks(wrong)
