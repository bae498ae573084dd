"""What the pictures of projects and of review show: a project that three people worked in for some days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from playwright.sync_api import Page

from tests.e2e.project_rig import ADA, BOB, Answered

EVE = "eve00003"
DAYS = datetime(2026, 3, 2, 8, tzinfo=UTC)
TEXTS = (
    (
        *("La bibliothèque ferme à six heures le samedi.", "The library closes at six hours the Saturday."),
        *("The library closes at six on Saturdays.", "The library is closing at six on Saturday."),
    ),
    (
        *("Il pleut sur le pont depuis ce matin.", "It rains on the bridge since this morning."),
        *("It has been raining on the bridge since this morning.", "It rained on the bridge this morning."),
    ),
    (
        *("Le boulanger ouvre avant l'aube.", "The baker opens before the dawn."),
        *("The baker opens before dawn.", "The bakery opens before dawn."),
    ),
    (
        *("Nous avons raté le dernier train.", "We have missed the last train."),
        *("We missed the last train.", "We have missed the last train."),
    ),
)


def slow_clock() -> Callable[[], datetime]:
    """What is done at once took some days."""
    ticks = count()
    return lambda: DAYS + timedelta(minutes=25 * next(ticks))


def fill(project: Answered) -> None:
    """Each text answered by two people; the first is flagged."""
    for place in range(36):
        source, machine, *_ = TEXTS[place % len(TEXTS)]
        project.item(source, machine, is_control=place % 5 == 0)
    for turn in range(56):
        who = (ADA, BOB, EVE)[turn % 3]
        written = {source: other if who == BOB else text for source, _, text, other in TEXTS}
        project.correct(who, written, flag="Every Saturday, or this one?" if turn == 0 else "")


def open_tab(page: Page, name: str) -> None:
    """On a phone the last tabs are in a menu."""
    tab = page.get_by_role("tab", name=name)
    if not tab.count():
        page.locator("#tabs .overflow-menu > button").click()
        tab = page.locator("#tabs .overflow-dropdown button", has_text=name)
    tab.click()


def show_figures(page: Page) -> None:
    open_tab(page, "Projects")
    page.get_by_test_id("lead-project").click()
    page.locator("#chart-means .js-plotly-plot").wait_for()


def show_versions(page: Page) -> None:
    open_tab(page, "Review")
    page.get_by_test_id("version").nth(1).wait_for()


LEAD = {
    "projects": (show_figures, ("#project-figures", "#project-charts")),
    "review": (show_versions, ("#review-desk",)),
}
"""What is done, and which part is shown."""
