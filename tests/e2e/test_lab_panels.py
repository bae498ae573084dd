"""Beam tree, comparison and attention check in a real browser: the real scripts in a frame like the page's.

Labels are their own names here, so that a test does not depend on a language."""

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.options import BeamOptions
from core.results import AttentionCheck, AttentionMap, Hypothesis
from demo_app.viz.beam_tree import beam_tree
from demo_app.viz.compare import Column, compare
from demo_app.viz.matter import matter
from tests.e2e.tabs import Tabs
from tests.tiny import SENTENCES, tiny_translator

ASSETS = Path(__file__).parents[2] / "assets"
HOSTILE = "▁<img src=x onerror=window.hacked=1>${window.hacked=1}"
FRAME = '<!doctype html><meta charset="utf-8"><div id="view"><div class="il"></div></div>'
START = """([scripts, page, value]) => {
  window.asked = [];
  (0, eval)(scripts.page);
  window.lab = window.interlinear.lab;
  lab.ask = (kind, detail) => asked.push([kind, detail]);
  lab.show(page);
  const labels = new Proxy({}, { get: (_, name) => String(name) });
  const code = new Function("element", "props", "watch", "trigger", scripts.view);
  code(document.getElementById("view"), { value, labels }, () => {}, () => {});
}"""

Opened = Callable[[Sequence[str], dict[str, Any] | None], Page]


def script(name: str) -> str:
    return (ASSETS / f"{name}.js").read_text(encoding="utf-8")


def page_data(target_ids: Sequence[int] = ()) -> dict[str, Any]:
    side = {"language": "fr", "text": "", "pieces": [], "words": []}
    target = {**side, "ids": list(target_ids)}
    return {"model": {"id": "m@1", "name": "m"}, "source": side, "target": target, "attention": None}


@pytest.fixture
def opened(tabs: Tabs) -> Opened:
    """Draws a view with a value; whatever goes wrong in the page fails the test."""

    def start(names: Sequence[str], value: dict[str, Any] | None) -> Page:
        page = tabs.open()
        page.set_viewport_size({"width": 1200, "height": 800})
        page.goto("about:blank")  # A window of its own: scripts listen on it.
        page.set_content(FRAME)
        styles = sorted((ASSETS / "lab").glob("*.css"))
        page.add_style_tag(content="".join(path.read_text(encoding="utf-8") for path in styles))
        view = "\n".join(script(name) for name in ("components/shared", "lab/pictures", *names))
        best = tiny_trace()["hypotheses"][0]["ids"]
        page.evaluate(START, [{"page": script("lab/page"), "view": view}, page_data(best), value])
        return page

    return start


@cache
def tiny_trace() -> dict[str, Any]:
    """A real tree, and the ids of its hypotheses for the tests' own use."""
    options = BeamOptions(beam_size=3, n_best=3, max_length=9)
    trace = tiny_translator().trace(SENTENCES[0], "en", "fr", options)
    tree = beam_tree(trace)
    for found, hypothesis in zip(tree["hypotheses"], trace.segment.hypotheses, strict=True):
        found["ids"] = list(hypothesis.ids)
    return tree


def drawn_tree(opened: Opened, value: dict[str, Any] | None = None) -> Page:
    return opened(("lab/tree_layout", "lab/tree"), value or tiny_trace())


def node(page: Page, id: int) -> Locator:
    return page.locator(f'.il-node[data-id="{id}"]')


def focused(page: Page) -> int:
    return int(page.evaluate("document.activeElement.dataset.id"))


def test_every_candidate_is_drawn_and_a_click_asks_with_its_prefix(opened: Opened) -> None:
    tree = tiny_trace()
    page = drawn_tree(opened, tree)
    expect(page.get_by_test_id("node")).to_have_count(len(tree["nodes"]))
    for found in tree["hypotheses"]:
        page.evaluate("asked.length = 0")
        node(page, found["node"]).click()
        assert page.evaluate("asked") == [["tree", {"prefix": found["ids"]}]]


def test_arrow_keys_walk_along_the_best_hypothesis_and_back(opened: Opened) -> None:
    tree = tiny_trace()
    ids = tree["hypotheses"][0]["ids"]
    page = drawn_tree(opened, tree)
    node(page, 0).focus()
    for step, token in enumerate(ids, start=1):
        page.keyboard.press("ArrowRight")
        here = tree["nodes"][focused(page)]
        assert (here["step"], here["token"]) == (step, token) and 1 in here["ranks"]
    assert focused(page) == tree["hypotheses"][0]["node"]
    page.keyboard.press("Enter")
    assert page.evaluate("asked") == [["tree", {"prefix": ids}]]
    for _ in ids:
        page.keyboard.press("ArrowLeft")
    assert focused(page) == 0


