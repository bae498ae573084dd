"""Attention of a long sentence that is not sent is told, in a real browser with the real scripts."""

import pytest
from playwright.sync_api import expect

from tests.e2e.lab_views import VIEWS, draw_views, page_data
from tests.e2e.tabs import Tabs


@pytest.mark.parametrize("view", ("heatmap", "heads"))
def test_what_was_too_large_to_be_sent_is_told_where_it_could_be_chosen(tabs: Tabs, view: str) -> None:
    page = tabs.open()
    draw_views(page, page_data(pooled=True, left_out=["encoder", "decoder"]), (view,))
    told = page.get_by_test_id("left-out")
    expect(told).to_have_text("too large: encoder · decoder")
    page.evaluate("(data) => lab.show(data)", page_data(pooled=True, left_out=[]))
    expect(told).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_attention_that_was_too_large_is_not_called_missing(tabs: Tabs, view: str) -> None:
    page = tabs.open()
    draw_views(page, page_data(attention={}, pooled=True, left_out=["cross"]), (view,))
    expect(page.locator(".il")).to_have_text("too large: cross")
