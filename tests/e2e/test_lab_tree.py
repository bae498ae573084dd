"""The beam tree in a real browser, in a frame like the page's."""

import json
import re
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.lab_panels import HOSTILE, Opened, open_panel, page_data, tiny_trace
from tests.e2e.tabs import Tabs


@pytest.fixture
def opened(tabs: Tabs) -> Opened:
    return partial(open_panel, tabs)


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
    assert re.findall("key_[a-z]+", picture) == ["key_best", "key_final", "key_kept", "key_pruned"]
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
