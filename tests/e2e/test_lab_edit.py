"""Edit mode of the heat map, as it is entered and left."""

import pytest

from tests.e2e.lab_views import draw_views, page_data
from tests.e2e.tabs import Tabs


@pytest.mark.parametrize("unit", ["words", "pieces"])
def test_leaving_edit_mode_gives_back_how_the_map_was_looked_at(tabs: Tabs, unit: str) -> None:
    page = tabs.open()
    draw_views(page, page_data(), ["heatmap"])
    page.evaluate("(unit) => lab.setView({ unit })", unit)
    before = page.evaluate("lab.view")
    page.get_by_test_id("edit").click()
    assert page.evaluate("[lab.view.unit, lab.view.kind]") == ["pieces", "cross"]
    page.get_by_test_id("edit").click()
    assert page.evaluate("lab.view") == before
