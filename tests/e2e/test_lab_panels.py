"""Comparison and attention check in a real browser, and what holds for the beam tree as well."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.results import AttentionCheck
from demo_app.viz.compare import compare
from demo_app.viz.matter import matter
from tests.e2e.lab_panels import (
    HOSTILE,
    Opened,
    check,
    in_pieces,
    open_panel,
    page_data,
    side,
    tiny_trace,
)
from tests.e2e.tabs import Tabs


@pytest.fixture
def opened(tabs: Tabs) -> Opened:
    return partial(open_panel, tabs)


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


def test_words_lit_in_another_view_are_marked_in_a_check(opened: Opened) -> None:
    page = opened(("lab/matter",), check())
    marked = page.locator(".il-name.il-here")
    page.evaluate("lab.lightUp('source', 1, 2)")
    expect(marked).to_have_text(["chat"])
    expect(page.locator(".il-told")).to_contain_text("chat")
    page.evaluate("lab.lightUp('target', 1, 2)")
    expect(marked).to_have_count(0)
    expect(page.locator(".il-told")).to_contain_text("strongest")


def test_a_check_that_was_taken_away_but_not_yet_from_sight_still_lights_words(opened: Opened) -> None:
    page = opened(("lab/matter",), check())
    page.evaluate("props.value = {}")
    page.evaluate("lab.lightUp('source', 1, 2)")
    expect(page.locator(".il-name.il-here")).to_have_text(["chat"])


def test_a_model_without_attention_is_not_offered_a_check_of_it(opened: Opened) -> None:
    page = opened(("lab/matter",), None)
    empty = page.locator(".il-empty")
    for layers, count in ((0, 0), (1, 1)):
        data = page_data()
        data["model"]["layers"] = layers
        page.evaluate("(data) => lab.show(data)", data)
        expect(empty).to_have_count(count)


def test_names_above_the_map_of_differences_lie_flat_where_there_is_room(opened: Opened) -> None:
    page = opened(("lab/compare",), compare([side("A", "the cat", -2), in_pieces("B", "▁the ▁dog")]))
    turned = page.locator("text[data-column]").evaluate_all(
        "all => all.map((one) => !one.getAttribute('transform').endsWith('rotate(0)'))"
    )
    assert turned == [True] * 3  # one of the three is long
    level = "(value) => { props.value = value; lab.show(lab.page); }"
    value = compare([side("A", "the cat", -2), side("B", "the dog", -1)])
    value["columns"][1]["difference"]["columns"] = ["le", "chat", "dort"]
    page.evaluate(level, value)
    names = page.locator("text[data-column]")
    expect(names).to_have_text(["le", "chat", "dort"])
    boxes = [box(name) for name in names.all()]
    assert len({one["y"] for one in boxes}) == 1 and boxes[0]["height"] < 20


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


def test_by_pieces_columns_and_map_tell_what_pieces_differ_and_light_them(opened: Opened) -> None:
    columns = [in_pieces("A", "▁the ▁ch air"), in_pieces("B", "▁the ▁ch at s", 0.5)]
    page = opened(("lab/compare",), compare(columns))
    second = page.get_by_test_id("column").nth(1)
    expect(second.locator("del, ins")).to_have_text(["chair", "chats"])
    data = page_data()
    for name, pieces in (("source", ("▁le", "▁chat", HOSTILE)), ("target", tuple("▁the ▁ch at s".split()))):
        data[name] = {**data[name], "pieces": pieces}
    data["target"]["text"] = columns[1].hypothesis.text
    page.evaluate("(data) => { lab.show(data); lab.setView({ unit: 'pieces' }); }", data)
    expect(second.locator(".il-said > *")).to_have_text(["the", "ch", "air", "at", "s"])
    expect(second.locator("del")).to_have_text("air")
    expect(second.locator("ins")).to_have_text(["at", "s"])
    expect(second.locator(".il-verdict")).to_have_text("changed")
    expect(page.locator("text[data-row]")).to_have_text(["the", "ch", "air", "at", "s"])
    expect(page.locator(".il-alone")).to_have_count(3)
    page.locator('.il-cell[data-row="1"][data-column="0"]').hover()
    assert page.evaluate("[lab.light.side, lab.light.from, lab.light.also.from]") == ["target", 1, 0]
    page.mouse.move(0, 0)
    page.evaluate("lab.lightUp('target', 3, 4)")
    expect(page.locator("text.il-here")).to_have_text(["s"])
    page.evaluate("lab.setView({ unit: 'words' })")
    expect(second.locator("ins")).to_have_text("chats")


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
    others: tuple[dict[str, Any], ...] = ({"shown": {"translation": "a", "segment": 1}}, {"edits": {}})
    for other in ({}, there, *(there | change for change in others)):
        page.evaluate("(data) => lab.show(data)", page_data() | other)
        expect(page.locator(".il-empty")).to_have_count(0 if other is there else 1)


@pytest.mark.parametrize("scripts", [("lab/tree_layout", "lab/tree"), ("lab/compare",), ("lab/matter",)])
def test_without_a_value_a_view_says_what_to_do(opened: Opened, scripts: tuple[str, ...]) -> None:
    expect(opened(scripts, None).locator(".il-empty")).to_have_text("empty")
