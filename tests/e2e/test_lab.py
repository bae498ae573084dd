"""A person takes a translation apart: every view and every "what if" of the lab, in a real browser."""

import json
import math
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab_page import SENTENCE, VIEWS, data, gloss_words, look_at, open_menu, wait_for_step
from tests.e2e.test_journeys import correction, translate

OVERHEAR = """() => {
  const { lab } = interlinear;
  const ask = lab.ask;
  lab.ask = (kind, detail) => { (window.asked ||= {})[kind] = detail; ask(kind, detail); };
}"""
"""Keeps what the views ask, by kind."""


@pytest.fixture
def lab(page: Page) -> Page:
    """With a translation of the shipped model."""
    translate(page, SENTENCE)
    return page


def test_each_hypothesis_has_its_own_map_and_views_light_up_together(lab: Page) -> None:
    rows = lab.locator("#lab-heatmap .il-heat-side text")
    best = gloss_words(lab).all_inner_texts()
    expect(rows).to_have_text([*best, "</s>"])
    lab.get_by_test_id("hypothesis").nth(2).click()
    lab.wait_for_function("interlinear.lab.page.shown.hypothesis === 2")
    third = gloss_words(lab).all_inner_texts()
    assert third != best
    expect(rows).to_have_text([*third, "</s>"])

    look_at(lab, "lines")
    lab.locator("#lab-ribbon .il-ribbon-word[data-side=source]", has_text="noir").hover()
    expect(lab.locator("#gloss .il-here")).to_have_text("noir")
    weights = "words => words.map((word) => Number(word.style.getPropertyValue('--weight')))"
    assert max(gloss_words(lab).evaluate_all(weights)) > 0.3

    gloss_words(lab).nth(1).hover()
    facts = lab.get_by_test_id("word-facts")
    expect(facts).to_be_visible()
    assert [facts.locator("dt").nth(index).inner_text() for index in range(4)] == [
        *("Probability", "Rank", "Entropy", "Margin")
    ]
    expect(lab.locator("#lab-ribbon .il-ribbon-word[data-side=target].il-lit")).to_have_text(third[1])


def test_the_beam_tree_is_gone_on_from_by_a_click_and_by_a_key(lab: Page) -> None:
    tree = look_at(lab, "beam")
    other = tree.locator(".il-node[data-fate=kept]:not([data-best])")
    expect(other.first).to_be_attached()
    lab.evaluate(OVERHEAR)
    best = data(lab)["target"]["ids"]
    other.first.locator(".il-box").click()
    found = wait_for_step(lab, 1, 2)
    prefix = lab.evaluate("asked.tree.prefix")
    assert found["shown"]["kind"] == "tree" and prefix
    assert found["target"]["ids"][: len(prefix)] == prefix != best[: len(prefix)]
    assert correction(lab).input_value() == found["target"]["text"]

    tree.get_by_test_id("node").first.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        lab.keyboard.press(key)
    found = wait_for_step(lab, 2, 3)
    assert found["target"]["ids"][:1] == lab.evaluate("asked.tree.prefix")


def test_a_pinned_translation_is_compared_with_that_of_another_source(lab: Page) -> None:
    pane = look_at(lab, "compare")
    pinned = data(lab)["target"]["text"]
    pane.get_by_test_id("compare-pin").click()
    expect(lab.locator("#compare-bar")).to_contain_text(pinned)
    translate(lab, "Le chat noir dort dans le jardin.")
    pane.get_by_test_id("compare-pinned").click()
    said = pane.get_by_test_id("column").locator(".il-said")
    expect(said.first).to_have_text(pinned)
    expect(said.nth(1).locator("del").last).to_contain_text("chair")
    expect(said.nth(1).locator("ins").last).to_contain_text("garden")


def test_another_word_is_chosen_by_key_undone_redone_and_typed(lab: Page) -> None:
    before = data(lab)["target"]
    kept = [word["text"] for word in before["words"][:3]]
    word, options = gloss_words(lab).nth(3), lab.get_by_test_id("alternative")
    word.focus()
    lab.keyboard.press("Enter")
    expect(options.first).to_be_focused()
    lab.keyboard.press("Escape")
    expect(lab.get_by_test_id("word-menu")).to_have_count(0)
    expect(word).to_be_focused()
    lab.keyboard.press("ArrowDown")
    lab.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_be_focused()
    chosen = options.nth(1).locator(".il-text").inner_text()
    lab.keyboard.press("Enter")
    after = wait_for_step(lab, 1, 2)["target"]
    place = before["words"][3]["from"]
    assert after["ids"][:place] == before["ids"][:place] and after["ids"][place] != before["ids"][place]
    assert after["text"].startswith(" ".join([*kept, chosen]))
    assert correction(lab).input_value() == after["text"]
    expect(word).to_be_focused()
    lab.keyboard.press("ArrowRight")
    expect(gloss_words(lab).nth(4)).to_be_focused()

    lab.get_by_test_id("undo").click()
    assert wait_for_step(lab, 0, 2)["target"]["ids"] == before["ids"]
    assert correction(lab).input_value() == before["text"]
    lab.get_by_test_id("redo").click()
    assert wait_for_step(lab, 1, 2)["target"]["ids"] == after["ids"]

    typed = open_menu(lab, 1).get_by_test_id("typed-word")
    typed.fill("grey")
    typed.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(typed).to_be_visible()
    typed.press("Enter")
    assert wait_for_step(lab, 2, 3)["target"]["text"].startswith(f"{kept[0]} grey")


