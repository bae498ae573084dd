"""The textbook page says no more than its figures do."""

from typing import Any

from benchmarks.pictures import DOCS
from benchmarks.textbook.claims import Claim, Results, noise, seed_deviation, verdict
from benchmarks.textbook.findings import beam_finding, length_finding
from benchmarks.textbook.page import page, read_results
from benchmarks.textbook.plan import BASE

CLAIM = Claim("Dot beats additive.", "gru-dot", BASE, "nobody")


def test_the_page_is_that_of_the_results_at_hand() -> None:
    assert (DOCS / "textbook.md").read_text(encoding="utf-8") == page(read_results())


def trials(base: tuple[float, ...], other: tuple[float, ...]) -> Results:
    return {BASE: [{"beam_5": value} for value in base], "gru-dot": [{"beam_5": value} for value in other]}


def test_a_gap_within_chance_decides_nothing() -> None:
    assert "no difference beyond chance" in verdict(CLAIM, trials((30.0, 31.0), (30.4, 31.4)))


def test_a_gap_beyond_chance_is_told_in_its_direction() -> None:
    above, below = trials((30.0, 30.2), (33.0, 33.2)), trials((33.0, 33.2), (30.0, 30.2))
    assert "so it is here" in verdict(CLAIM, above)
    assert "the other way round" in verdict(CLAIM, below)


def test_chance_is_twice_the_standard_error_of_the_difference() -> None:
    results = trials((30.0, 32.0), (30.0, 32.0))  # each varies by 2 about its mean: a deviation of √2
    assert abs(seed_deviation(results) - 2**0.5) < 1e-9
    assert abs(noise(results, BASE, "gru-dot") - 2 * 2**0.5) < 1e-9


def base_row(beams: dict[int, float]) -> dict[str, Any]:
    rows = [
        {"beam": size, "penalty": penalty, "bleu": value + penalty, "length": 0.9}
        for penalty in (0.0, 1.0)
        for size, value in beams.items()
    ]
    buckets = [{"label": label, "bleu": value} for label, value in (("1–5", 9), ("6–10", 40), ("11–15", 30))]
    return {"beams": rows, "by_length": buckets, "joined": 10.0}


def test_the_best_beam_is_named_with_what_it_gains() -> None:
    text = beam_finding({BASE: [base_row({1: 20.0, 5: 23.0, 20: 21.0})]})
    assert "Without length penalty beam 5 is best: 23.0 BLEU, +3.0 over greedy. Beam 20 has 21.0" in text
    assert "With length penalty 1 beam 5 is best: 24.0 BLEU" in text


def test_long_sentences_are_told_as_a_share_of_short_ones() -> None:
    text = length_finding({BASE: [base_row({1: 20.0})]})
    assert "on 6–10 words, on 11–15 words" in text
    assert "keeps 75% and 25%" in text
