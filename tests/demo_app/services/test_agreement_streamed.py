"""Figures of answers that pass by are those of all answers at once, and hold none of them."""

import random
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.agreement import alpha_interval, mean_chrf, mean_ter
from core.analysis.running import RunningLevel, Unit
from core.analysis.spans import ErrorSpan, label_characters
from demo_app.services.agreement import MAX_DRAWN, SEED, WINDOW, figures_of
from demo_app.services.answers import ItemAnswers, shared
from demo_app.services.trust import trusts_of
from demo_app.store.project_records import Task
from tests.demo_app.services.answered import corrected, preferred, scored

PEOPLE = ("ada", "bob", "eve", "kim")
CHANCE = st.randoms(use_true_random=False)
Told = float | None


def near(value: Told) -> object:
    return None if value is None else pytest.approx(value, abs=1e-9)


def plain_alpha(units: Sequence[Unit], level: RunningLevel) -> Told:
    """Every pair looked at, as Krippendorff's formula reads."""

    def differ(one: float | str, other: float | str) -> float:
        return float(one != other) if level == "nominal" else (float(one) - float(other)) ** 2

    pairable = [unit for unit in units if len(unit) > 1]
    values = [value for unit in pairable for value in unit]
    expected = sum(differ(*pair) for pair in permutations(values, 2))
    if not expected:
        return None
    observed = sum(differ(*pair) / (len(unit) - 1) for unit in pairable for pair in permutations(unit, 2))
    return 1 - observed * (len(values) - 1) / expected


def windows(items: Sequence[ItemAnswers]) -> Iterator[Sequence[ItemAnswers]]:
    starts = range(0, max(1, len(items) // WINDOW) * WINDOW, WINDOW) if items else ()
    for start in starts:
        last = start + 2 * WINDOW > len(items)
        yield items[start:] if last else items[start : start + WINDOW]


def z_of(items: Sequence[ItemAnswers]) -> dict[str, dict[float, float]]:
    """Of each person the z of each score that they gave."""
    found = {}
    for person in PEOPLE:
        scores = [float(item.units[0][person]) for item in items if person in item.units[0]]
        spread = stdev(scores) if len(scores) > 1 else 0.0
        found[person] = {score: (score - fmean(scores)) / spread for score in scores if spread}
    return found


def some_people(chance: random.Random) -> list[str]:
    return chance.sample(PEOPLE, chance.randint(1, len(PEOPLE)))


def some_ratings(chance: random.Random) -> list[ItemAnswers]:
    items = scored(
        *(
            {one: chance.randint(0, 20) * 5 for one in some_people(chance)}
            for _ in range(chance.randint(1, 120))
        )
    )
    marks = [ErrorSpan(start=0, end=2, severity="major"), ErrorSpan(start=None, end=None, severity="minor")]
    for item in items:
        item.made_by = chance.choice(("a", "b"))
        item.spans = {person: tuple(chance.sample(marks, chance.randint(0, 2))) for person in item.people}
    return items


def of_scores(
    items: Sequence[ItemAnswers], z: Mapping[str, Mapping[float, float]]
) -> tuple[Told, Told, Told]:
    """Alpha of scores, of z, and of marked characters."""
    given_by = [item.units[0] for item in items]
    standardised = [[z[who].get(float(score), 0.0) for who, score in one.items()] for one in given_by]
    labels = [
        unit
        for item in items
        for unit in zip(*(label_characters(each, "abc", 1) for each in item.spans.values()), strict=True)
    ]
    return (
        plain_alpha([list(one.values()) for one in given_by], "interval"),
        plain_alpha(standardised, "interval"),
        plain_alpha(labels, "nominal"),
    )


@settings(max_examples=6, deadline=None)
@given(CHANCE)
def test_figures_of_ratings_are_those_of_all_at_once(chance: random.Random) -> None:
    items = some_ratings(chance)
    z, together = z_of(items), list(shared(items))
    figures = figures_of("rating", iter(items))
    alphas = of_scores(together, z)
    assert (figures.alpha, figures.alpha_standardised, figures.alpha_spans) == tuple(map(near, alphas))
    points = [of_scores(window, z) for window in windows(together)]
    for place, name in enumerate(("alpha", "alpha_standardised", "alpha_spans")):
        assert figures.trends[name] == tuple(near(point[place]) for point in points)
    units = [tuple(item.units[0].values()) for item in together]
    assert figures.alpha_bounds == (alpha_interval(units, "interval", SEED) if units else None)
    assert (figures.answers, figures.shared_items) == (sum(len(i.people) for i in items), len(together))


@settings(max_examples=8, deadline=None)
@given(CHANCE)
def test_raters_and_systems_are_those_of_all_at_once(chance: random.Random) -> None:
    items = some_ratings(chance)
    z = z_of(items)
    figures = figures_of("rating", iter(items))
    for rater in figures.raters:
        scores = [float(one.units[0][rater.user_id]) for one in items if rater.user_id in one.people]
        assert (rater.answers, rater.mean) == (len(scores), near(fmean(scores)))
        assert rater.spread == near(stdev(scores) if len(scores) > 1 else None)
    for system in figures.systems:
        pairs = [pair for one in items if one.made_by == system.made_by for pair in one.units[0].items()]
        known = [z[who][float(score)] for who, score in pairs if float(score) in z[who]]
        assert (system.ratings, system.mean) == (len(pairs), near(fmean(float(score) for _, score in pairs)))
        assert system.mean_z == near(fmean(known) if known else None)


@settings(max_examples=6, deadline=None)
@given(CHANCE)
def test_figures_of_preferences_are_those_of_all_at_once(chance: random.Random) -> None:
    people = [some_people(chance) for _ in range(chance.randint(1, 60))]
    units = [[{who: chance.randint(-1, 1) for who in some} for _ in range(3)] for some in people]
    figures = figures_of("comparison", iter(preferred(*units)))

    def alpha(items: Sequence[ItemAnswers]) -> Told:
        return plain_alpha([list(unit.values()) for item in items for unit in item.units], "nominal")

    together = list(shared(preferred(*units)))
    assert figures.alpha == near(alpha(together))
    assert figures.trend == tuple(near(alpha(window)) for window in windows(together))


@settings(max_examples=4, deadline=None)
@given(CHANCE)
def test_figures_of_corrections_are_those_of_all_at_once(chance: random.Random) -> None:
    words = ("It", "rains", "snows", "now", "here")
    texts = [
        {who: " ".join(chance.choices(words, k=3)) for who in some_people(chance)}
        for _ in range(chance.randint(1, 60))
    ]
    figures = figures_of("post_edit", iter(corrected(*texts)))
    for name, measure in (("chrf", mean_chrf), ("ter", mean_ter)):
        values = [value for one in texts if (value := measure(list(one.values()))) is not None]
        assert getattr(figures, name) == near(fmean(values) if values else None)
        assert figures.trends[name] == ((near(fmean(values)),) if values else ())


@pytest.mark.parametrize("told", [figures_of, trusts_of])
def test_a_rating_takes_less_than_fifty_bytes(told: Callable[[Task, Iterator[ItemAnswers]], object]) -> None:
    def peak_bytes(count: int) -> int:
        items = (scored({"ada": number * 37 % 101, "bob": number * 41 % 101})[0] for number in range(count))
        tracemalloc.start()
        told("rating", items)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak_bytes(2)  # what is made once
    few, many = MAX_DRAWN + 100, MAX_DRAWN + 3_100
    assert peak_bytes(many) - peak_bytes(few) < (many - few) * 2 * 50
