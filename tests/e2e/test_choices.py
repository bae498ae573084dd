"""What is chosen while the answer to another choice is under way: the last choice holds, and is shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.e2e.project_rig import ADA, Answered, project_in
from tests.e2e.serving import Served
from tests.e2e.test_journeys import open_dataset
from tests.e2e.test_projects import open_projects
from tests.e2e.test_review import ASKED

TEXTS = {"Le facteur passe tard.": "The postman comes late.", "Le facteur siffle.": "The postman whistles."}


@pytest.fixture(scope="module")
def projects(served: Served) -> Iterator[tuple[Answered, Answered]]:
    """Two, each with a text that was corrected."""
    with (
        project_in(served.settings, "Chosen first") as one,
        project_in(served.settings, "Chosen last") as last,
    ):
        for project, (source, text) in zip((one, last), TEXTS.items(), strict=True):
            project.item(source, f"{text[:-1]}, it does.")
            project.correct(ADA, text)
        yield one, last


def choose_at_once(page: Page, first: Locator, last: Locator) -> None:
    """The last while the answer to the first is under way; the server hears of them in that order."""
    chosen = f'"selected":"{first.get_attribute("data-id")}"'
    held: list[Route] = []
    let_go = False

    def hold(route: Route) -> None:
        if let_go:
            route.continue_()
        else:
            held.append(route)

    def is_first(asked: Request) -> bool:
        return chosen in (asked.post_data or "")

    page.route(ASKED, hold)
    with page.expect_request(is_first):
        first.click()
    last.click()
    with page.expect_response(lambda answer: is_first(answer.request)) as told:
        next(route for route in held if is_first(route.request)).continue_()
    told.value.finished()
    let_go = True
    for route in held:
        if not is_first(route.request):
            route.continue_()


def test_of_two_projects_the_last_is_shown_with_its_own_figures(
    page: Page, projects: tuple[Answered, Answered]
) -> None:
    open_projects(page)
    rows = [page.locator(f"[data-testid=lead-project][data-id='{one.id}']") for one in projects]
    choose_at_once(page, *rows)
    expect(page.locator("#project-sheet h2")).to_have_text("Chosen last")
    expect(rows[1]).to_have_attribute("aria-pressed", "true")
    expect(rows[0]).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_test_id("agreement")).to_be_visible()
    page.unroute(ASKED)


@pytest.mark.usefixtures("projects")
def test_of_two_corrections_the_last_is_open(page: Page) -> None:
    open_dataset(page)
    rows = page.get_by_test_id("record").filter(has_text="Le facteur")
    expect(rows).to_have_count(2)
    last = rows.nth(1).locator(".il-source").inner_text()
    choose_at_once(page, rows.nth(0), rows.nth(1))
    expect(page.locator("#editor-text textarea")).to_have_value(TEXTS[last])
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "true")
    page.unroute(ASKED)
