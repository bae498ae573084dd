"""Bad input through the page: a sentence for the person, nothing lost, nothing run."""

import json
import sqlite3
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.serving import Client, Served
from tests.e2e.test_journeys import correction, open_dataset, save_button, search, translate, write

REFUSED = {
    "blank": ("  \n ", "no text"),
    "too long": ("mot " * 5000, "20,000"),
    "one endless word": ("a" * 3000, "3,000"),
    "NUL": ("avant\0après", "U+0000"),
    "control": ("avant\x1baprès", "U+001B"),
}
HOSTILE = (
    "<script>window.hacked=1</script> <img src=x onerror=window.hacked=1> ${window.hacked=1} {{value}} `x`"
)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_translated_is_told_in_a_sentence(client: Client, name: str) -> None:
    text, hint = REFUSED[name]
    told = client.predict(source_text=text, api_name="/translate")[0]
    assert told["kind"] == "error" and hint in told["text"] and told["text"].endswith(".")


def test_half_a_character_is_told_in_a_sentence(served: Served) -> None:
    # Neither a browser nor gradio_client sends one, but a program of one's own can.
    body = json.dumps(
        {"data": ["avant\ud800après", {"source": "fr", "target": "en"}, {"mode": "greedy"}, "", {}]}
    )
    call = f"{served.url}/gradio_api/call/translate"
    event = httpx.post(call, content=body, headers={"content-type": "application/json"}).json()["event_id"]
    answer = httpx.get(f"{call}/{event}", timeout=20).text
    assert "event: complete" in answer and "U+D800" in answer


@pytest.mark.parametrize(
    "options", [{"mode": "beam", "beam_size": b} for b in (0, 1000, 2.5, None, "5", True)]
)
def test_a_beam_out_of_range_is_told_in_a_sentence(client: Client, options: dict[str, object]) -> None:
    told = client.predict(source_text="Bonjour.", options=options, api_name="/translate")[0]
    assert told["kind"] == "error" and "`beam_size` must be" in told["text"]


@pytest.mark.parametrize(
    ("route", "hint"),
    [
        ({"source": "fr", "target": "xx"}, "xx"),
        ({"source": "fr"}, "`route`"),
        ("fr-en", "`route`"),
        ({"source": "fr", "target": "en", "model": "../../etc"}, "../../etc"),
    ],
)
def test_a_route_that_no_model_has_is_told_in_a_sentence(client: Client, route: object, hint: str) -> None:
    told = client.predict(source_text="Bonjour.", route=route, api_name="/translate")[0]
    assert told["kind"] == "error" and hint in told["text"]


def test_a_locked_database_is_told_and_the_same_save_works_later(client: Client, served: Served) -> None:
    client.predict(source_text="Patience.", options={"mode": "greedy"}, api_name="/translate")
    other = sqlite3.connect(served.settings.data_dir / "interlinear.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = client.predict(correction_text="Patience, please.", api_name="/save")[0]
    other.close()
    assert told["kind"] == "error" and "locked" in told["text"]
    assert client.predict(correction_text="Patience, please.", api_name="/save")[0]["kind"] == "done"


def test_refused_texts_stay_in_the_box_and_a_strange_correction_is_kept_as_text(page: Page) -> None:
    translate(page, "La soupe est prête.")
    correction(page).fill(HOSTILE)
    gloss = page.locator("#gloss").inner_text()
    for text, hint in REFUSED.values():
        write(page, text)
        page.get_by_role("button", name="Translate", exact=True).click()
        expect(page.locator("#source-notice [role=alert]")).to_contain_text(hint)
        assert page.locator("#source-text textarea").input_value() == text
    expect(page.locator("#gloss")).to_have_text(gloss, use_inner_text=True)
    expect(page.locator("#diff ins").first).to_be_visible()
    save_button(page).click()
    expect(page.locator("#correct-notice")).to_contain_text("Saved")
    open_dataset(page)
    search(page, "window.hacked", 1).first.click()
    expect(page.locator("#editor-text textarea")).to_have_value(HOSTILE)
    assert page.evaluate("window.hacked") is None


def test_a_refused_first_text_takes_no_word_from_what_is_shown_later(page: Page) -> None:
    write(page, "a\0b")
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(page.locator("#source-notice [role=alert]")).to_contain_text("U+0000")
    translate(page, "La soupe est prête.")
    expect(page.locator("#matter-panel")).to_contain_text("Choose a word")
    expect(page.locator("#diff")).to_contain_text("Change the text above")
    page.get_by_test_id("view-beam").click()
    expect(page.locator("#lab-tree svg text").first).to_be_visible()
    expect(page.get_by_test_id("hide-pruned")).to_have_text("Hide pruned")


def test_two_tabs_on_one_record_end_in_a_sentence_and_keep_both_texts(new_page: Callable[..., Page]) -> None:
    first = new_page()
    translate(first, "La passerelle est fermée cette semaine.")
    correction(first).fill("The footbridge is closed.")
    save_button(first).click()
    expect(first.locator("#correct-notice")).to_contain_text("Saved")
    second = new_page()
    for tab in (first, second):
        tab.bring_to_front()  # the one behind draws a frame a second
        open_dataset(tab)
        search(tab, "passerelle", 1).first.click()
    box, other = (tab.locator("#editor-text textarea") for tab in (first, second))
    other.fill("The bridge is shut.")
    first.bring_to_front()
    box.fill("The footbridge is closed this week.")
    first.get_by_role("button", name="Save revision").click()
    expect(first.locator("#editor-notice")).to_contain_text("revision 2")
    second.bring_to_front()
    second.get_by_role("button", name="Save revision").click()
    expect(second.locator("#editor-notice [role=alert]")).to_contain_text("Your text is kept")
    expect(other).to_have_value("The bridge is shut.")
    expect(second.get_by_test_id("revision").first).to_contain_text("this week")
    second.get_by_role("button", name="Save revision").click()
    expect(second.locator("#editor-notice")).to_contain_text("revision 3")


def test_the_correction_stands_still_while_the_next_sentence_is_on_its_way(page: Page) -> None:
    translate(page, "Le pain est encore chaud.")
    waiting: list[Route] = []
    page.route("**/gradio_api/run/**", lambda route: waiting.append(route))
    write(page, "Le pain est déjà froid.")
    page.get_by_role("button", name="Translate", exact=True).click()
    expect(correction(page)).not_to_be_editable()
    expect(save_button(page)).to_be_disabled()
    for route in waiting:
        route.continue_()
    page.unroute("**/gradio_api/run/**")
    expect(correction(page)).to_be_editable()
    expect(save_button(page)).to_be_enabled()
