"""Figures from sums are those that all answers at once give."""

from collections.abc import Sequence
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.agreement import krippendorff_alpha
from core.analysis.running import Moments, RaterAlphas, RunningLevel, Scores, Trend

LEVELS: tuple[RunningLevel, ...] = ("nominal", "interval")
NUMBERS = st.lists(st.integers(-3, 100).map(float) | st.floats(-1e3, 1e3), min_size=1)
UNITS = st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4)), min_size=1)


def moments_of(numbers: Sequence[float]) -> Moments:
    found = Moments()
    for number in numbers:
        found.add(Moments(1, number))
    return found


@given(NUMBERS, NUMBERS, st.integers(1, 3))
def test_moments_are_those_of_all_numbers_at_once_however_they_come(
    one: list[float], other: list[float], times: int
) -> None:
    found = moments_of(one)
    found.add(Moments.of(other), times)
    both = one + other * times
    assert found.count == len(both)
    assert found.mean == pytest.approx(fmean(both), abs=1e-9)
    assert found.spread == pytest.approx(stdev(both), rel=1e-6, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.integers(1, 9))
def test_who_gives_one_score_only_has_no_z(score: float, times: int) -> None:
    for found in (moments_of([score] * times), Moments.of([score] * times)):
        assert found.mean == score and found.squares == 0 and found.z(score) is None


@given(st.lists(st.integers(0, 100), min_size=2), st.integers(1, 9), st.integers(-50, 50))
def test_a_strict_rater_is_standardised_as_a_mild_one(scores: list[int], spread: int, shift: int) -> None:
    mild = moments_of([score * spread + shift for score in scores])
    strict = moments_of(scores)
    for score in scores:
        z = strict.z(score)
        assert mild.z(score * spread + shift) == (None if z is None else pytest.approx(z, abs=1e-9))


@given(UNITS, st.sampled_from(LEVELS))
def test_alpha_is_the_mean_of_its_raters(units: list[dict[str, int]], level: RunningLevel) -> None:
    found = RaterAlphas[str](level)
    for unit in units:
        found.add(unit)
    alpha = krippendorff_alpha([list(unit.values()) for unit in units], level)
    assert bool(found.alphas) == (alpha is not None)
    if found.alphas:
        weighted = sum(value * count for value, count in found.alphas.values())
        assert weighted / sum(count for _, count in found.alphas.values()) == pytest.approx(alpha)


def test_who_contradicts_the_others_has_the_lowest_alpha() -> None:
    found = RaterAlphas[str]("nominal")
    for place in range(9):
        found.add({"ada": place % 3, "bob": place % 3, "eve": (place + 1) % 3})
    own = found.alphas
    assert own["ada"] == own["bob"] and own["eve"][0] < 0 < own["ada"][0]
    assert {count for _, count in own.values()} == {9}


@given(st.integers(0, 40), st.integers(1, 5))
def test_a_trend_takes_every_value_once(count: int, window: int) -> None:
    course = Trend[int](window, lambda some: float(len(some)))
    for number in range(count):
        course.add(number)
    sizes = [size for size in course.points if size]
    assert sum(sizes) == count and sizes[:-1] == [window] * (len(sizes) - 1)
    assert not sizes or sizes[-1] < 2 * window
    assert count < window or sizes[-1] >= window


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 100))))
def test_scores_are_given_back_as_z_in_their_order(given_by: list[dict[str, int]]) -> None:
    scores, people = Scores[str](), dict[str, Moments]()
    for one in given_by:
        scores.add(one)
        for person, score in one.items():
            people.setdefault(person, Moments()).add(Moments(1, score))
    expected = [{who: people[who].z(score) or 0.0 for who, score in one.items()} for one in given_by]
    assert list(scores.standardised(people)) == expected
