"""Heat map, all heads, ribbon and what is saved of them, in a real browser with the real scripts."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.analysis.attention_map import select, to_words
from tests.e2e.lab_views import ASSETS, VIEWS, draw_views, page_data, random_map
from tests.e2e.tabs import Tabs

HOSTILE = ('▁<script>window.hacked=1</script>"]]>&amp;', "▁\x00nul\x1b", "▁${window.hacked=1}", "</s>")
ALIGNERS = [{"layer": n // 3, "head": n % 3, "aer": aer} for n, aer in enumerate((0.8, 0.5, 0.9, 0.7, 0.2))]

Opened = Callable[..., Page]


@pytest.fixture
def opened(tabs: Tabs) -> Iterator[Opened]:
    """Draws views of the data; a page error or a request fails the test."""
    tab = tabs.open()
    trouble: list[str] = []

    def note_request(request: Any) -> None:
        if not request.url.startswith(("blob:", "data:")):
            trouble.append(f"request: {request.url}")

    def start(data: dict[str, Any], views: Sequence[str] = ("heatmap",), width: int = 1200) -> Page:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.mouse.move(0, 0)
        draw_views(tab, data, views)
        return tab

    tab.on("request", note_request)
    yield start
    tab.remove_listener("request", note_request)
    assert trouble == []


def heat_map(page: Page) -> Locator:
    return page.get_by_test_id("heatmap")


def lit(page: Page, sheet: str) -> list[str]:
    """The lit labels of the heat map's side or top."""
    return page.locator(f".il-heat-{sheet} text.il-lit").all_text_contents()


def spoken(page: Page) -> str:
    return page.locator("[aria-live]").inner_text()


def point_at(page: Page, row: int, column: int) -> None:
    cell = page.locator(".il-spot")
    heat_map(page).focus()
    for key in ("PageUp", "Home", *["ArrowDown"] * row, *["ArrowRight"] * column):
        page.keyboard.press(key)
    box = cell.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def saved(page: Page, ending: str) -> Path:
    page.get_by_test_id("save-picture").click()
    with page.expect_download() as download:
        page.get_by_test_id(f"save-{ending}").click()
    return Path(download.value.path())


@pytest.mark.parametrize("unit", ("words", "pieces"))
@pytest.mark.parametrize(("layer", "head"), ((None, None), (1, None), (None, 2), (0, 1)))
def test_the_browser_joins_pieces_and_heads_as_the_core_does(
    opened: Opened, unit: str, layer: int | None, head: int | None
) -> None:
    pieces = random_map(layers=2, heads=3)
    drawn = opened(page_data(pieces), ()).evaluate(
        "([unit, layer, head]) => lab.matrixOf('cross', layer, head, unit)", [unit, layer, head]
    )
    expected = select(to_words(pieces) if unit == "words" else pieces, layer, head)
    np.testing.assert_allclose(np.array(drawn), expected, atol=1e-6)


def test_a_layer_or_head_that_the_page_lacks_is_none_that_is_chosen(opened: Opened) -> None:
    page = opened(page_data(random_map(layers=2, heads=3)), ("heatmap",))
    ask = "([layer, head]) => { lab.setView({ layer, head }); return Object.values(lab.chosen('cross')); }"
    for sent in ([1, 2], [None, "max"]):
        assert page.evaluate(ask, sent) == sent
    assert page.evaluate(ask, [2, 3]) == [None, None]
    page.evaluate("(data) => lab.show(data)", page_data(random_map(), pooled=True))
    assert page.evaluate(ask, [0, 0]) == [None, None]


def test_a_cell_lights_its_two_words_in_every_view(opened: Opened) -> None:
    page = opened(page_data(), ("heatmap", "ribbon"))
    point_at(page, 1, 2)
    assert (lit(page, "side"), lit(page, "top")) == (["lamp"], ["lampe"])
    assert set(page.locator(".il-ribbon-word.il-lit text").all_text_contents()) == {"lamp", "lampe"}
    expect(page.locator(".il-heat-tip")).to_contain_text("lamp←lampe")


def test_a_cell_of_a_head_lights_its_two_words(opened: Opened) -> None:
    page = opened(page_data(random_map(heads=2)), ("heads", "ribbon"))
    tile = page.locator(".il-tile-map svg").first
    box = tile.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 2.5 / 6, box["y"] + box["height"] * 1.5 / 6)
    assert set(page.locator(".il-ribbon-word.il-lit text").all_text_contents()) == {"lamp", "lampe"}
    page.locator("#heads").get_by_test_id("unit-words").hover()
    expect(page.locator(".il-ribbon-word.il-lit")).to_have_count(0)


