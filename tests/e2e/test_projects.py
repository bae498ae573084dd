"""A team lead's keyboard in a real browser: make a project, import a file with a bad row, look, close."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.project_rig import ADA, BOB, Answered, project_in
from tests.e2e.serving import Served

FILE = "La neige tombe.\nUn mot\x00 interdit.\n\nLe vent se lève.\n".encode()


def open_projects(page: Page) -> None:
    page.get_by_role("tab", name="Projects").click()
    expect(page.get_by_test_id("new-project")).to_be_visible()


def test_a_project_is_made_filled_and_closed_by_keyboard(page: Page) -> None:
    open_projects(page)
    page.get_by_test_id("new-project").press("Enter")
    name = page.get_by_test_id("project-name")
    expect(name).to_be_focused()
    name.press("Enter")
    expect(page.get_by_role("dialog", name="New project")).to_be_visible()
    page.keyboard.type("Letters of the day")
    for key in ("Tab", "Tab", "ArrowDown"):  # Languages, the task, the second of them.
        page.keyboard.press(key)
    expect(page.get_by_test_id("task-rating")).to_be_checked()
    page.get_by_test_id("project-categories").fill("Accuracy\nStyle")
    page.get_by_test_id("project-annotators").fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#projects-notice")).to_contain_text("Letters of the day is ready")
    sheet = page.locator("#project-sheet")
    expect(sheet).to_contain_text("Rate · 3 people a text · 20 % chosen by chance · 30 min a turn")

    page.get_by_test_id("import-file").set_input_files(
        {"name": "letters.txt", "mimeType": "text/plain", "buffer": FILE}
    )
    expect(page.get_by_test_id("import-end")).to_have_text("letters.txt: 2 texts added.")
    expect(page.get_by_test_id("bad-row")).to_contain_text("Line 2")
    expect(page.get_by_test_id("bad-row")).to_contain_text("U+0000")
    row = page.locator("[data-testid=lead-project][aria-pressed=true]")
    expect(row).to_contain_text("0 of 2 texts")

    page.get_by_test_id("switch-project").press("Enter")
    expect(page.locator("#projects-notice")).to_contain_text("nobody is given another text")
    expect(row).to_contain_text("Closed")
    page.get_by_test_id("switch-project").press("Enter")
    expect(row).not_to_contain_text("Closed")


def test_a_name_that_is_taken_is_told_in_the_form_and_nothing_typed_is_lost(
    page: Page, project: Answered
) -> None:
    open_projects(page)
    page.get_by_test_id("new-project").press("Enter")
    page.keyboard.type(project.name)
    page.get_by_test_id("project-guidelines").fill("Keep names.")
    page.get_by_test_id("make-project").press("Enter")
    expect(page.get_by_test_id("project-problem")).to_contain_text("choose another")
    expect(page.get_by_test_id("project-guidelines")).to_have_value("Keep names.")
    page.keyboard.press("Escape")


def test_figures_tell_slices_agreement_and_trust_and_charts_are_drawn(page: Page, project: Answered) -> None:
    open_projects(page)
    page.get_by_test_id("lead-project").filter(has_text=project.name).press("Enter")
    expect(page.get_by_test_id("slice-control")).to_contain_text("Mean rating · 2 answers")
    expect(page.get_by_test_id("slice-control").locator("b")).to_have_text("85.0")
    expect(page.get_by_test_id("slice-active").locator("b")).to_have_text("35.0")
    agreement = page.get_by_test_id("agreement")
    expect(agreement).to_contain_text("2 texts have answers of two people or more")
    expect(agreement).to_contain_text("People agree well")
    systems = page.get_by_test_id("systems")
    expect(systems.locator("tbody td")).to_have_text(["4", "60.0", "0.00"])
    expect(page.get_by_test_id("rater")).to_have_count(2)
    expect(page.get_by_test_id("share").first).to_contain_text(ADA)
    expect(page.locator("#chart-answers .js-plotly-plot .bars path")).to_have_count(2)
    expect(page.locator("#chart-means .gtitle")).to_have_text("Mean rating a day")


def test_what_annotators_told_of_a_text_is_read_though_nobody_answered_it(
    page: Page, project: Answered
) -> None:
    project.item("Il <i>vente</i>.", "It winds.")
    turn = project.store.queue.take(project.id, ADA)
    assert turn is not None
    project.store.queue.flag(turn.slot_id, ADA, "<b>Markup</b> in it.")
    project.store.queue.skip(turn.slot_id, ADA, "Not for me")
    open_projects(page)
    page.get_by_test_id("lead-project").filter(has_text=project.name).press("Enter")
    page.get_by_test_id("notes").locator("summary").press("Enter")
    expect(page.get_by_test_id("notes").locator("summary")).to_have_text("Notes from annotators (1)")
    note = page.get_by_test_id("note")
    expect(note.locator("span")).to_have_text("Il <i>vente</i>.")
    expect(note.locator("b")).to_have_text("<b>Markup</b> in it. · Not for me")


@pytest.fixture
def project(served: Served, request: pytest.FixtureRequest) -> Iterator[Answered]:
    """Two texts, both rated by two people who agree."""
    with project_in(served.settings, request.node.name[:60], "rating") as made:
        made.item("Il neige.", "It snows.", is_control=True)
        made.item("Il pleut.", "It rain.")
        error = {"start": 3, "end": 7, "severity": "major", "category": ""}
        for who, first, second in ((ADA, 90, 40), (BOB, 80, 30)):
            made.rate(who, first)
            made.rate(who, second, error)
        yield made
        made.store.projects.close(made.id)
