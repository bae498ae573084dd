"""The gloss and what it says of each word, in a real browser with the real scripts."""

from typing import Any

from playwright.sync_api import Page, expect

from demo_app.ui.strings import read_tables
from tests.e2e.lab_views import draw_views, page_data
from tests.e2e.tabs import Tabs


def drawn(tabs: Tabs, data: dict[str, Any]) -> Page:
    tab = tabs.open()
    draw_views(tab, data, ("gloss",))
    return tab


def judged_page(rivals: dict[int, list[tuple[str, float]]]) -> dict[str, Any]:
    """With other pieces that could stand at a place of the target."""
    data = page_data(shown={"kind": "hypothesis", "step": 0, "steps": 1})
    target = data["target"]
    known = {"prob": 0.5, "rank": 1, "entropy": 1.0, "margin": 0.1, "reasons": []}
    target["words"] = [word if word["special"] else {**word, **known} for word in target["words"]]
    target["ids"] = list(range(100, 100 + len(target["pieces"])))
    target["judgement"] = [
        {"alternatives": [{"id": n, "piece": piece, "prob": prob} for n, (piece, prob) in enumerate(others)]}
        for others in (rivals.get(at, []) for at in range(len(target["pieces"])))
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
