"""A reviewer's keyboard in a real browser: choose, reject, take back, write, release; no text is lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from demo_app.store.records import CorrectionQuery
from tests.e2e.project_rig import ADA, BOB, GERMAN, Answered, project_in
from tests.e2e.serving import Served

ASKED = "**/gradio_api/run/**"


@pytest.fixture
def project(served: Served, request: pytest.FixtureRequest) -> Iterator[Answered]:
    """Two versions of one text, one of another, one of a third that was set aside."""
    with project_in(served.settings, request.node.name) as made:
        made.item("Le boulanger ouvre avant l'aube.", "The baker opens before the dawn.")
        made.item("Nous avons raté le train.", "We have missed the train.")
        made.item("Il neige depuis hier.", "It snows since yesterday.")
        made.correct(ADA, "The baker opens before dawn.")
        made.correct(BOB, "The bakery opens before dawn.", flag="Baker or bakery?")
        made.correct(ADA, "We missed the train.")
        made.correct(ADA, "Es schneit seit gestern.", GERMAN)
        yield made


def open_review(page: Page, project: Answered, rows: int) -> None:
    page.get_by_role("tab", name="Review").click()
    page.get_by_test_id("queue-project").select_option(project.id)
    expect(page.get_by_test_id("awaiting")).to_have_count(rows)
    page.get_by_test_id("awaiting").first.focus()


def told(page: Page, words: str) -> None:
    expect(page.locator("#review-notice")).to_contain_text(words)


def test_versions_are_chosen_rejected_written_and_released_by_keyboard(page: Page, project: Answered) -> None:
    open_review(page, project, 2)
    choose_the_second(page)
    reject_and_take_back(page)
    write_while_another_edits(page, project)
    page.get_by_test_id("queue-status").select_option("quarantined")
    expect(page.locator("[data-status=quarantined]")).to_contain_text("reads like German")
    page.get_by_test_id("version").focus()
    page.keyboard.press("l")
    told(page, "Released")
    page.keyboard.press("u")
    told(page, "it awaits a decision again")
    expect(page.get_by_test_id("version")).to_have_attribute("data-status", "quarantined")
    page.get_by_test_id("version").focus()
    page.keyboard.press("l")
    told(page, "Released")
    expect(page.get_by_text("Nothing awaits a decision here. Well done.")).to_be_visible()


def held(page: Page, count: int, about: str) -> list[Route]:
    """The next questions about this wait here until they are let go; all others pass."""
    under_way: list[Route] = []

    def hold(route: Route) -> None:
        if len(under_way) < count and about in (route.request.post_data or ""):
            under_way.append(route)
        else:
            route.continue_()

    page.route(ASKED, hold)
    return under_way


def listed(page: Page, kind: str, status: str, source: str) -> None:
    expect(page.get_by_test_id("queue-kind")).to_have_value(kind)
    expect(page.get_by_test_id("queue-status")).to_have_value(status)
    expect(page.get_by_test_id("awaiting")).to_have_text([re.compile(source)])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_filters_chosen_while_an_answer_is_under_way_hold_whatever_comes_first(
    page: Page, project: Answered, order: tuple[int, int, int]
) -> None:
    open_review(page, project, 2)
    under_way = held(page, 3, '"query":{')
    for name, wanted in (("kind", "rating"), ("status", "quarantined"), ("kind", "correction")):
        with page.expect_request(ASKED):
            page.get_by_test_id(f"queue-{name}").select_option(wanted)
    while len(under_way) < len(order):  # each was sent; it is held a moment later
        page.wait_for_timeout(10)
    for place in order:
        with page.expect_response(ASKED) as answer:
            under_way[place].continue_()
        answer.value.finished()
    listed(page, "correction", "quarantined", "Il neige depuis hier")
    expect(page.get_by_test_id("version")).to_contain_text("Es schneit")
    page.unroute(ASKED)


def test_a_filter_chosen_while_a_decision_is_under_way_holds(page: Page, project: Answered) -> None:
    open_review(page, project, 2)
    under_way = held(page, 1, '"asked":{')
    expect(page.get_by_test_id("version")).to_have_count(2)
    with page.expect_request(lambda asked: '"asked":{' in (asked.post_data or "")):
        page.keyboard.press("2")
    page.get_by_test_id("queue-status").select_option("quarantined")
    listed(page, "correction", "quarantined", "Il neige depuis hier")
    under_way[0].continue_()
    told(page, "Version 2 was chosen")
    listed(page, "correction", "quarantined", "Il neige depuis hier")
    expect(page.get_by_test_id("version")).to_contain_text("Es schneit")
    page.unroute(ASKED)


def choose_the_second(page: Page) -> None:
    versions = page.get_by_test_id("version")
    expect(versions).to_have_count(2)
    expect(versions.nth(1)).to_contain_text("Baker or bakery?")
    expect(versions.nth(0).locator("del")).to_have_text(["the"])
    page.keyboard.press("2")
    told(page, "Version 2 was chosen")
    expect(page.get_by_test_id("awaiting")).to_have_count(1)
    expect(versions).to_contain_text("train")


def reject_and_take_back(page: Page) -> None:
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.get_by_test_id("reason")).to_have_value("Something is missing or was added.")
    page.keyboard.press("Enter")
    told(page, "Rejected: Something is missing")
    page.keyboard.press("u")
    told(page, "it awaits a decision again")
    expect(page.locator("[data-testid=version][data-status=submitted]")).to_have_count(1)


def write_while_another_edits(page: Page, project: Answered) -> None:
    page.keyboard.press("e")
    box, corrections = page.get_by_test_id("review-text"), project.store.corrections
    box.fill("We missed our train.")
    page.reload()
    open_review(page, project, 1)
    expect(box).to_have_value("We missed our train.")
    box.focus()
    found = corrections.stream(CorrectionQuery(text="train", statuses=("submitted",)))
    (now,) = (one for one in found if one.user_id == ADA)
    corrections.edit(now.id, now.revision, "We have missed it.")
    page.keyboard.press("Control+Enter")
    told(page, "what you typed is kept")
    expect(page.get_by_test_id("version").locator("ins")).to_have_text(["it"])
    expect(box).to_have_value("We missed our train.")
    page.keyboard.press("Control+Enter")
    told(page, "Accepted with your text")
    kept = corrections.get(now.id)
    assert (kept.corrected_text, kept.status) == ("We missed our train.", "accepted")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('review'))") == []
