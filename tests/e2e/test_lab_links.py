"""Links that open the lab again, and text and links that mean harm."""

from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.e2e.lab_page import SENTENCE, VIEWS, data, gloss_words, look_at, open_menu, wait_for_step
from tests.e2e.serving import Served

HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror=hacked=1> ${window.hacked=1} {{window.hacked=1}}"
)


def test_a_link_opens_the_sentence_as_it_was_looked_at(page: Page, new_page: Callable[..., Page]) -> None:
    text = "Il pleut depuis hier. " + SENTENCE
    page.get_by_test_id("beam_size").fill("4")
    page.locator("#source-text textarea").fill(text)
    page.locator("#translate").click()
    page.get_by_test_id("sentence").nth(1).click()
    page.wait_for_function("interlinear.lab.page?.shown.segment === 1")
    page.get_by_test_id("hypothesis").nth(1).click()
    page.wait_for_function("interlinear.lab.page.shown.hypothesis === 1")
    look_at(page, "lines").get_by_test_id("unit-pieces").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id("permalink").click()
    expect(page.get_by_test_id("permalink")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")

    other = new_page(link)
    expect(gloss_words(other)).to_have_text(gloss_words(page).all_inner_texts())
    there, here = data(other), data(page)
    assert {**there["shown"]} == {**here["shown"]} and there["target"]["ids"] == here["target"]["ids"]
    expect(other.locator("#source-text textarea")).to_have_value(text)
    expect(other.get_by_test_id("beam_size")).to_have_value("4")
    expect(other.locator("#lab-lines")).to_be_visible()
    expect(other.locator("#lab-lines").get_by_test_id("unit-pieces")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(other.get_by_test_id("hypothesis").nth(1)).to_have_attribute("aria-checked", "true")


def test_hostile_text_stays_text_in_every_view(page: Page) -> None:
    page.locator("#source-text textarea").fill(HOSTILE)
    page.locator("#translate").click()
    expect(page.get_by_test_id("source-word").last).to_have_text("{{window.hacked=1}}")
    look_at(page, "own").locator("textarea").fill(HOSTILE)
    page.locator("#own-go").click()
    assert wait_for_step(page, 1, 2)["target"]["text"] == HOSTILE
    typed = open_menu(page, 0).get_by_test_id("typed-word")
    typed.fill("<b>${window.hacked=1}</b>")
    typed.press("Enter")
    assert wait_for_step(page, 2, 3)["target"]["text"].startswith("<b>${window.hacked=1}</b>")
    for view in VIEWS:
        look_at(page, view)
    page.get_by_test_id("view-compare").click()
    page.get_by_test_id("compare-pin").click()
    page.get_by_test_id("compare-pinned").click()
    expect(page.get_by_test_id("column")).to_have_count(2)
    assert page.evaluate("[window.hacked, document.querySelectorAll('img[src=x], #gloss b').length]") == [
        None,
        0,
    ]


def test_a_hostile_link_is_told_and_taken_for_nothing(new_page: Callable[..., Page], served: Served) -> None:
    others = dict.fromkeys(("s", "h", "view", "unit", "kind", "layer", "head"), HOSTILE)
    for asked in ({"t": HOSTILE}, {"t": "0" * 32, **others}):
        page = new_page(f"{served.url}/?{urlencode(asked)}")
        expect(page.locator("#source-notice [role=alert]")).to_contain_text(asked["t"])
        assert page.evaluate("[window.hacked, document.querySelectorAll('img[src=x]').length]") == [None, 0]
        page.close()
