"""What tests of the lab do on its page: look at a view, open a word's menu, wait for what was asked."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

SENTENCE = "Le chat noir dort sur la vieille chaise."
VIEWS = ("map", "lines", "heads", "beam", "compare", "own")
IN_GLOSS = (
    "interlinear.lab.unitsOf('target')"
    ".filter(({ special }) => interlinear.lab.view.unit === 'pieces' || !special).map(({ text }) => text)"
)
AT_STEP = (
    "(at) => { const { step, steps } = interlinear.lab.page.shown; return `${[step, steps]}` === `${at}`; }"
)


def data(page: Page) -> dict[str, Any]:
    """The page data that all views draw from."""
    found: dict[str, Any] = page.evaluate("interlinear.lab.page")
    return found


def look_at(page: Page, view: str) -> Locator:
    """The pane of a view, chosen."""
    page.get_by_test_id(f"view-{view}").click()
    pane = page.locator(f"#lab-{view}")
    expect(pane).to_be_visible()
    return pane


def gloss_words(page: Page) -> Locator:
    return page.locator("#gloss [data-testid=target-word]")


def wait_for_step(page: Page, step: int, steps: int) -> dict[str, Any]:
    """Until a target made in the lab is drawn."""
    page.wait_for_function(AT_STEP, arg=[step, steps])
    expect(gloss_words(page)).to_have_text(page.evaluate(IN_GLOSS))
    return data(page)


def open_menu(page: Page, index: int) -> Locator:
    gloss_words(page).nth(index).click()
    menu = page.get_by_test_id("word-menu")
    expect(menu).to_be_visible()
    return menu
