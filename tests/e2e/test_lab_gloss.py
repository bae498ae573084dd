"""The gloss and what it says of each word, in a real browser with the real scripts."""

import math
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.analysis.attention_map import select, to_words
from core.analysis.coverage import source_coverage
from demo_app.ui.strings import read_tables
from tests.e2e.lab_panels import HOSTILE
from tests.e2e.lab_views import draw_views, page_data, random_map
from tests.e2e.tabs import Tabs


def drawn(tabs: Tabs, data: dict[str, Any]) -> Page:
    tab = tabs.open()
    draw_views(tab, data, ("gloss",))
    return tab


def judged_page(rivals: dict[int, list[tuple[str, float]]]) -> dict[str, Any]:
    """With other pieces that could stand at a place of the target."""
    data = page_data()
    target = data["target"]
    known = {"prob": 0.5, "rank": 1, "entropy": 1.0, "margin": 0.1, "reasons": []}
    target["words"] = [word if word["special"] else {**word, **known} for word in target["words"]]
    target["ids"] = list(range(100, 100 + len(target["pieces"])))
    target["judgement"] = [
        {
            **{"log_prob": math.log((at + 1) / 10), "rank": at + 1},
            **{"entropy": at / 4, "margin": 0.5 - at / 10},
            "alternatives": [
                {"id": n, "piece": piece, "prob": prob} for n, (piece, prob) in enumerate(rivals.get(at, []))
            ],
        }
        for at in range(len(target["pieces"]))
    ]
    return data


def test_other_words_are_offered_at_each_piece_and_stand_as_they_would_be_written(tabs: Tabs) -> None:
    at_la = [("▁small", 0.3), ("small", 0.2), ("▁x", 0.01), ("</s>", 0.02)]
    page = drawn(tabs, judged_page({1: at_la, 2: [("wn", 0.25), ("</s>", 0.1), ("ck", 0.01)]}))
    words = page.get_by_test_id("target-word")
    assert words.evaluate_all("all => all.map((one) => 'open' in one.dataset)") == [False, True, *[False] * 3]
    words.nth(1).click()
    options = page.get_by_test_id("alternative")
    written = ["small", "lawn", "‑small", "la · stop", "stop", "x"]
    expect(options.locator(".il-text")).to_have_text(written)
    options.nth(1).click()
    assert page.evaluate("asked.at(-1)") == ["reword", {"at": 2, "id": 0}]


def look_by_pieces(page: Page) -> None:
    page.locator("#gloss").get_by_test_id("unit-pieces").click()


def test_in_pieces_each_has_its_own_figures_and_the_doubts_of_its_word(tabs: Tabs) -> None:
    data = judged_page({})
    data["target"]["words"][1]["reasons"] = ["improbable"]
    page = drawn(tabs, data)
    look_by_pieces(page)
    pieces = page.get_by_test_id("target-word")
    expect(pieces).to_have_text([piece.replace("▁", "") for piece in data["target"]["pieces"]])
    doubted = pieces.evaluate_all("all => all.map((one) => one.dataset.weak)")
    assert doubted == [None, *["improbable"] * 2, *[None] * 5]
    facts = page.get_by_test_id("word-facts")
    for at, shares in ((2, ("30 %", "3", "0.50 nats", "+30 %")), (7, ("80 %", "8", "1.75 nats", "−20 %"))):
        pieces.nth(at).hover()
        expect(facts.locator("dd")).to_have_text(list(shares))
    expect(facts.locator("p")).to_have_count(0)


def test_in_pieces_the_attention_that_a_source_word_got_is_divided_among_its_pieces(tabs: Tabs) -> None:
    weights = random_map()
    data = judged_page({})
    words = [word for word in data["source"]["words"] if not word["special"]]
    for word in words:
        word.update(coverage=1.5, loss=0.5, reasons=[])
    page = drawn(tabs, data)
    got = source_coverage(to_words(weights))[1:-1]
    look_by_pieces(page)
    told = [facts_of(page, at) for at in range(1, len(weights.source_units) - 1)]
    at = 0
    for word, share in zip(words, got, strict=True):
        count = word["to"] - word["from"]
        assert sum(float(one[1]) for one in told[at : at + count]) == pytest.approx(share, abs=0.006 * count)
        # What a word is worth is known of it as a whole.
        assert all(one[2:] == (["loss", "0.50 nats"] if count == 1 else []) for one in told[at : at + count])
        at += count


def facts_of(page: Page, at: int) -> list[str]:
    page.get_by_test_id("source-word").nth(at).hover()
    return page.get_by_test_id("word-facts").locator("dt, dd").all_inner_texts()


def test_a_piece_offers_what_could_stand_at_its_own_place_and_a_stop_to_go_on_from(tabs: Tabs) -> None:
    page = drawn(tabs, judged_page({2: [("wn", 0.25), ("▁x", 0.01)], 7: [("▁but", 0.3)]}))
    look_by_pieces(page)
    pieces, options = page.get_by_test_id("target-word"), page.get_by_test_id("alternative")
    pieces.nth(2).click()
    expect(options.locator(".il-text")).to_have_text(["‑wn", "x"])
    expect(page.get_by_test_id("typed-word")).to_have_count(0)
    options.first.click()
    assert page.evaluate("asked.at(-1)") == ["reword", {"at": 2, "id": 0}]
    pieces.nth(7).click()
    expect(options.locator(".il-text")).to_have_text(["but"])
    page.keyboard.press("Escape")
    expect(pieces.nth(7)).to_be_focused()
    pieces.nth(1).click()
    page.get_by_test_id("typed-word").fill("grey")
    page.keyboard.press("Enter")
    assert page.evaluate("asked.at(-1)") == ["reword", {"at": 1, "text": "grey"}]


