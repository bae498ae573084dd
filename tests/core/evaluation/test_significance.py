"""Paired tests: chance is not called a difference, a difference is not called chance."""

import random

import pytest

from core.evaluation.measures import LABELS, make_metrics
from core.evaluation.significance import Comparison, compare_outputs

WORDS = "tide rope sail wind gull sand rock boat".split()
SAMPLES = {"bootstrap": 200, "trials": 400}


def sentences(count: int) -> list[str]:
    rng = random.Random(7)
    return [" ".join(rng.choices(WORDS, k=8)) for _ in range(count)]


def damaged(texts: list[str], share: float, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join("xyz" if rng.random() < share else word for word in text.split()) for text in texts]


def compared(a: list[str], b: list[str], references: list[str]) -> dict[str, Comparison]:
    found = compare_outputs(a, b, [[text] for text in references], make_metrics("en", phones=True), **SAMPLES)
    return {row.measure: row for row in found}


def test_a_system_never_differs_from_itself() -> None:
    right = sentences(20)
    output = damaged(right, 0.3, 1)
    for row in compared(output, output, right).values():
        assert (row.difference, row.p_bootstrap, row.p_randomisation) == (0, 1, 1)


def test_damage_of_the_same_size_is_no_difference_and_much_more_of_it_is() -> None:
    right = sentences(60)
    equal = compared(damaged(right, 0.3, 1), damaged(right, 0.3, 2), right)
    worse = compared(damaged(right, 0.1, 1), damaged(right, 0.5, 2), right)
    for measure in ("bleu", "chrf", "wer", "rougeL"):
        assert min(equal[measure].p_bootstrap, equal[measure].p_randomisation) > 0.05
        assert max(worse[measure].p_bootstrap, worse[measure].p_randomisation) < 0.01


def test_the_same_comparison_twice_gives_the_same_figures() -> None:
    right = sentences(20)
    a, b = damaged(right, 0.3, 1), damaged(right, 0.4, 2)
    assert compared(a, b, right) == compared(a, b, right)


def test_every_measure_is_tested_with_interval_and_signature() -> None:
    right = sentences(20)
    found = compared(damaged(right, 0.3, 1), damaged(right, 0.4, 2), right)
    assert list(found) == list(LABELS)
    for row in found.values():
        assert "seed:12345" in row.signature and "bs:200" in row.signature and "ar:400" in row.signature
        low, high = row.a_interval
        assert low <= high
    wer = found["wer"]
    assert wer.a_interval[0] < wer.a < wer.a_interval[1]


@pytest.mark.parametrize("measure", ["bleu", "wer"])
def test_who_is_called_a_does_not_matter(measure: str) -> None:
    right = sentences(30)
    a, b = damaged(right, 0.2, 1), damaged(right, 0.4, 2)
    one, other = compared(a, b, right)[measure], compared(b, a, right)[measure]
    assert one.difference == -other.difference
    assert one.p_bootstrap == pytest.approx(other.p_bootstrap, abs=0.02)
