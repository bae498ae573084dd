"""Agreement against Krippendorff's own worked examples and by its laws."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.agreement import (
    Level,
    alpha_interval,
    krippendorff_alpha,
    mean_chrf,
    mean_ter,
    preferences_of,
    z_of,
)
from core.analysis.running import Unit

# One line a rater, one column a unit: the tables of Krippendorff 2011, and that of Wikipedia's page on alpha.
BINARY = "0 1 0 0 0 0 0 0 1 0 / 1 1 1 0 0 1 0 0 0 0"
LETTERS = "a a b b d c c c e d d a / b a b b b c c c e d d d"
FOUR_RATERS = (
    "1 2 3 3 2 1 4 1 2 * * * / 1 2 3 3 2 2 4 1 2 5 * 3 / * 3 3 3 2 3 4 2 2 5 1 * / 1 2 3 3 2 4 4 1 2 5 1 *"
)
THREE_RATERS = "* * * * * 3 4 1 2 1 1 3 3 * 3 / 1 * 2 1 3 3 4 3 * * * * * * * / * * 2 1 3 4 4 * 2 1 1 3 3 * 4"
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
UNITS = st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=1, max_size=8)


def units_of(table: str) -> list[Unit]:
    columns = zip(*(line.split() for line in table.split("/")), strict=True)
    return [[float(value) if value.isdigit() else value for value in c if value != "*"] for c in columns]


def by_definition(units: Sequence[Sequence[int]], level: Level) -> float | None:
    """The coincidence matrix and the difference functions, as the paper writes them."""
    pairable = [unit for unit in units if len(unit) > 1]
    values = sorted({value for unit in pairable for value in unit})
    coincidences = {pair: 0.0 for pair in product(values, repeat=2)}
    for unit in pairable:
        for one, other in product(range(len(unit)), repeat=2):
            if one != other:
                coincidences[unit[one], unit[other]] += 1 / (len(unit) - 1)
    totals = {value: sum(coincidences[value, other] for other in values) for value in values}

    def squared(c: int, k: int) -> float:
        if level == "interval":
            return float((c - k) ** 2)
        if level == "nominal":
            return float(c != k)
        low, high = min(c, k), max(c, k)
        between = sum(totals[value] for value in values if low <= value <= high)
        return (between - (totals[low] + totals[high]) / 2) ** 2

    expected = sum(totals[c] * totals[k] * squared(c, k) for c, k in product(values, repeat=2))
    if not expected:
        return None
    observed = sum(coincidences[c, k] * squared(c, k) for c, k in product(values, repeat=2))
    return 1 - (sum(totals.values()) - 1) * observed / expected


@pytest.mark.parametrize(
    ("table", "level", "expected"),
    [
        (BINARY, "nominal", 0.095),
        (LETTERS, "nominal", 0.692),
        (FOUR_RATERS, "nominal", 0.743),
        (FOUR_RATERS, "ordinal", 0.815),
        (FOUR_RATERS, "interval", 0.849),
        (THREE_RATERS, "nominal", 0.691),
        (THREE_RATERS, "interval", 0.811),
    ],
)
def test_published_examples(table: str, level: Level, expected: float) -> None:
    assert krippendorff_alpha(units_of(table), level) == pytest.approx(expected, abs=5e-4)


@given(UNITS, st.sampled_from(LEVELS))
def test_it_is_what_the_coincidence_matrix_gives(units: list[list[int]], level: Level) -> None:
    expected = by_definition(units, level)
    assert krippendorff_alpha(units, level) == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(2, 4)), min_size=2), st.sampled_from(LEVELS))
def test_perfect_agreement_is_1(given_by: list[tuple[int, int]], level: Level) -> None:
    alpha = krippendorff_alpha([[value] * raters for value, raters in given_by], level)
    assert alpha == (1 if len({value for value, _ in given_by}) > 1 else None)


@given(UNITS, st.randoms(use_true_random=False), st.sampled_from(LEVELS))
def test_neither_the_order_of_units_nor_who_the_raters_are_counts(
    units: list[list[int]], chance: random.Random, level: Level
) -> None:
    alpha = krippendorff_alpha(units, level)
    shuffled = [chance.sample(unit, len(unit)) for unit in chance.sample(units, len(units))]
    assert krippendorff_alpha(shuffled, level) == (None if alpha is None else pytest.approx(alpha))


@given(UNITS)
def test_interval_alpha_does_not_mind_the_scale_nor_ordinal_any_rising_one(units: list[list[int]]) -> None:
    turned = [[10 - 3 * x for x in unit] for unit in units], krippendorff_alpha(units, "interval")
    stretched = [[2**x for x in unit] for unit in units], krippendorff_alpha(units, "ordinal")
    for (changed, alpha), level in zip((turned, stretched), LEVELS[:0:-1], strict=True):
        assert krippendorff_alpha(changed, level) == (None if alpha is None else pytest.approx(alpha))


@given(UNITS, st.sampled_from(LEVELS))
def test_units_may_be_counted(units: list[list[int]], level: Level) -> None:
    alpha = krippendorff_alpha([*units, *units], level)
    counted = krippendorff_alpha(Counter({tuple(u): 2 * units.count(u) for u in units}), level)
    assert counted == (None if alpha is None else pytest.approx(alpha))


def test_raters_who_throw_dice_agree_by_chance() -> None:
    dice = random.Random(7)
    alpha = krippendorff_alpha([[dice.randint(0, 100) for _ in range(3)] for _ in range(400)], "interval")
    assert alpha == pytest.approx(0, abs=0.06)


def test_the_interval_holds_alpha_is_reproducible_and_narrows_with_more_units() -> None:
    few = units_of(FOUR_RATERS)
    alpha = krippendorff_alpha(few, "interval")
    found, again, more = (alpha_interval(units, "interval", 1, 200) for units in (few, few, few * 8))
    assert found and more and alpha
    assert found == again and found[0] <= alpha <= found[1] <= 1
    assert more[1] - more[0] < found[1] - found[0]
    assert alpha_interval([[1, 1], [1]], "nominal", 1) is None


def test_z_in_files_stays_the_same_to_the_bit() -> None:
    """The id of a snapshot may be the checksum of a file that has it."""
    scores = [17.0, 42.0, 88.0, 3.0, 61.0]
    pinned = [
        -0.7412726627286228,
        -0.005883116370862169,
        1.3472336489274175,
        -1.1530908086889688,
        0.553012938861036,
    ]
    assert list(map(z_of(scores), scores)) == pinned


def test_ranks_are_preferences_between_each_two() -> None:
    assert preferences_of([2, 1, 2]) == {(0, 1): 1, (0, 2): 0, (1, 2): -1}


@pytest.mark.parametrize("texts", [["a b c", "a b d"], ["Il pleut.", "Il neige.", "Il pleut."]])
def test_edits_agree_the_more_the_more_they_share(texts: list[str]) -> None:
    chrf, ter = mean_chrf(texts), mean_ter(texts)
    assert chrf and ter and 0 < chrf < 100 and ter > 0
    assert mean_chrf(texts[::-1]) == pytest.approx(chrf)
    assert (mean_chrf(texts[:1] * 2), mean_ter(texts[:1] * 2)) == (100, 0)
    assert mean_chrf(texts[:1]) is None and mean_ter([]) is None