def test_up_and_down_walk_through_the_candidates_of_a_step(opened: Opened) -> None:
    tree = tiny_trace()
    first = [one for one in tree["nodes"] if one["step"] == 1]
    page = drawn_tree(opened, tree)
    node(page, 0).focus()
    page.keyboard.press("ArrowRight")
    seen = [focused(page)]
    while True:
        page.keyboard.press("ArrowDown")
        if focused(page) == seen[-1]:
            break
        seen.append(focused(page))
    slots = [tree["nodes"][id]["slot"] for id in seen]
    assert set(seen) <= {one["id"] for one in first}
    assert len(seen) >= 1 and slots == sorted(slots, key=lambda slot: 99 if slot is None else slot)
    page.keyboard.press("ArrowUp")
    assert focused(page) == seen[max(0, len(seen) - 2)]


def test_a_folded_branch_is_gone_until_it_is_unfolded(opened: Opened) -> None:
    tree = tiny_trace()
    page = drawn_tree(opened, tree)
    first = tree["hypotheses"][0]["ids"][0]
    branch = next(n["id"] for n in tree["nodes"] if n["step"] == 1 and n["token"] == first)
    behind = {branch}
    for one in tree["nodes"]:
        if one["parent"] in behind:
            behind.add(one["id"])
    node(page, branch).focus()
    page.keyboard.press(" ")
    expect(node(page, branch)).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_test_id("node")).to_have_count(len(tree["nodes"]) - len(behind) + 1)
    assert focused(page) == branch
    page.get_by_role("button", name="unfold").click()
    expect(page.get_by_test_id("node")).to_have_count(len(tree["nodes"]))


def test_pruned_candidates_can_be_hidden(opened: Opened) -> None:
    tree = tiny_trace()
    page = drawn_tree(opened, tree)
    page.get_by_test_id("hide-pruned").click()
    left = [one for one in tree["nodes"] if one.get("fate") != "pruned"]
    expect(page.get_by_test_id("node")).to_have_count(len(left))
    expect(page.locator('.il-edge[data-fate="pruned"]')).to_have_count(0)


def test_hover_tells_numbers_and_lights_the_piece_on_the_page(opened: Opened) -> None:
    tree = tiny_trace()
    ids = tree["hypotheses"][0]["ids"]
    page = drawn_tree(opened, tree)
    second = next(n for n in tree["nodes"] if n["step"] == 2 and 1 in n["ranks"] and n["token"] == ids[1])
    node(page, second["id"]).hover()
    expect(page.locator(".il-hint")).to_contain_text(f"{second['log_prob']:.2f}".replace("-", "−"))
    light = page.evaluate("lab.light")
    assert (light["side"], light["from"], light["to"]) == ("target", 1, 2)
    page.mouse.move(1190, 790)
    expect(page.locator(".il-hint")).to_have_count(0)
    page.evaluate("lab.lightUp('target', 1, 2)")
    expect(page.locator(".il-node.il-lit")).to_have_count(1)
    expect(node(page, second["id"])).to_have_class("il-node il-lit")


def test_hostile_pieces_are_drawn_as_text(opened: Opened) -> None:
    tree = json.loads(json.dumps(tiny_trace()))
    for one in tree["nodes"][1:]:
        one["piece"] = HOSTILE
    page = drawn_tree(opened, tree)
    node(page, 1).hover()
    expect(page.locator(".il-hint")).to_contain_text("onerror")
    assert page.evaluate("[window.hacked, document.querySelectorAll('#view img').length]") == [None, 0]


def test_the_tree_can_be_taken_away_and_stays_where_it_is(opened: Opened) -> None:
    page = drawn_tree(opened)
    page.get_by_test_id("save-picture").click()
    with page.expect_download() as download:
        page.get_by_test_id("save-svg").click()
    picture = download.value.path().read_text(encoding="utf-8")
    assert picture.count("treeitem") == len(tiny_trace()["nodes"]) and "var(" not in picture
    expect(page.get_by_test_id("node")).to_have_count(len(tiny_trace()["nodes"]))


