"""A page that nobody touches costs nothing."""

from playwright.sync_api import Page

from tests.e2e.test_journeys import translate

IS_STILL = """async () => {
  for (let look = 0; look < 40; look += 1) {
    const before = framesAsked;
    await new Promise((done) => setTimeout(done, 250));
    if (framesAsked === before) return true;
  }
  return false;
}"""
"""Whether it comes to rest within ten seconds."""


def test_a_page_at_rest_asks_for_no_frame(page: Page) -> None:
    assert page.evaluate(IS_STILL)
    translate(page, "Il neige sur le port.")
    assert page.evaluate(IS_STILL)