@pytest.mark.parametrize("unit", ["words", "pieces"])
def test_hostile_alternatives_are_text_in_the_menu(tabs: Tabs, unit: str) -> None:
    page = drawn(tabs, judged_page({1: [(HOSTILE, 0.3)]}))
    page.evaluate("(unit) => lab.setView({ unit })", unit)
    page.get_by_test_id("target-word").nth(1).click()
    expect(page.get_by_test_id("alternative").locator(".il-text")).to_have_text([HOSTILE[1:]])
    assert page.evaluate("[window.hacked, document.querySelectorAll('img').length]") == [None, 0]


def test_a_piece_lights_itself_in_other_views_and_is_lit_by_them(tabs: Tabs) -> None:
    tab = tabs.open()
    draw_views(tab, judged_page({}), ("gloss", "ribbon"))
    lit = tab.locator("#gloss .il-here")
    tab.locator("#ribbon .il-ribbon-word", has_text="lampe").click()
    expect(lit).to_have_text(["lampe"])
    tab.locator("#ribbon").get_by_test_id("unit-pieces").click()
    expect(lit).to_have_text(["lam", "pe"])
    tab.keyboard.press("Escape")
    tab.locator("#gloss [data-testid=target-word]").nth(2).hover()
    expect(tab.locator("#ribbon .il-ribbon-word.il-lit")).to_have_text("mp")
    weights = select(random_map(), None, None)[2]
    drawn = "words => words.map((word) => Number(word.style.getPropertyValue('--weight')))"
    shown = tab.locator("#gloss [data-testid=source-word]").evaluate_all(drawn)
    assert shown == pytest.approx(weights, abs=1e-3)


def test_a_word_of_the_source_says_what_it_got_what_it_is_worth_and_every_doubt(tabs: Tabs) -> None:
    data = judged_page({})
    reasons = ["omitted", "unattended", "attended_twice", "rare"]
    words = [word for word in data["source"]["words"] if not word["special"]]
    for word, doubts in zip(words, ([], reasons[1:]), strict=False):
        word.update(coverage=0.125, loss=None, reasons=doubts)
    data["target"]["words"][2]["reasons"] = ["repeats"]
    page = drawn(tabs, data)
    facts = page.get_by_test_id("word-facts")
    page.get_by_test_id("source-word").nth(1).hover()
    expect(facts.locator("dt, dd, p")).to_have_text(["coverage", "0.13", *reasons[1:]])
    page.evaluate("lab.weigh([{ from: 2, coverage: 0.125, loss: -0.75, reasons: ['omitted'] }])")
    page.mouse.move(0, 0)
    page.get_by_test_id("source-word").nth(1).hover()
    expect(facts.locator("dt, dd, p")).to_have_text(["coverage", "0.13", "loss", "−0.75 nats", "omitted"])
    line = "(word) => getComputedStyle(word).textDecorationLine"
    repeated, sure = (page.get_by_test_id("target-word").nth(at).evaluate(line) for at in (2, 0))
    assert (repeated, sure) == ("underline", "none")
    known = read_tables("en")["gloss"]
    assert set(reasons) <= set(known) and {"improbable", "repeats"} <= set(known)


def test_a_word_that_is_said_again_and_again_is_told_once(tabs: Tabs) -> None:
    data = judged_page({})
    words = data["target"]["words"]
    for word in words[:3]:
        word.update(text="top", reasons=["repeats"])
    words[3]["reasons"] = ["repeats"]
    page = drawn(tabs, data)
    told = page.get_by_test_id("warnings").get_by_role("listitem")
    expect(told).to_have_count(2)
    expect(page.locator("[data-testid=target-word][data-weak~=repeats]")).to_have_count(4)


def saved(page: Page, ending: str) -> str:
    page.get_by_test_id("save-picture").click()
    with page.expect_download() as download:
        page.get_by_test_id(f"save-{ending}").click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_a_saved_gloss_says_what_the_page_says_of_each_word_and_is_the_same_in_the_dark(tabs: Tabs) -> None:
    data = judged_page({1: [("▁small", 0.3)]})
    data["target"]["words"][1]["reasons"] = ["repeats"]
    page = drawn(tabs, data)
    page.evaluate("lab.lightUp('target', 1, 3, true)")
    threads = page.locator(".il-threads path").count()
    light = saved(page, "svg")
    page.evaluate("document.documentElement.classList.add('dark')")
    assert saved(page, "svg") == light
    page.set_content(saved(page, "html"))
    words = [word for side in ("source", "target") for word in data[side]["words"] if not word["special"]]
    expect(page.locator("svg text")).to_have_text([word["text"] for word in words])
    outside = """words => {
      const sheet = document.querySelector("svg").getBoundingClientRect();
      return words.map((word) => word.getBoundingClientRect()).filter(
        ({ left, right, bottom }) => left < sheet.left || right > sheet.right || bottom > sheet.bottom);
    }"""
    assert page.locator("svg text").evaluate_all(outside) == []
    assert page.locator("path[stroke-dasharray='2px, 2px']").count() == 1
    assert page.locator("path[stroke-linecap=round]").count() == threads > 0
    page.locator("svg text", has_text="lamp").last.hover()
    expect(page.locator("#tip")).to_contain_text("lamp: probability 50 %, rank 1, entropy 1.00 nats")
    expect(page.locator("#tip")).to_contain_text("repeats")
    expect(page.locator("dl")).to_contain_text("legend")
