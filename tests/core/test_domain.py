"""What a domain covers: what is like its examples, hardly anything of what is ordinary."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import FEATURES, Domain, Likeness, features_of, learn_likeness

TAG, OTHER_TAG, END = (4,), (5,), 3


def sources(words: range, count: int, seed: int, tag: tuple[int, ...] = TAG) -> list[tuple[int, ...]]:
    """Random sentences of these words, and of ten that everybody uses."""
    dice = random.Random(seed)
    return [(*tag, *dice.choices([*words, *range(10, 20)], k=dice.randint(3, 12)), END) for _ in range(count)]


ORDINARY, EXAMPLES = range(100, 400), range(300, 500)
OTHERS, USUAL = sources(ORDINARY, 400, 1), sources(ORDINARY, 300, 2)
LIKENESS = learn_likeness(TAG, sources(EXAMPLES, 60, 3), OTHERS, USUAL)


def share(likeness: Likeness, words: range, seed: int) -> float:
    asked = sources(words, 1000, seed)
    return sum(map(likeness.covers, asked)) / len(asked)


def test_most_of_what_is_like_the_examples_is_covered_and_hardly_anything_else() -> None:
    assert share(LIKENESS, EXAMPLES, 4) > 0.7
    assert share(LIKENESS, ORDINARY, 5) < 0.03


@given(st.integers(0, 1000), st.integers(1, 300))
def test_of_ordinary_sources_a_hundredth_is_covered_at_most(seed: int, count: int) -> None:
    usual = sources(ORDINARY, count, seed)
    likeness = learn_likeness(TAG, sources(EXAMPLES, 20, seed + 1), OTHERS, usual)
    assert sum(map(likeness.covers, usual)) <= count / 100


def test_a_source_with_another_tag_is_not_covered() -> None:
    covered = next(ids for ids in sources(EXAMPLES, 100, 6) if LIKENESS.covers(ids))
    assert not LIKENESS.covers((*OTHER_TAG, *covered[1:]))


def test_two_domains_cover_what_either_covers_and_none_covers_nothing() -> None:
    other = learn_likeness(OTHER_TAG, sources(EXAMPLES, 60, 7, OTHER_TAG), OTHERS, USUAL)
    both = Domain((LIKENESS,)) + Domain((other,))
    for ids in [*sources(EXAMPLES, 50, 8), *sources(EXAMPLES, 50, 8, OTHER_TAG)]:
        assert both.covers(ids) == (LIKENESS.covers(ids) or other.covers(ids))
        assert not Domain().covers(ids)


def test_what_is_kept_covers_the_same() -> None:
    kept = Domain.from_arrays(Domain((LIKENESS,)).to_arrays())
    asked = [*USUAL, *sources(EXAMPLES, 200, 9)]
    assert [kept.covers(ids) for ids in asked] == [LIKENESS.covers(ids) for ids in asked]


@pytest.mark.parametrize("size, value", [(FEATURES - 1, 0.0), (FEATURES, np.nan)])
def test_a_damaged_domain_is_refused(size: int, value: float) -> None:
    damaged = {**Domain((LIKENESS,)).to_arrays(), "0.weights": np.full(size, value, dtype=np.float32)}
    with pytest.raises(ValueError, match=f"{FEATURES} finite weights"):
        Domain.from_arrays(damaged)


@given(st.lists(st.integers(0, 60_000), max_size=40))
def test_features_are_places_in_the_weights_each_once(ids: list[int]) -> None:
    found = features_of(ids)
    assert len(set(found.tolist())) == len(found) and 0 <= found.min() and found.max() < FEATURES