def test_a_translation_of_ones_own_is_scored_word_by_word(lab: Page) -> None:
    best = data(lab)["target"]["log_prob"]
    own = look_at(lab, "own").locator("textarea")
    own.fill("The black cat sleeps on the old banana.")
    own.press("Control+Enter")
    found = wait_for_step(lab, 1, 2)
    total = sum(piece["log_prob"] for piece in found["target"]["judgement"])
    assert found["target"]["log_prob"] == pytest.approx(total, abs=0.01) and total < best
    expect(lab.locator("#facts")).to_contain_text(f"{total:.2f}".replace("-", "−"))
    expect(lab.locator("#gloss [data-weak~=improbable]").last).to_have_text("banana.")
    rows = look_at(lab, "map").locator(".il-heat-side text")
    expect(rows).to_have_text([*"The black cat sleeps on the old banana.".split(), "</s>"])
    assert "banana" not in correction(lab).input_value()


def test_attention_is_edited_decoded_again_and_put_to_the_test(lab: Page) -> None:
    pane = look_at(lab, "map")
    before = data(lab)
    pane.get_by_test_id("edit").click()
    pane.get_by_test_id("heatmap").focus()
    for key in ("ArrowDown", "ArrowDown", *("+" for _ in range(20))):
        lab.keyboard.press(key)
    pane.get_by_test_id("decode-again").click()
    after = wait_for_step(lab, 1, 2)
    ((rows,),) = after["attention"]["cross"]
    (place,) = after["edits"]["rows"]
    assert rows[int(place)] == pytest.approx(after["edits"]["rows"][place], abs=1e-3)
    ((plain,),) = before["attention"]["cross"]
    assert rows[int(place)] != pytest.approx(plain[int(place)], abs=0.05)
    assert any(one["kind"] != "equal" for one in after["changes"])
    expect(lab.get_by_test_id("changes").locator("del, ins").first).to_be_visible()
    lab.get_by_test_id("undo").click()
    wait_for_step(lab, 0, 2)

    look_at(lab, "lines")
    open_menu(lab, 2).get_by_test_id("matter").click()
    expect(lab.get_by_test_id("finding")).to_be_in_viewport()
    expect(lab.get_by_test_id("finding")).to_contain_text(before["target"]["words"][2]["text"])
    expect(lab.get_by_test_id("attention_gradient").locator("dd")).not_to_be_empty()

    # Each of several questions at once is read as it was asked, and of one kind the last is answered.
    with lab.expect_request(lambda request: request.method == "POST"):
        lab.evaluate("() => interlinear.lab.ask('compare', { what: 'models' })")
    lab.evaluate(
        """() => {
          interlinear.lab.ask('compare', { what: 'searches', seed: 1 });
          interlinear.lab.ask('matter', { at: 0 });
        }"""
    )
    expect(lab.get_by_test_id("finding")).to_contain_text(before["target"]["words"][0]["text"])
    titles = lab.locator("#lab-side [data-testid=column] h3")
    expect(titles).to_have_text(["Greedy", "Beam", "Sampling"])
    expect(lab.locator("#lab-notice [role=alert]")).to_have_count(0)


def test_heads_of_a_transformer_are_looked_through_and_switched_off(page: Page) -> None:
    page.get_by_test_id("model").select_option("transformer")
    translate(page, SENTENCE)
    before = data(page)
    sizes = {kind: (len(maps), len(maps[0])) for kind, maps in before["attention"].items()}
    assert sizes == {"align": (1, 1), **dict.fromkeys(("cross", "encoder", "decoder"), (3, 4))}
    pane = look_at(page, "heads")
    expect(pane.get_by_test_id("head")).to_have_count(12)
    pane.get_by_test_id("kind").select_option(label="Within the source")
    pane.get_by_test_id("head").nth(5).locator(".il-tile-map").click()
    heat_map = look_at(page, "map")
    expect(heat_map.locator(".il-heat-side text")).to_have_text(["<2en>", *SENTENCE.split(), "</s>"])
    expect(heat_map.get_by_test_id("layer").locator("option:checked")).to_have_text("Layer 2")

    pane = look_at(page, "heads")
    switch = pane.get_by_test_id("head-switch").nth(1)
    switch.click()
    expect(switch).to_be_focused()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    page.keyboard.press("Space")
    pane.get_by_test_id("decode-without").click()
    after = wait_for_step(page, 1, 2)
    assert after["edits"]["heads_off"] == [["encoder", 0, 1]]
    assert after["target"]["judgement"] != before["target"]["judgement"]

    heads_stay_off(page, after)
    open_menu(page, 0).get_by_test_id("matter").click()
    expect(look_at(page, "map").get_by_test_id("looked")).to_contain_text("Layer 2, Head 2")
    page.get_by_test_id("model").select_option("rnn")
    translate(page, SENTENCE)
    page.wait_for_function("interlinear.lab.page.model.name === 'rnn'")
    open_menu(page, 0).get_by_test_id("matter").click()
    expect(page.get_by_test_id("finding")).to_be_visible()


