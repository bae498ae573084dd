"""Words kept from the lab are withdrawn on the page, where nobody logs in."""

from playwright.sync_api import Page, expect

from tests.e2e.test_journeys import open_dataset, translate
from tests.e2e.waiting import shown

SENTENCE = "Le boulanger ouvre sa porte avant six heures."


def test_words_that_were_kept_can_be_withdrawn_without_an_account(page: Page) -> None:
    translate(page, SENTENCE)
    page.get_by_test_id("keep-choices").check()
    page.get_by_test_id("target-word").nth(2).click()
    page.get_by_test_id("alternative").nth(1).click()
    shown(page, "[data-testid=undo]")
    open_dataset(page)
    ours = page.get_by_test_id("kept-words").filter(has_text=SENTENCE)
    expect(ours).to_have_count(1)
    ours.get_by_test_id("withdraw-words").click()
    ours.get_by_test_id("withdraw-words-now").click()
    expect(page.locator("#kept-notice")).to_have_text("Withdrawn.")
    expect(ours).to_have_count(0)
    page.reload()
    open_dataset(page)
    expect(ours).to_have_count(0)
