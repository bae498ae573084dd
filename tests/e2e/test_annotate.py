"""An annotator works through a project in a real browser, by keyboard alone: one journey a task."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.e2e.lead import Lead, lead_in
from tests.e2e.serving import Served
from tests.e2e.waiting import opened, turn_after


@pytest.fixture(scope="module")
def lead(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lead]:
    with lead_in(served.settings, tmp_path_factory.mktemp("texts")) as running:
        yield running


def start(page: Page, name: str) -> Locator:
    """The desk with a turn on it."""
    page.get_by_role("tab", name="Annotate").press("Enter")
    page.get_by_role("button", name=f": {name}").press("Enter")
    return turn_after(page)


def reloaded(page: Page) -> list[str]:
    """What the browser asked before it did."""
    asked: list[str] = []

    def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", go_on)
    page.reload()
    opened(page)
    return asked


def slot(turn: Locator) -> str:
    return turn.get_attribute("data-slot") or ""


def answers(page: Page, count: int) -> Locator:
    rows = page.get_by_test_id("answer")
    expect(rows).to_have_count(count)
    return rows


def test_a_correction_survives_a_reload_and_is_saved_with_its_comment(page: Page, lead: Lead) -> None:
    project = lead.project("Draft", "post_edit")
    first = slot(start(page, "Draft"))
    box = page.get_by_test_id("post-edit")
    expect(box).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("problem")).to_contain_text("Change it, or accept it")
    page.keyboard.type(" Really.")
    expect(page.locator(".il-diff-line ins")).to_contain_text("Really")
    expect(page.get_by_test_id("desk-hter")).not_to_have_text("HTER0 %")
    draft = box.input_value()

    assert reloaded(page) == ["beforeunload"]
    assert slot(start(page, "Draft")) == first
    expect(box).to_have_value(draft)
    page.keyboard.press("Alt+c")
    page.keyboard.type("Checked twice.")
    page.keyboard.press("Control+Enter")
    turn_after(page, first)
    expect(answers(page, 1)).to_contain_text("Really.")
    kept = lead.store.corrections.get(lead.services.turns.last_answers(project)[0].answer_id)
    assert (kept.corrected_text, kept.comment) == (draft, "Checked twice.")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('annotate'))") == []


def test_accept_take_back_skip_and_leave(page: Page, lead: Lead) -> None:
    project = lead.project("Accept", "post_edit")
    first = slot(start(page, "Accept"))
    page.keyboard.press("Alt+Enter")
    turn_after(page, first)
    answers(page, 1)
    page.keyboard.press("Alt+z")
    expect(page.locator("#annotate-notice")).to_contain_text("Taken back")
    assert slot(turn_after(page)) == first
    answers(page, 0)
    page.keyboard.type(" Perhaps.")
    typed = page.get_by_test_id("post-edit").input_value()
    page.keyboard.press("Alt+s")
    page.keyboard.type("not mine")
    page.keyboard.press("Enter")
    second = slot(turn_after(page, first))
    page.keyboard.press("Alt+z")
    assert slot(turn_after(page, second)) == first
    expect(page.get_by_test_id("post-edit")).to_have_value(typed)
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    assert slot(turn_after(page, first)) == second
    expect(page.get_by_test_id("post-edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Start: Accept")).to_be_focused()
    page.keyboard.press("Enter")
    assert slot(turn_after(page)) == second
    for left in (second, ""):
        page.keyboard.press("Alt+Enter")
        if left:
            turn_after(page, left)
    expect(page.get_by_test_id("finished")).to_be_focused()
    answers(page, 2)
    share = lead.store.projects.share(project, "")
    assert (share.answered, share.skipped, share.held) == (2, 1, 0)


def test_rate_with_marked_errors_and_change_the_answer(page: Page, lead: Lead) -> None:
    project = lead.project("By keyboard: rate", "rating")
    first = slot(start(page, "By keyboard: rate"))
    proposed = page.locator('[data-testid="error"][data-undecided="true"]').count()
    for _ in range(proposed):
        page.keyboard.press("Enter")
    expect(page.locator('[data-testid="error"][data-undecided="true"]')).to_have_count(0)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("j")
    for key in ("o", "o", "j", "ArrowRight", "m", "Delete", "ArrowLeft", "ArrowLeft", "o"):
        page.keyboard.press(key)
    missing = page.get_by_test_id("missing")
    expect(missing).to_have_count(4)
    for place, severity in enumerate(("minor", "major", "minor", "")):
        expect(missing.nth(place)).to_have_attribute("data-severity", severity)
    expect(missing.nth(2)).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("problem")).to_contain_text("score first")
    page.keyboard.type("72")
    page.keyboard.press("Control+Enter")

    turn_after(page, first)
    expect(answers(page, 1)).to_contain_text("72 points")
    (record,) = lead.judgements(project)
    item = lead.store.projects.item(record.item_id)
    marked = record.answer["spans"]
    two_words = item.candidates[0].text[: marked[0]["end"]]
    assert marked[0]["start"] == 0 and marked[0]["severity"] == "major" and len(two_words.split()) == 2
    assert [(one["start"], one["severity"]) for one in marked[-3:]] == [
        (None, severity) for severity in ("minor", "major", "minor")
    ]
    change_and_take_back(page, lead, project)


def change_and_take_back(page: Page, lead: Lead, project: str) -> None:
    answers(page, 1).press("Enter")
    expect(page.get_by_test_id("score")).to_have_value("72")
    page.get_by_test_id("score").press("ArrowRight")
    assert reloaded(page) == ["beforeunload"]
    start(page, "By keyboard: rate")
    answers(page, 1).press("Enter")
    expect(page.get_by_test_id("score")).to_have_value("73")
    changed = slot(turn_after(page))
    page.keyboard.press("Control+Enter")
    turn_after(page, changed)
    expect(answers(page, 1)).to_contain_text("73 points")
    assert [(one.revision, one.answer["score"]) for one in lead.judgements(project)] == [(2, 73)]
    page.keyboard.press("Alt+z")
    expect(answers(page, 1)).to_contain_text("72 points")
    assert [(one.revision, one.answer["score"]) for one in lead.judgements(project)] == [(3, 72)]
    answers(page, 1).press("Enter")
    page.get_by_test_id("own-revisions").locator("summary").press("Enter")
    said = [re.compile(f"{score} points") for score in (72, 73, 72)]
    expect(page.get_by_test_id("own-revisions").locator("p")).to_have_text(said)
    expect(page.get_by_test_id("score")).to_have_value("72")


def test_compare_and_tie(page: Page, lead: Lead) -> None:
    project = lead.project("By keyboard: compare", "comparison")
    first = slot(start(page, "By keyboard: compare"))
    for keys, place in ((("2",), "2"), (("0",), "1"), (("=", "1"), "1")):
        for key in keys:
            page.keyboard.press(key)
        expect(page.get_by_test_id("candidate").first).to_have_attribute("data-place", place)
        page.keyboard.press("Enter")
        if keys[0] != "=":
            first = slot(turn_after(page, first))
    expect(page.get_by_test_id("finished")).to_be_visible()
    ranks = [sorted(one.answer["ranks"]) for one in lead.judgements(project)]
    assert ranks == [[1, 2], [1, 1], [1, 2]]
    page.keyboard.press("Escape")
    card = page.get_by_test_id("project").filter(has_text="By keyboard: compare")
    expect(card).to_contain_text("3 of 3 texts complete")


def test_each_error_gets_a_category_by_its_number(page: Page, lead: Lead) -> None:
    project = lead.project("Categories", "rating", categories=["Accuracy", "Fluency"], premark=False)
    first = slot(start(page, "Categories"))
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.keyboard.type("50")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("problem")).to_contain_text("needs a category")
    page.keyboard.press("2")
    expect(page.get_by_test_id("category")).to_have_value("Fluency")
    for key in ("o", "1", "o", "2"):
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    turn_after(page, first)
    (record,) = lead.judgements(project)
    assert [span["category"] for span in record.answer["spans"]] == ["Fluency", "Accuracy", "Fluency"]


def test_marks_and_scores_are_taken_back_and_done_again(page: Page, lead: Lead) -> None:
    lead.project("Steps", "rating", premark=False)
    start(page, "Steps")
    errors, score = page.get_by_test_id("error"), page.get_by_test_id("score-number")
    for key in ("j", "ArrowRight", "m", "o", "s", "7", "2"):
        page.keyboard.press(key)
    expect(score).to_have_value("72")
    for chord, marked, points in (
        ("z", 3, ""),
        ("z", 2, ""),
        ("z", 1, ""),
        ("z", 0, ""),
        ("z", 0, ""),
        ("y", 1, ""),
    ):
        page.keyboard.press(f"Control+{chord}")
        expect(errors).to_have_count(marked)
        expect(score).to_have_value(points)
    for _ in range(3):
        page.keyboard.press("Control+Shift+Z")
    expect(errors).to_have_count(3)
    expect(score).to_have_value("72")
    page.keyboard.press("Alt+c")
    page.keyboard.type("wide")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("comment-text")).not_to_have_value("wide")
    expect(errors).to_have_count(3)
    page.keyboard.press("Control+Enter")
    expect(answers(page, 1)).to_contain_text("72 points")


def test_choices_are_taken_back_and_done_again(page: Page, lead: Lead) -> None:
    lead.project("Steps of choices", "comparison")
    start(page, "Steps of choices")
    places = page.get_by_test_id("candidate").first
    page.keyboard.press("1")
    page.keyboard.press("0")
    for chord, place, tied in (
        ("z", "1", "false"),
        ("z", "", "false"),
        ("y", "1", "false"),
        ("y", "1", "true"),
    ):
        page.keyboard.press(f"Control+{chord}")
        expect(places).to_have_attribute("data-place", place)
        expect(page.get_by_test_id("tie")).to_have_attribute("aria-pressed", tied)


def test_what_was_written_for_a_turn_that_is_lost_stays_to_be_copied(page: Page, lead: Lead) -> None:
    project = lead.project("Lost", "post_edit")
    first = slot(start(page, "Lost"))
    page.keyboard.type(" Kept <b>words</b>.")
    lead.store.queue.give_back(first, "")
    taken = lead.store.queue.take(project, "somebody else")
    assert taken and taken.slot_id == first
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("lost")).to_contain_text("nothing was saved")
    expect(page.get_by_test_id("post-edit")).to_have_value(re.compile(r"Kept <b>words</b>\.$"))
    page.get_by_test_id("take-again").press("Enter")
    turn_after(page, first)
    expect(page.get_by_test_id("post-edit")).not_to_have_value(re.compile("Kept"))
    assert lead.store.projects.share(project, "").answered == 0
