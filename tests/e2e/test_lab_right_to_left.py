"""Words that are written from right to left, in the pictures of the lab, with the real scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab_views import draw_views, page_data, random_map
from tests.e2e.tabs import Tabs

WORD = "بالعالم،"
PLACES = """(text) => [0, text.textContent.length - 1].map((at) => text.getExtentOfChar(at).x)"""
"""Of the first character and of the last, a comma."""


def comma_is_left(page: Page) -> None:
    word = page.locator("svg text", has_text=WORD).first
    expect(word).to_be_attached()
    first, comma = word.evaluate(PLACES)
    assert comma < first


@pytest.mark.parametrize("view", ("heatmap", "ribbon"))
def test_the_comma_of_a_word_from_right_to_left_stands_at_its_left(
    tabs: Tabs, view: str, tmp_path: Path
) -> None:
    page = tabs.open()
    page.set_viewport_size({"width": 1200, "height": 800})
    data = page_data(random_map(source=("<2en>", f"▁{WORD}", "▁كيف", "</s>")))
    draw_views(page, data, (view,))
    comma_is_left(page)
    page.get_by_test_id("save-picture").click()
    with page.expect_download() as download:
        page.get_by_test_id("save-svg").click()
    kept = tmp_path / "picture.svg"
    download.value.save_as(kept)
    page.set_content(kept.read_text(encoding="utf-8"))
    comma_is_left(page)
