"""Links that open the lab again, and text and links that mean harm."""

import re
from collections.abc import Callable
from unicodedata import normalize
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.e2e.lab_page import SENTENCE, data, gloss_words, look_at, open_menu, wait_for_step
from tests.e2e.serving import Served, serve

HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror=hacked=1> ${window.hacked=1} {{window.hacked=1}}"
)
STRANGE = f"{HOSTILE} \N{FAMILY} \N{WOMAN}\u200d\N{GIRL} ve\u0301cu مرحبا بالعالم {'anniversaire' * 34}"
"""With emoji, marks that combine, a script from right to left, and a word of four hundred letters."""
NOTHING_RAN = "!window.hacked && !document.querySelector('img[src=x], #gloss .il-line b')"


def test_a_link_opens_the_sentence_as_it_was_looked_at_from_a_server_started_since(
    page: Page, new_page: Callable[..., Page], served: Served
) -> None:
    text = "Il pleut depuis hier. " + SENTENCE
    page.get_by_test_id("model").select_option("rnn")
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
    assert link.startswith(f"{served.url}/?")

    with serve(served.settings) as later:
        other = new_page(link.replace(served.url, later.url))
        expect(gloss_words(other)).to_have_text(gloss_words(page).all_inner_texts())
        there, here = data(other), data(page)
        for field in ("shown", "model", "options", "target"):
            assert there[field] == here[field]
        expect(other.locator("#source-text textarea")).to_have_value(text)
        expect(other.get_by_test_id("model")).to_have_value("rnn")
        expect(other.get_by_test_id("beam_size")).to_have_value("4")
        expect(other.get_by_test_id("hypothesis").nth(1)).to_have_attribute("aria-checked", "true")
        expect(other.locator("#lab-lines").get_by_test_id("unit-pieces")).to_be_checked()

        switch, box = other.get_by_test_id("language-zh"), other.locator("#source-text textarea")
        switch.hover()
        expect(switch).to_have_attribute("href", re.compile("t="))
        box.fill("Autre chose.")  # which the link must not come back over
        switch.focus()
        expect(switch).not_to_have_attribute("href", re.compile("t="))
        other.goto("about:blank")  # before its server goes


def test_strange_text_stays_text_in_every_view(page: Page) -> None:
    box, words = page.locator("#source-text textarea"), normalize("NFC", STRANGE).split()
    page.get_by_test_id("greedy").click()
    box.fill(STRANGE)
    page.locator("#translate").click()
    expect(page.get_by_test_id("source-word")).to_have_text(words)
    expect(look_at(page, "map").locator(".il-heat-top text[data-index='1']")).to_contain_text("<script>")
    expect(look_at(page, "lines").locator(".il-ribbon-word[data-side=source]").nth(1)).to_be_visible()
    expect(look_at(page, "heads").locator(".il-empty")).to_contain_text("one head")
    expect(look_at(page, "beam").get_by_test_id("node").nth(1)).to_be_attached()
    look_at(page, "compare").get_by_test_id("compare-pin").click()

    own = look_at(page, "own")
    own.locator("textarea").fill("avant\0après")
    own.locator("#own-go").click()
    expect(page.locator("#lab-notice [role=alert]")).to_contain_text("U+0000")
    own.locator("textarea").fill(STRANGE)
    own.locator("#own-go").click()
    assert wait_for_step(page, 1, 2)["target"]["text"] == STRANGE
    expect(gloss_words(page)).to_have_text(words)
    typed = open_menu(page, 0).get_by_test_id("typed-word")
    typed.fill("<b>${window.hacked=1}</b>")
    typed.press("Enter")
    assert wait_for_step(page, 2, 3)["target"]["text"].startswith("<b>${window.hacked=1}</b>")
    look_at(page, "compare").get_by_test_id("compare-pinned").click()
    expect(page.get_by_test_id("column").nth(1).locator("ins").first).to_contain_text("<b>${")
    expect(box).to_have_value(STRANGE)
    assert page.evaluate(NOTHING_RAN)


def test_a_hostile_link_is_told_and_taken_for_nothing(new_page: Callable[..., Page], served: Served) -> None:
    others = dict.fromkeys(("s", "h", "view", "unit", "kind", "layer", "head"), HOSTILE)
    for asked in ({"t": HOSTILE}, {"t": "0" * 32, **others}):
        page = new_page(f"{served.url}/?{urlencode(asked)}")
        expect(page.locator("#source-notice [role=alert]")).to_contain_text(asked["t"])
        assert page.evaluate("[window.hacked, document.querySelectorAll('img[src=x]').length]") == [None, 0]
        page.close()
