"""Ratings and comparisons under a reviewer's keyboard: changed as on the desk, chosen, taken back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from demo_app.store.judgement_records import JudgementRecord
from tests.e2e.project_rig import ADA, BOB, Answered, project_in
from tests.e2e.serving import Served
from tests.e2e.test_review import told

SOURCE, MACHINE = "Nous avons raté le train.", "We have missed the train."
MINOR = {"start": 3, "end": 7, "severity": "minor", "category": ""}


@pytest.fixture
def rated(served: Served) -> Iterator[Answered]:
    """One text, rated by two people who do not agree."""
    with project_in(served.settings, "Rated, to be reviewed", "rating") as made:
        made.item(SOURCE, MACHINE)
        made.rate(ADA, 60, MINOR)
        made.rate(BOB, 90)
        yield made


@pytest.fixture
def compared(served: Served) -> Iterator[Answered]:
    """The same of a choice between two translations."""
    with project_in(served.settings, "Compared, to be reviewed", "comparison") as made:
        made.item(SOURCE, MACHINE, ("We missed the train.",))
        made.compare(ADA, 1, 2)
        made.compare(BOB, 2, 1)
        yield made


def newest(project: Answered) -> list[JudgementRecord]:
    """Of Ada, of Bob."""
    found = project.store.judgements.of_project(project.id)
    return sorted(found, key=lambda one: str(one.user_id))


def open_answers(page: Page, project: Answered, kind: str) -> None:
    page.get_by_role("tab", name="Review").click()
    page.get_by_test_id("queue-project").select_option(project.id)
    page.get_by_test_id("queue-kind").select_option(kind)
    expect(page.get_by_test_id("awaiting")).to_have_count(1)
    expect(page.get_by_test_id("version")).to_have_count(2)
    page.get_by_test_id("awaiting").focus()


def test_a_rating_is_changed_and_chosen_by_keyboard(page: Page, rated: Answered) -> None:
    open_answers(page, rated, "rating")
    page.keyboard.press("e")
    editor = page.get_by_test_id("review-editor")
    expect(editor.get_by_test_id("unit").first).to_be_focused()
    expect(editor.get_by_test_id("score-number")).to_have_value("60")
    for key in ("a", "r", "2"):
        page.keyboard.press(key)  # decides about nothing while an answer is written
    for key in ("ArrowRight", "Delete", "ArrowRight", "j", "s", "4", "5"):
        page.keyboard.press(key)
    page.reload()
    open_answers(page, rated, "rating")
    expect(editor.get_by_test_id("score-number")).to_have_value("45")
    editor.get_by_test_id("score-number").focus()
    page.keyboard.press("Control+Enter")
    told(page, "Answer 1 was chosen as you changed it")
    ada, bob = newest(rated)
    assert (ada.status, ada.answer["score"], bob.status) == ("accepted", 45, "rejected")
    assert [(one["start"], one["end"], one["severity"]) for one in ada.answer["spans"]] == [(8, 14, "major")]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('review'))") == []
    page.keyboard.press("u")
    told(page, "it awaits a decision again")
    ada, bob = newest(rated)
    assert (ada.status, ada.answer["score"], bob.status) == ("submitted", 60, "submitted")


def test_a_comparison_is_changed_left_and_another_chosen_by_keyboard(page: Page, compared: Answered) -> None:
    open_answers(page, compared, "comparison")
    page.keyboard.press("e")
    editor = page.get_by_test_id("review-editor")
    expect(editor.locator(".il-candidates")).to_be_focused()
    page.keyboard.press("0")
    expect(editor.get_by_test_id("tie")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(page.get_by_test_id("version").first).to_be_focused()
    assert [one.status for one in newest(compared)] == ["submitted", "submitted"]
    page.keyboard.press("2")
    told(page, "Answer 2 was chosen, the others rejected")
    assert [one.status for one in newest(compared)] == ["rejected", "accepted"]
    assert newest(compared)[1].answer["ranks"] == [2, 1]