def test_a_word_lit_in_the_ribbon_lights_its_row_until_escape_where_it_is_held(opened: Opened) -> None:
    page = opened(page_data(), ("heatmap", "ribbon"))
    word = page.locator('.il-ribbon-word[data-side="target"]', has_text="still")
    word.click()
    page.mouse.move(0, 0)
    assert (lit(page, "side"), lit(page, "top")) == (["still"], [])
    page.keyboard.press("Escape")
    assert lit(page, "side") == []


def test_the_keyboard_walks_the_cells_and_says_them(opened: Opened) -> None:
    page = opened(page_data())
    heat_map(page).focus()
    page.keyboard.press("ArrowRight")
    assert spoken(page).startswith("The ← <2en>: ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert spoken(page).startswith("lamp ← </s>: ")
    page.keyboard.press("Enter")
    assert page.evaluate("lab.light.held")
    page.keyboard.press("Escape")
    assert lit(page, "side") == [] and not page.evaluate("lab.light.held")
    page.keyboard.press("ArrowUp")
    assert spoken(page).startswith("The ← </s>: ")


def test_a_large_map_costs_few_nodes_and_its_labels_never_collide(opened: Opened) -> None:
    for size in (40, 60, 200):
        words = [*(f"▁word{n}" for n in range(size - 1)), "</s>"]
        page = opened(page_data(random_map(words, words)))
        assert page.locator(".il-heat svg *").count() < 300
        labels = page.locator(".il-heat-side text")
        assert labels.count() == (size if size <= 60 else 67)
        tops = labels.evaluate_all("nodes => nodes.map((node) => Number(node.getAttribute('y')))")
        assert min(np.diff(tops)) >= 12


def test_many_words_on_one_side_take_no_label_from_the_other(opened: Opened) -> None:
    many, few = [f"▁word{n}" for n in range(140)], [f"▁lengthy{n}" for n in range(12)]
    for rows, columns, side in ((few, many, "side"), (many, few, "top")):
        page = opened(page_data(random_map(columns, rows)))
        expect(page.locator(f".il-heat-{side} text")).to_have_count(12)


@pytest.mark.parametrize("width", (390, 1200))
def test_the_page_never_scrolls_sideways(opened: Opened, width: int) -> None:
    words = [*(f"▁word{n}" for n in range(40)), "▁" + "x" * 400, "</s>"]
    page = opened(page_data(random_map(words, words, heads=8)), tuple(VIEWS), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_edited_rows_sum_to_one_and_go_to_the_model_in_pieces(opened: Opened) -> None:
    page = opened(page_data())
    page.get_by_test_id("edit").click()
    assert page.evaluate("lab.view.unit") == "pieces"
    for row, keys in ((1, "+++++"), (1, "-" * 30), (4, "+" * 30)):
        point_at(page, row, 3)
        for key in keys:
            page.keyboard.press(key)
    drag(page, 2, 5, up=80)
    page.get_by_test_id("decode-again").click()
    ((kind, detail),) = page.evaluate("asked")
    rows = {int(row): weights for row, weights in detail["rows"].items()}
    assert kind == "attention" and sorted(rows) == [1, 2, 4]
    assert all(sum(weights) == pytest.approx(1) and min(weights) >= 0 for weights in rows.values())
    assert rows[1][3] == 0 and rows[4][3] == 1 and len(rows[2]) == 10
    expect(page.locator(".il-edit-mark")).to_have_count(3)
    page.get_by_test_id("reset").click()
    expect(page.locator(".il-edit-mark")).to_have_count(0)


def drag(page: Page, row: int, column: int, up: int) -> None:
    before = page.evaluate("([row, column]) => lab.matrixOf()[row][column]", [row, column])
    point_at(page, row, column)
    page.mouse.down()
    box = page.locator(".il-spot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] - up, steps=3)
    page.mouse.up()
    assert before < 0.4
    expect(page.locator(".il-heat-tip b")).not_to_have_text(f"{round(before * 100)} %")


def test_only_models_with_one_attention_can_be_edited(opened: Opened) -> None:
    expect(opened(page_data(random_map(heads=2))).get_by_test_id("edit")).to_have_count(0)


def test_the_head_that_aligns_best_is_marked_and_sorted_first(opened: Opened) -> None:
    page = opened(page_data(random_map(layers=2, heads=3), aligners=ALIGNERS), ("heads", "heatmap"))
    heads = page.get_by_test_id("head")
    assert names(heads) == ["L1 H1", "L1 H2", "L1 H3", "L2 H1", "L2 H2", "L2 H3"]
    expect(heads.filter(has=page.get_by_test_id("best-head"))).to_have_text(re.compile("^L2 H2"))
    page.get_by_test_id("order-aer").click()
    assert names(heads) == ["L2 H2", "L1 H2", "L2 H1", "L1 H1", "L1 H3", "L2 H3"]
    heads.first.locator("button").first.click()
    assert page.evaluate("[lab.view.layer, lab.view.head]") == [1, 1]
    expect(heads.first.locator("[aria-pressed=true]")).to_have_count(1)


def names(heads: Locator) -> list[str]:
    return heads.locator(".il-tile-name:not(.il-meta) > span").all_text_contents()


def test_heads_are_switched_off_and_the_model_decodes_without_them(opened: Opened) -> None:
    edits = {"rows": {}, "heads_off": [["cross", 1, 2]]}
    page = opened(page_data(random_map(layers=2, heads=3), edits=edits), ("heads",))
    switches = page.get_by_test_id("head-switch")
    assert switches.evaluate_all("all => all.map((one) => one.ariaChecked)") == ["true"] * 5 + ["false"]
    expect(page.get_by_test_id("decode-without")).to_be_disabled()
    page.locator(".il-tile-map").first.focus()
    for key in ("ArrowRight", "Tab", "Space"):
        page.keyboard.press(key)
    page.get_by_test_id("decode-without").click()
    ((kind, detail),) = page.evaluate("asked")
    assert (kind, sorted(detail["off"])) == ("heads", [["cross", 0, 1], ["cross", 1, 2]])


@pytest.mark.parametrize("view", VIEWS)
def test_without_attention_a_view_says_so(opened: Opened, view: str) -> None:
    expect(opened(page_data(attention=None), (view,)).locator("p.il-empty")).to_have_text("no_attention")


def test_one_head_needs_no_grid(opened: Opened) -> None:
    expect(opened(page_data(), ("heads",)).locator(".il")).to_have_text("one_head")


def test_arrow_keys_walk_the_ribbon_along_and_across(opened: Opened) -> None:
    pieces = random_map()
    page = opened(page_data(pieces), ("ribbon",))
    page.locator(".il-ribbon-word").nth(0).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    weights = to_words(pieces).weights_LHTS[0, 0]
    looked = int(weights[:, 2].argmax())
    focused = "document.activeElement.dataset.side + document.activeElement.dataset.index"
    assert page.evaluate(focused) == f"target{looked}"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == f"source{int(weights[looked].argmax())}"


@pytest.mark.parametrize("view", (*VIEWS, "gloss"))
def test_a_saved_picture_stands_alone_and_text_stays_text(opened: Opened, view: str) -> None:
    hostile = random_map(HOSTILE, HOSTILE, heads=2)
    page = opened(page_data(hostile), (view,))
    picture = ElementTree.parse(saved(page, "svg")).getroot()
    assert {node.tag.rpartition("}")[2] for node in picture.iter()} <= {
        *("svg", "g", "path", "rect", "text", "title", "desc")
    }
    attributes = [(name, value) for node in picture.iter() for name, value in node.items()]
    assert [name for name, value in attributes if name in ("class", "style") or "var(" in value] == []
    assert [
        name for name, value in attributes if "href" in name or name.startswith("on") or "url(" in value
    ] == []
    coloured = [node.get("fill", "") for node in picture.iter() if node.get("font-size")]
    assert coloured and all(re.fullmatch(r"rgb\(.*\)|none", fill) for fill in coloured)
    told = "".join(picture.itertext())
    assert '<script>window.hacked=1</script>"]]>&amp;' in told and "\ufffdnul\ufffd" in told
    assert view != "heatmap" or told.endswith("0 %100 %legend")
    assert page.evaluate("window.hacked") is None


def test_a_saved_page_stands_alone_and_tells_the_cell_pointed_at(opened: Opened) -> None:
    page = opened(page_data(random_map(HOSTILE, HOSTILE)))
    page.set_content(saved(page, "html").read_text(encoding="utf-8"))
    page.locator("svg [data-tip]").first.hover()
    expect(page.locator("#tip")).to_have_text(re.compile("^<script>.* ← <script>.*: [0-9]+ %$"))
    assert page.evaluate("[window.hacked, document.scripts.length]") == [None, 1]
    expect(page.locator("dl")).to_contain_text("m@1")


def test_a_saved_bitmap_is_a_png_and_the_data_are_the_page(opened: Opened) -> None:
    data = page_data()
    page = opened(data)
    assert saved(page, "png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(saved(page, "json").read_text(encoding="utf-8")) == data


def test_pictures_have_the_light_colours_of_the_page() -> None:
    light = (ASSETS / "app.css").read_text("utf-8").partition(".dark")[0]
    paper = (ASSETS / "lab/pictures.js").read_text("utf-8").partition("const PAPER")[2].partition("}")[0]
    colours = re.findall(r'"(--[a-z]+)": "(#[0-9a-f]{6})"', paper)
    assert len(colours) == 10 and all(f"{name}: {colour};" in light for name, colour in colours)
