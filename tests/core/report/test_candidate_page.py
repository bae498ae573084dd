"""The page of a candidate says what its report says, and no text of it becomes markup."""

from typing import Any, get_args

import pytest

from core.evaluation.candidate import JudgedSet, Output, Sentence
from core.evaluation.gate import ConditionName, Feedback, judge
from core.report.candidate_page import candidate_page
from tests.core.evaluation.judged import both_ways, judged, unchanged

TRAINING = {
    **{"steps": 1420, "best_step": 1065, "tuned_share": 0.6, "is_base": False},
    **{"duration_s": 74, "device": "CPU, 2 threads", "replay": 1136},
}


def report(held_out: JudgedSet, general: JudgedSet) -> dict[str, Any]:
    return {
        "production": "fr-en@000000000001",
        "candidate": "fr-en@000000000002",
        "verdict": judge(held_out, general, Feedback(100, 2)).to_dict(),
        "held_out": held_out.to_dict(),
        "general": general.to_dict(),
        "options": {"epochs": 3, "seed": 1},
        "changed_options": {"epochs": 3},
        "data": {"records": 40, "learned": 31, "held_out": 8, "repeated": 1, "dropped": 0, "disputed": 2},
        "training": TRAINING,
    }


@pytest.fixture(scope="module")
def page() -> str:
    return candidate_page(report(judged(30, 0.5, 0.1), judged(100, 0.1, 0.3)))


def test_it_says_which_condition_failed(page: str) -> None:
    assert "<h1>Not to be promoted</h1>" in page
    assert '<section class="card verdict passed"><h2>✓ Better on feedback' in page
    assert '<section class="card verdict failed"><h2>✗ No worse elsewhere' in page


@pytest.mark.parametrize("name", get_args(ConditionName))
def test_every_condition_has_a_heading_in_words(name: str, page: str) -> None:
    assert name not in page


def test_what_the_checks_doubt_is_listed_with_their_names() -> None:
    row = {"source": "<b>s</b>", "target": "<i>t</i>", "findings": [{"check": "too_fast"}, {"check": "copy"}]}
    told = report(judged(30, 0.5, 0.1), judged(100, 0.1, 0.3))
    page = candidate_page({**told, "doubts": {"checked": 400, "rows": [row] * 101}})
    assert "Corrections that the checks doubt: 101 of 400" in page and "1 more are in report.json" in page
    assert page.count("too fast, copy") == 100
    assert "&lt;b&gt;s&lt;/b&gt;" in page and "&lt;i&gt;t&lt;/i&gt;" in page and "<i>t" not in page
    assert "Corrections that the checks doubt" not in candidate_page({**told, "doubts": {"rows": []}})


def test_it_has_both_tables_and_how_it_was_made(page: str) -> None:
    assert "Held-out feedback, 30 sentences" in page
    assert "General set, 100 sentences" in page
    assert "<dt>Options set</dt><dd>epochs 3</dd>" in page
    assert "9.00 → 8.00" in page


def test_what_became_of_the_corrections_is_told_in_words(page: str) -> None:
    told = "of 40: 31 learned from; 8 held out to judge by; 1 repeated another; of those learned from, 2 are "
    assert told in page


def test_it_tells_how_the_training_went_and_what_was_kept_of_it(page: str) -> None:
    assert "1,420 steps, best after 1,065; kept: 60% of what was learned" in page
    assert "74 s on CPU, 2 threads" in page
    assert "Nothing that was learned could be kept" not in page


def test_what_is_kept_apart_is_told() -> None:
    page = candidate_page(
        {**report(unchanged(30), unchanged(100)), "training": {**TRAINING, "is_specialist": True}}
    )
    assert "kept: what was learned, for texts like the corrections; all others are answered as before" in page


def test_where_nothing_was_kept_it_says_so_first() -> None:
    made = report(unchanged(30), unchanged(100))
    page = candidate_page({**made, "training": {**TRAINING, "is_base": True, "best_step": 0}})
    assert page.index("Nothing that was learned could be kept") < page.index("Held-out feedback, 30")
    assert "kept: nothing" in page


def test_a_direction_that_fell_is_named_above_the_figures() -> None:
    general = both_ways(judged(270, 0.3, 0.28), judged(30, 0.2, 0.5))
    page = candidate_page(report(judged(30, 0.5, 0.1), general))
    fallen = next(one for one in general.by_direction if (one.direction, one.measure) == ("en-fr", "bleu"))
    told = f"BLEU fell in en → fr ({fallen.difference:.1f})".replace("-", "−")
    assert page.index(told) < page.index("Held-out feedback, 30")
    assert "General set by direction: BLEU" in page and "Held-out feedback by direction" not in page


def test_a_report_of_an_earlier_release_is_still_a_page() -> None:
    made = report(judged(30, 0.5, 0.1), judged(100, 0.1, 0.3))
    del (
        made["training"],
        made["changed_options"],
        made["general"]["by_direction"],
        made["held_out"]["by_direction"],
    )
    page = candidate_page(made)
    assert "General set, 100 sentences" in page and "<dt>Training</dt>" not in page
    assert "Options set" not in page and "Options set" in candidate_page({**made, "changed_options": {}})


def test_it_needs_nothing_from_elsewhere(page: str) -> None:
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page


def test_of_nothing_it_is_still_a_page() -> None:
    page = candidate_page(report(judged(0, 0, 0), judged(0, 0, 0)))
    assert page.count("cannot be told") == 2
    assert "0 of 0 translations changed" in page


def test_texts_of_people_never_become_markup() -> None:
    evil = "<script>alert('x')</script> & \"quoted\""
    sentences = (Sentence("fr", "en", evil, (evil + "!",)),)
    one = JudgedSet(sentences, Output((evil,), 2.0), Output((evil + " again",), 2.0))
    page = candidate_page(report(one, unchanged(0)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