def test_the_head_that_was_taught_to_align_is_drawn_first_and_the_others_are_a_choice_away(
    page: Page,
) -> None:
    page.get_by_test_id("model").select_option("transformer")
    translate(page, SENTENCE)
    shown = data(page)["attention"]
    assert shown["align"][0][0][:-1] == shown["cross"][0][0][1:]
    for view in ("map", "lines"):
        pane = look_at(page, view)
        expect(pane.get_by_test_id("aligner")).to_contain_text("Layer 1, head 1")
        expect(pane.get_by_test_id("layer")).to_have_count(0)
    pane.get_by_test_id("kind").select_option(label="Translation → source")
    expect(pane.get_by_test_id("aligner")).to_have_count(0)
    expect(look_at(page, "map").get_by_test_id("layer")).to_be_visible()


def heads_stay_off(page: Page, before: dict[str, Any]) -> None:
    """In other searches, in this one of several models, and in a translation of one's own."""
    pane = look_at(page, "compare")
    columns = pane.get_by_test_id("column")
    best_four = ["transformer", "fr-en", "rnn", "rnn-plain"]
    for ways, titles, changed in (
        ("searches", ["Greedy", "Beam", "Sampling"], 3),
        ("models", best_four, 1),
    ):
        pane.get_by_test_id(f"compare-{ways}").click()
        expect(columns.locator("h3")).to_have_text(titles)
        expect(columns.locator(".il-verdict", has_text="under changed attention")).to_have_count(changed)
        expect(columns.nth(1).locator(".il-said")).to_contain_text("chair")
        expect(pane.locator(".il-difference")).to_be_visible()
    look_at(page, "own").locator("textarea").fill("The black cat sleeps.")
    page.locator("#own-go").click()
    assert wait_for_step(page, 2, 3)["edits"] == before["edits"]
    expect(page.locator("#gloss .il-steps")).to_contain_text("your own translation · under changed attention")


def test_without_its_model_a_sentence_is_shown_and_says_nothing_of_its_words(lab: Page) -> None:
    lab.evaluate(
        """() => {
          const { lab } = interlinear;
          const page = structuredClone(lab.page);
          const known = ({ text, from, to, special }) => ({ text, from, to, special });
          for (const side of ['source', 'target']) page[side].words = page[side].words.map(known);
          Object.assign(page.model, { architecture: '', layers: 0, heads: 0 });
          page.target.judgement = [];
          lab.show({ ...page, attention: null });
        }"""
    )
    gloss_words(lab).nth(1).click()
    expect(lab.get_by_test_id("word-menu")).to_have_count(0)
    expect(lab.get_by_test_id("word-facts")).not_to_be_visible()
    assert "NaN" not in lab.locator("#gloss").inner_html()
    for view in VIEWS[:3]:
        expect(look_at(lab, view).locator("p.il-empty").first).to_contain_text("no attention")


def test_a_phone_never_scrolls_sideways(lab: Page) -> None:
    lab.set_viewport_size({"width": 390, "height": 800})
    look_at(lab, "compare").get_by_test_id("compare-searches").click()
    expect(lab.get_by_test_id("column")).to_have_count(3)
    for view in VIEWS:
        look_at(lab, view)
        assert lab.evaluate("document.documentElement.scrollWidth") <= 390, view
    told = open_menu(lab, gloss_words(lab).count() - 1).get_by_test_id("menu-facts")
    expect(told).to_contain_text("Probability")
    assert lab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_word_that_is_untranslated_is_told_and_the_data_are_one_json_that_says_so(page: Page) -> None:
    text = "Ma tante sortit à reculons de la maison."  # which comes out without its backwards
    translate(page, text)
    told = "“reculons” seems untranslated: the translation is more probable without it."
    expect(page.get_by_test_id("warnings").get_by_role("listitem")).to_have_text([told])
    doubts = page.get_by_test_id("source-word").evaluate_all("words => words.map((one) => one.dataset.weak)")
    assert {"omitted", "rare"} <= set(doubts[4].split()) and doubts[3] == ""
    with page.expect_download() as coming:
        page.get_by_test_id("json").click()
    found = json.loads(coming.value.path().read_text(encoding="utf-8"))
    assert found["schema"] == "interlinear.lab/1" and found["source"]["text"] == text
    assert [" ".join(word["reasons"]) for word in found["source"]["words"] if not word["special"]] == doubts
    assert found["target"]["text"] == correction(page).input_value()
    assert math.exp(found["target"]["log_prob"]) <= 1
    assert found["hypotheses"][0]["text"] == found["target"]["text"] and len(found["hypotheses"]) == 5
    assert found["duration_s"] > 0