def test_the_data_hold_the_tree_only_while_it_is_that_of_what_is_shown(opened: Opened) -> None:
    page = drawn_tree(opened, {**tiny_trace(), "of": {"translation": "a"}})
    expect(page.locator(".il-empty")).to_have_count(1)
    page.evaluate("(data) => lab.show(data)", page_data() | {"shown": {"translation": "a"}})
    assert downloaded(page)["tree"] == tiny_trace()
    page.evaluate("(data) => lab.show(data)", page_data() | {"shown": {"translation": "b"}})
    assert page.evaluate("Object.entries(lab.loaded).filter(([, { of }]) => lab.isHere(of))") == []


def downloaded(page: Page) -> dict[str, Any]:
    page.get_by_test_id("save-picture").click()
    with page.expect_download() as download:
        page.get_by_test_id("save-json").click()
    found: dict[str, Any] = json.loads(download.value.path().read_text(encoding="utf-8"))
    return found


def side(title: str, words: str, log_prob: float) -> Column:
    pieces = tuple(f"▁{word}" for word in words.split())
    weights = np.full((1, 1, len(pieces), 3), 1 / 3, np.float32)
    weights[0, 0, 0] = [log_prob / -10, 1 + log_prob / 10, 0]
    hypothesis = Hypothesis(words, (1,), ("▁x",), (log_prob,), log_prob, True)
    return Column(
        title=title,
        hypothesis=hypothesis,
        model="m@1",
        log_prob=log_prob,
        duration_ms=-30 * log_prob,
        attention=AttentionMap(("▁le", "▁chat", HOSTILE), pieces, weights),
    )


def shares(page: Page, name: str) -> list[float]:
    bars = page.locator(f'.il-bar[data-name="{name}"]')
    found: list[float] = bars.evaluate_all(
        "bars => bars.map(bar => Number(bar.style.getPropertyValue('--share')))"
    )
    return found


def test_columns_show_their_changes_and_draw_their_numbers(opened: Opened) -> None:
    columns = [side("A", "the cat sleeps", -2), side("B", "the dog sleeps", -1), side("C", HOSTILE[1:], -4)]
    page = opened(("lab/compare",), compare(columns, "m@1"))
    expect(page.get_by_test_id("column")).to_have_count(3)
    second = page.get_by_test_id("column").nth(1)
    expect(second.locator("del")).to_have_text("cat")
    expect(second.locator("ins")).to_have_text("dog")
    assert shares(page, "log_prob") == pytest.approx([math.exp(-1), 1, math.exp(-3)], abs=1e-3)
    assert shares(page, "time") == pytest.approx([0.5, 0.25, 1])
    assert page.evaluate("[window.hacked, document.querySelectorAll('#view img').length]") == [None, 0]


def test_the_map_of_differences_hatches_what_only_one_side_has(opened: Opened) -> None:
    columns = [side("A", "the cat sleeps", -2), side("B", "the dog sleeps", -1), side("C", "the cat", -4)]
    page = opened(("lab/compare",), compare(columns))
    expect(page.locator(".il-cell")).to_have_count(2 * 3)
    expect(page.locator(".il-alone")).to_have_count(2)
    page.locator(".il-difference").focus()
    here = page.locator(".il-cell.il-here")
    expect(here).to_have_attribute("data-sign", "less")
    page.keyboard.press("ArrowRight")
    expect(here).to_have_attribute("data-sign", "more")
    page.keyboard.press("ArrowDown")
    expect(here).to_have_attribute("data-row", "3")
    page.get_by_role("radio", name="C").click()
    expect(page.locator(".il-alone")).to_have_count(1)
    assert shares(page, "log_prob") == []


def test_narrow_columns_stack(opened: Opened) -> None:
    page = opened(("lab/compare",), compare([side("A", "the cat", -2), side("B", "a cat", -1)]))
    first, second = (page.get_by_test_id("column").nth(at) for at in range(2))
    assert box(first)["y"] == box(second)["y"]
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator(".il-sides[data-narrow]")).to_be_visible()
    assert box(second)["y"] >= box(first)["y"] + box(first)["height"] - 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return {"y": found["y"], "height": found["height"]}


