"""A whole project in a real browser: import, two annotators, release, adjudication, agreement, export."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.tabs import Tabs
from tests.e2e.team import FORM, PASSWORD, Team
from tests.e2e.waiting import turn_after

NAME = "From file to dataset"
FILE = b"Le facteur passe avant midi.\nUn mot\x00 interdit.\nLa neige tombe depuis ce matin.\n"
TYPED = "It has been snowing ever since the early morning."
TABS = ["Translate", "Annotate", "Dataset", "Projects", "Review", "Models", "About"]
OF_REVIEWERS = ("Projects", "Review", "Models")
CLOCK = """() => {
  const start = performance.now();
  window.passed = 0;
  performance.now = () => start + window.passed;
}"""
# The page's own clock, moved by the test: on any machine one person is too fast and the others are not.


@pytest.fixture
def page(tabs: Tabs) -> Page:
    """A tab that people of the team use one after the other."""
    return tabs.open()


def enter(page: Page, team: Team, name: str, tab: str) -> None:
    """As somebody else, who agreed to the licence, on one of the tabs."""
    page.goto("about:blank")  # Else what the page still asks for would be asked by nobody.
    page.context.clear_cookies()
    ask = page.request.post
    login = ask(f"{team.url}/login", form={"name": name, "password": PASSWORD}, max_redirects=0)
    agreement = ask(f"{team.url}/me", form={**FORM}, max_redirects=0)
    assert (login.status, agreement.status) == (303, 303)
    page.goto(team.url)
    expect(page.get_by_test_id("my-account")).to_have_text(name)
    page.get_by_role("tab", name=tab).press("Enter")


def test_from_a_file_to_a_dataset(
    page: Page, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_imports(page, team)
    annotate(page, team, "ada", " Really.", TYPED, in_no_time=True)
    annotate(page, team, "bob", None, None)
    enter(page, team, "eve", "Review")
    release_and_choose(page)
    agreement_is_shown(page)
    rows = read_by_datasets(exported(page, tmp_path), tmp_path, monkeypatch)
    assert [(row["status"], row["user_role"]) for row in rows] == [("accepted", "annotator")] * 2
    assert rows[0]["corrected_text"].endswith(" Really.") or rows[1]["corrected_text"].endswith(" Really.")
    assert TYPED in [row["corrected_text"] for row in rows]
    assert {row["source_text"] for row in rows} == {line.decode() for line in FILE.splitlines()[::2]}


def lead_imports(page: Page, team: Team) -> None:
    enter(page, team, "root", "Projects")
    expect(page.get_by_role("tab")).to_have_text(TABS)
    page.get_by_test_id("new-project").press("Enter")
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    expect(page.locator("#project-sheet")).to_contain_text("2 people a text")
    file = {"name": "letters.txt", "mimeType": "text/plain", "buffer": FILE}
    page.get_by_test_id("import-file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_test_id("import-end")).to_have_text("letters.txt: 2 texts added.")
    expect(page.get_by_test_id("bad-row")).to_contain_text("Line 2")


def annotate(
    page: Page, team: Team, name: str, added: str | None, instead: str | None, in_no_time: bool = False
) -> None:
    """Both texts; None: right as it stands."""
    enter(page, team, name, "Annotate")
    page.evaluate(CLOCK)
    expect(page.get_by_role("tab")).to_have_text([tab for tab in TABS if tab not in OF_REVIEWERS])
    page.get_by_role("button", name=f": {NAME}").press("Enter")
    first = turn_after(page).get_attribute("data-slot")
    answer(page, added, 30)
    turn_after(page, first or "")
    if instead:
        page.get_by_test_id("post-edit").fill("")
    answer(page, instead, 0 if in_no_time else 30)
    expect(page.get_by_test_id("finished")).to_be_visible()


def answer(page: Page, typed: str | None, seconds: int) -> None:
    page.evaluate("(seconds) => { window.passed += 1000 * seconds; }", seconds)
    if typed is None:
        page.keyboard.press("Alt+Enter")
        return
    page.get_by_test_id("post-edit").press("End")
    page.keyboard.insert_text(typed)
    page.keyboard.press("Control+Enter")


def release_and_choose(page: Page) -> None:
    versions, told = page.get_by_test_id("version"), page.locator("#review-notice")
    page.get_by_test_id("queue-status").select_option("quarantined")
    aside = page.locator("[data-testid=version][data-status=quarantined]")
    expect(aside).to_contain_text("faster than anybody types")
    aside.press("l")
    expect(told).to_contain_text("Released")
    page.get_by_test_id("queue-status").select_option("submitted")
    for left in (1, 0):
        expect(versions).to_have_count(2)
        # Ada's: the one with words put in.
        versions.filter(has=page.locator("ins")).press(
            versions.filter(has=page.locator("ins")).inner_text().split()[1]
        )
        expect(told).to_contain_text("was chosen")
        expect(page.get_by_test_id("awaiting")).to_have_count(left)


def agreement_is_shown(page: Page) -> None:
    page.get_by_role("tab", name="Projects").press("Enter")
    page.get_by_test_id("lead-project").filter(has_text=NAME).press("Enter")
    expect(page.locator("#project-sheet")).to_contain_text("100 %")
    expect(page.get_by_test_id("switch-project")).to_have_count(0)
    expect(page.get_by_test_id("agreement")).to_contain_text("chrF between corrections")


def exported(page: Page, folder: Path) -> Path:
    """The snapshot of what was accepted, as JSON lines."""
    page.get_by_role("tab", name="Dataset").press("Enter")
    page.get_by_test_id("filter-status").select_option("accepted")
    page.get_by_test_id("show-export").press("Enter")
    page.get_by_test_id("snapshot-name").fill("journey")
    page.get_by_test_id("snapshot-name").press("Enter")
    expect(page.locator("#dataset-notice")).to_contain_text("Frozen as journey, for good: 2 corrections")
    page.get_by_test_id("show-export").press("Enter")
    page.get_by_test_id("export-what").select_option(label="journey · 2 corrections")
    with page.expect_download() as download:
        page.get_by_test_id("download").press("Enter")
    download.value.save_as(folder / "journey.jsonl")
    return folder / "journey.jsonl"


def read_by_datasets(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    for name, value in (("HF_DATASETS_OFFLINE", "1"), ("HF_HUB_OFFLINE", "1"), ("HF_HOME", str(folder))):
        monkeypatch.setenv(name, value)
    import datasets

    cache = str(folder / "cache")
    return list(datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=cache))
