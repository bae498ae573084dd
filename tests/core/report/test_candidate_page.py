"""The page of a candidate says what its report says, and no text of it becomes markup."""

from typing import Any, get_args

import pytest

from core.evaluation.candidate import JudgedSet, Output, Sentence
from core.evaluation.gate import ConditionName, Feedback, judge
from core.report.candidate_page import candidate_page
from tests.core.evaluation.judged import judged, unchanged


def report(held_out: JudgedSet, general: JudgedSet) -> dict[str, Any]:
    return {
        "production": "fr-en@000000000001",
        "candidate": "fr-en@000000000002",
        "verdict": judge(held_out, general, Feedback(100, 2)).to_dict(),
        "held_out": held_out.to_dict(),
        "general": general.to_dict(),
        "options": {"epochs": 3},
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


def test_it_has_both_tables_and_how_it_was_made(page: str) -> None:
    assert "Held-out feedback, 30 sentences" in page
    assert "General set, 100 sentences" in page
    assert "epochs 3" in page
    assert "9.00 → 8.00" in page


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
