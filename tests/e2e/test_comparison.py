"""Three translations a text, from the file of the team lead to pairs to learn from, by keyboard."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.test_annotate import reloaded, slot, start
from tests.e2e.test_journeys import download
from tests.e2e.test_projects import open_projects
from tests.e2e.waiting import turn_after

NAME = "Which of three"
FIRST = ("Le merle chante.", ("The blackbird sings.", "The blackbird is singing.", "The merle sings."))
SECOND = ("Le coq dort.", ("The rooster sleeps.", "The cock is asleep.", "The rooster slept."))
FILE = "\n".join(
    [
        "source,candidate_a,candidate_b,candidate_c",
        *(",".join((one, *texts)) for one, texts in (FIRST, SECOND)),
    ]
)
A_MINUTE_LATER = (
    "() => { const now = performance.now.bind(performance); performance.now = () => now() + 60_000; }"
)
"""By the page's own clock: who answers at once is said not to have read."""


def lead_imports(page: Page) -> None:
    open_projects(page)
    page.get_by_test_id("new-project").press("Enter")
    page.keyboard.type(NAME)
    for key in ("Tab", "Tab", "ArrowDown", "ArrowDown"):  # Languages, the task, the third of them.
        page.keyboard.press(key)
    expect(page.get_by_test_id("task-comparison")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#project-sheet")).to_contain_text("Compare")
    file = {"name": "three.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.get_by_test_id("import-file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_test_id("import-end")).to_have_text("three.csv: 2 texts added.")


def expect_places(page: Page, *places: str) -> None:
    candidates = page.get_by_test_id("candidate")
    expect(candidates).to_have_count(len(places))
    for index, place in enumerate(places):
        expect(candidates.nth(index)).to_have_attribute("data-place", place)


def shown(page: Page) -> tuple[str, list[str]]:
    texts = page.locator(".il-candidate-text").all_inner_texts()
    return page.get_by_test_id("desk-source").inner_text(), texts


def test_three_translations_are_ranked_and_each_pair_comes_out(page: Page, tmp_path: Path) -> None:
    lead_imports(page)
    first = slot(start(page, NAME))
    page.evaluate(A_MINUTE_LATER)
    page.keyboard.press("3")
    page.keyboard.press("1")
    expect_places(page, "2", "3", "1")
    assert reloaded(page) == ["beforeunload"]
    assert slot(start(page, NAME)) == first
    expect_places(page, "2", "3", "1")
    source, texts = shown(page)
    wanted = {(source, texts[one], texts[other]) for one, other in ((2, 0), (0, 1), (2, 1))}
    page.keyboard.press("Enter")

    second = slot(turn_after(page, first))
    page.evaluate(A_MINUTE_LATER)
    page.keyboard.press("2")
    expect_places(page, "2", "1", "2")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("finished")).to_be_visible()
    expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    page.keyboard.press("Alt+z")
    assert slot(turn_after(page)) == second
    expect_places(page, "2", "1", "2")
    source, texts = shown(page)
    wanted |= {(source, texts[1], texts[0]), (source, texts[1], texts[2])}
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("finished")).to_be_visible()
    assert preferred(page, tmp_path) == sorted(wanted)


def preferred(page: Page, folder: Path) -> list[tuple[str, str, str]]:
    """Of the two texts, as the page exports it: source, chosen, rejected."""
    page.get_by_role("tab", name="Dataset").press("Enter")
    page.get_by_test_id("show-export").press("Enter")
    page.get_by_test_id("kind-preferences").check()
    path = download(page, lambda: page.get_by_test_id("download").press("Enter"), folder)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    pairs = sorted((row["prompt"], row["chosen"], row["rejected"]) for row in rows)
    return [pair for pair in pairs if pair[0] in (FIRST[0], SECOND[0])]
