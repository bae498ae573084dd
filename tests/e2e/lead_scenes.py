"""What the pictures of projects and of review show: a project that three people worked in for some days, and
two with answers that a reviewer changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from playwright.sync_api import Page

from demo_app.store.project_records import Task
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


def rate(project: Answered) -> None:
    """Two people do not agree about a text, and a third is missing something in another."""
    source, machine, *_ = TEXTS[0]
    project.item(source, machine)
    project.item(*TEXTS[1][:2])
    end = machine.index(" the Saturday")
    hours, saturday = (end - len("six hours"), end), (end + 1, len(machine) - 1)
    project.rate(ADA, 62, marked(*hours, "minor"), marked(*saturday, "major"))
    project.rate(BOB, 81, marked(*saturday, "minor"))
    project.rate(ADA, 40, marked(0, 2, "minor"), marked(None, None, "major"))


def marked(start: int | None, end: int | None, severity: str) -> dict[str, object]:
    """An error at these characters; at none, what is missing."""
    return {"start": start, "end": end, "severity": severity, "category": ""}


def compare(project: Answered) -> None:
    """Two people prefer one translation each."""
    for source, machine, *others in TEXTS:
        project.item(source, machine, tuple(others))
    project.compare(ADA, 3, 1, 2)
    project.compare(BOB, 2, 1, 1)
    project.compare(ADA, 1, 2, 3)


FILLED: dict[Task, Callable[[Answered], None]] = {"rating": rate, "comparison": compare}
"""What people answered, by the task of a project."""


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


def change_rating(page: Page) -> None:
    """The second error becomes a minor one, as the other person has it."""
    open_answers(page, "rating")
    page.get_by_test_id("error").nth(1).locator(".il-error-text").click()
    page.keyboard.press("m")


def change_comparison(page: Page) -> None:
    """The second best is no more preferred to the third."""
    open_answers(page, "comparison")
    places = page.get_by_test_id("candidate").locator(".il-place").all_inner_texts()
    page.keyboard.press(str(places.index("Place 2") + 1))


def open_answers(page: Page, kind: str) -> None:
    """The first of them, in the editor."""
    open_tab(page, "Review")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_test_id("queue-kind").select_option(kind)
    page.get_by_test_id("version").nth(1).wait_for()
    page.get_by_test_id("version").first.focus()
    page.keyboard.press("e")
    page.get_by_test_id("review-editor").wait_for()


JUDGED = {
    "review-rating": (change_rating, ("#review-desk",)),
    "review-comparison": (change_comparison, ("#review-desk",)),
}
"""Of answers that await review."""

LEAD = {
    "projects": (show_figures, ("#project-figures", "#project-charts")),
    "review": (show_versions, ("#review-desk",)),
}
"""What is done, and which part is shown."""