def test_a_check_says_its_verdict_and_lights_a_word_by_hand_or_key(opened: Opened) -> None:
    rows = ((0.7, 0.2, 0.1), (0.6, 0.3, 0.1), (1.5, 0.4, -0.2))
    units = ("le", "chat", HOSTILE[1:])
    check = AttentionCheck("cat", units, *rows, 0.9, None, 0.8, 0.2, 0.6)
    page = opened(("lab/matter",), matter(check, ("▁le", "▁chat", HOSTILE)))
    expect(page.get_by_test_id("finding")).to_have_text("sentence")
    expect(page.get_by_test_id("attention_gradient")).to_contain_text("0.90")
    expect(page.get_by_test_id("attention_left_out")).to_contain_text("undefined")
    bars = page.locator('.il-strength[data-measure="attention"]')
    high = [box(bars.nth(at))["height"] for at in range(3)]
    assert high == sorted(high, reverse=True) and high[1] == pytest.approx(high[0] * 2 / 7, abs=1)
    page.locator(".il-scroll").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".il-told")).to_contain_text("chat")
    assert page.evaluate("[lab.light.side, lab.light.from, lab.light.to]") == ["source", 1, 2]
    page.locator('.il-hit[data-word="2"]').hover()
    expect(page.locator(".il-told")).to_contain_text("onerror")
    assert page.evaluate("[window.hacked, document.querySelectorAll('#view img').length]") == [None, 0]


def check() -> dict[str, Any]:
    rows = ((0.7, 0.3), (0.6, 0.4), (1.5, -0.2))
    return matter(AttentionCheck("cat", ("le", "chat"), *rows, 0.9, None, 0.8, 0.2, 0.6), ("▁le", "▁chat"))


def test_words_lit_in_another_view_are_marked_in_a_check(opened: Opened) -> None:
    page = opened(("lab/matter",), check())
    marked = page.locator(".il-name.il-here")
    page.evaluate("lab.lightUp('source', 1, 2)")
    expect(marked).to_have_text(["chat"])
    expect(page.locator(".il-told")).to_contain_text("chat")
    page.evaluate("lab.lightUp('target', 1, 2)")
    expect(marked).to_have_count(0)
    expect(page.locator(".il-told")).to_contain_text("strongest")


def test_the_map_of_differences_lights_words_and_marks_those_lit_in_another_view(opened: Opened) -> None:
    page = opened(("lab/compare",), compare([side("A", "the cat", -2), side("B", "the dog", -1)]))
    data = page_data()
    words = {"source": ("le", "chat", HOSTILE[1:]), "target": ("the", "dog")}
    for name, texts in words.items():
        units = [{"text": text, "from": at, "to": at + 1} for at, text in enumerate(texts)]
        data[name] = {**data[name], "text": " ".join(texts), "words": units}
    page.evaluate("(data) => lab.show(data)", data)
    page.locator('.il-cell[data-row="0"][data-column="1"]').hover()
    assert page.evaluate("[lab.light, lab.light.also].map(({ side, from }) => side + from)") == [
        "target0",
        "source1",
    ]
    page.mouse.move(0, 0)
    marked = page.locator("text.il-here")
    for lit, names in (("'source', 1, 2", ["chat"]), ("'target', 1, 2", ["dog"])):
        page.evaluate(f"lab.lightUp({lit})")
        expect(marked).to_have_text(names)


@pytest.mark.parametrize(
    ("scripts", "value"),
    [
        (("lab/tree_layout", "lab/tree"), tiny_trace),
        (("lab/compare",), lambda: compare([side("A", "a cat", -2), side("B", "the cat", -1)])),
        (("lab/matter",), check),
    ],
)
def test_an_answer_that_is_not_to_what_is_shown_is_not_drawn(
    opened: Opened, scripts: Sequence[str], value: Callable[[], dict[str, Any]]
) -> None:
    edits = {"rows": {}, "heads_off": [["cross", 0, 1]]}
    page = opened(scripts, {**value(), "of": {"translation": "b", "segment": 1, "edits": edits}})
    there = {"shown": {"translation": "b", "segment": 1}, "edits": edits}
    for other in ({}, there, {"shown": {"translation": "a", "segment": 1}}, {"edits": {"rows": {}}}):
        page.evaluate("(data) => lab.show(data)", page_data() | (there | other if other else {}))
        expect(page.locator(".il-empty")).to_have_count(0 if other is there else 1)


@pytest.mark.parametrize("scripts", [("lab/tree_layout", "lab/tree"), ("lab/compare",), ("lab/matter",)])
def test_without_a_value_a_view_says_what_to_do(opened: Opened, scripts: tuple[str, ...]) -> None:
    expect(opened(scripts, None).locator(".il-empty")).to_have_text("empty")
