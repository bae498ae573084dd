"""What a person corrects acts on what they translate next, and can be switched off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import Client
from tests.e2e.test_api import ROUTE, Visitor, machine_text
from tests.e2e.test_journeys import correction, save_button, translate, write

SOURCE = "Le hibou gris dort dans la vieille grange."
LIKE_IT = "Le hibou gris chante dans la vieille grange."
ON = {"mode": "greedy", "memory": True}


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def test_a_correction_acts_at_once_until_it_is_switched_off(
    page: Page, new_page: Callable[..., Page]
) -> None:
    translate(page, SOURCE)
    own = correction(page).input_value()
    # A short change: who types much faster than a person is set aside, and acts on nothing.
    corrected = f"{own.rstrip('.')} now."
    correction(page).fill(corrected)
    save_button(page).click()
    expect(page.locator("#correct-notice")).to_contain_text("Saved")

    translate(page, LIKE_IT)
    expect(page.get_by_test_id("memory-text")).to_have_text(corrected)
    expect(page.locator("#memory del")).to_have_text("dort")
    assert correction(page).input_value() != corrected
    page.get_by_test_id("memory-use").click()
    expect(correction(page)).to_have_value(corrected)
    expect(page.locator("#facts")).not_to_contain_text("Steered")
    page.get_by_test_id("use-neighbours").click()
    expect(page.locator("#facts")).to_contain_text("Steered by1")
    page.get_by_test_id("use-neighbours").click()
    translate(page, SOURCE)
    expect(page.get_by_test_id("memory-badge")).to_be_visible()
    expect(correction(page)).to_have_value(corrected)
    page.get_by_test_id("memory-show_model").click()
    expect(correction(page)).to_have_value(own)
    page.get_by_test_id("memory-show_correction").click()
    expect(correction(page)).to_have_value(corrected)
    page.get_by_test_id("use-memory").click()
    expect(correction(page)).to_have_value(own)
    expect(page.locator("#memory .il")).to_be_hidden()

    later = new_page()
    expect(later.get_by_test_id("use-memory")).not_to_be_checked()
    later.get_by_test_id("use-memory").click()
    translate(later, SOURCE)
    later.get_by_test_id("memory-record").click()
    expect(later.locator("#editor-text textarea")).to_have_value(corrected)


def test_each_sentence_of_a_text_tells_whether_it_is_a_correction(page: Page, visitor: Visitor) -> None:
    visitor.save("Le grand cygne noir nage sur le lac.")
    write(page, "Le grand cygne noir nage sur le lac. Le petit cygne noir nage sur le lac. Il neige.")
    page.locator("#translate").click()
    sentences = page.get_by_test_id("sentence")
    expect(sentences.nth(0)).to_have_attribute("data-memory", "correction")
    expect(sentences.nth(0)).to_have_attribute("title", "From a correction")
    expect(sentences.nth(1)).to_have_attribute("data-memory", "suggestion")
    expect(page.locator("[data-testid=sentence]:not([data-memory])")).to_have_count(1)
    page.get_by_test_id("memory-show_model").click()
    expect(page.locator("[data-testid=sentence][data-memory=correction]")).to_have_count(0)
    sentences.nth(1).click()
    expect(page.get_by_test_id("memory-like")).to_be_visible()
    page.get_by_test_id("use-memory").click()
    expect(sentences.first).to_be_visible()
    expect(page.locator("[data-testid=sentence][data-memory]")).to_have_count(0)


def test_a_correction_that_is_shown_is_no_draft_and_is_not_saved_twice(visitor: Visitor) -> None:
    text = "La chouette blanche niche sous le vieux pont."
    corrected = visitor.save(text)
    shown = visitor("translate", source_text=text, route=ROUTE, options=ON)
    assert (shown["memory"]["kind"], machine_text(shown)) == ("correction", corrected)
    assert shown["lab-page"]["shown"]["kind"] == "correction"
    assert shown["diff"]["changed"] and shown["diff"]["kept"]
    for endpoint in ("save", "confirm"):
        told = visitor(endpoint, correction_text=corrected, drafts=shown["drafts"])
        assert "saved already" in str(told)
    later = visitor("translate", source_text="Bonjour.", route=ROUTE, options=ON, correction_text=corrected)
    assert later["drafts"]["items"] == [] and later["memory"] is None


def test_a_link_to_a_hypothesis_shows_it_in_place_of_the_correction(visitor: Visitor) -> None:
    text = "Le hibou gris niche sous le vieux toit."
    visitor.save(text)
    shown = visitor("translate", source_text=text, route=ROUTE, options=ON)["lab-page"]["shown"]
    link = {"translation": shown["translation"]}
    for asked, kind in ((link, "correction"), ({**link, "hypothesis": 0}, "hypothesis")):
        assert visitor("open_link", question=asked)["lab-page"]["shown"]["kind"] == kind


def test_the_choice_must_be_one_that_there_is(visitor: Visitor) -> None:
    visitor.translate("Le merle siffle.")
    for wrong in ("both", None, {"choice": 3}, "correction"):
        assert visitor("show_memory", memory=wrong)["source-notice"]["kind"] == "error"
