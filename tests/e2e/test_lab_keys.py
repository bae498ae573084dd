"""The lab without a mouse, on the whole page."""

from playwright.sync_api import Page, expect

from tests.e2e.lab_page import SENTENCE, gloss_words, open_menu, wait_for_step
from tests.e2e.test_journeys import translate


def test_a_step_is_taken_back_and_forward_by_keys_and_what_was_typed_stays(page: Page) -> None:
    box = page.locator("#source-text textarea")
    box.focus()
    page.keyboard.type(SENTENCE)
    translate(page, SENTENCE)
    menu = open_menu(page, 1)
    menu.get_by_test_id("alternative").first.press("Enter")
    wait_for_step(page, 1, 2)
    gloss_words(page).first.focus()
    for chord, step in (("Control+z", 0), ("Control+y", 1), ("Control+z", 0), ("Control+Shift+Z", 1)):
        page.keyboard.press(chord)
        wait_for_step(page, step, 2)
        expect(gloss_words(page).first).to_be_focused()
    expect(box).to_have_value(SENTENCE)
    box.focus()
    page.keyboard.type("!")
    page.keyboard.press("Control+z")
    expect(box).to_have_value(SENTENCE)
    wait_for_step(page, 1, 2)
