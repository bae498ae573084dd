"""Edit mode of the heat map, as it is entered and left, and what is told of a cell."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.lab_views import draw_views, page_data, random_map
from tests.e2e.tabs import Tabs

MANY_HEADS = page_data(random_map(heads=2))
LEAVE = {
    "the button": "document.querySelector('[data-testid=edit]').click()",
    "a model that cannot be edited": "lab.show(data)",
    "words": "lab.setView({ unit: 'words' })",
    "another kind": "lab.setView({ kind: 'encoder' })",
}


@pytest.mark.parametrize("way", LEAVE)
@pytest.mark.parametrize("unit", ["words", "pieces"])
def test_leaving_edit_mode_gives_back_how_the_map_was_looked_at(tabs: Tabs, unit: str, way: str) -> None:
    page = tabs.open()
    draw_views(page, page_data(), ["heatmap"])
    page.evaluate("(unit) => lab.setView({ unit })", unit)
    before: dict[str, Any] = page.evaluate("lab.view")
    page.get_by_test_id("edit").click()
    assert page.evaluate("[lab.view.unit, lab.view.kind]") == ["pieces", "cross"]
    page.evaluate(f"(data) => {LEAVE[way]}", MANY_HEADS)
    chosen = {"words": {"unit": "words"}, "another kind": {"unit": "pieces", "kind": "encoder"}}
    assert page.evaluate("lab.view") == before | chosen.get(way, {})
    assert page.locator(".il-editing").count() == 0


def test_what_was_told_of_a_cell_goes_with_the_map_that_had_it(tabs: Tabs) -> None:
    page = tabs.open()
    draw_views(page, page_data(), ["heatmap"])
    page.locator(".il-heat-cells").hover()
    tip = page.locator(".il-heat-tip")
    expect(tip).to_be_visible()
    page.evaluate("(data) => lab.show(data)", MANY_HEADS)
    expect(tip).to_be_hidden()
