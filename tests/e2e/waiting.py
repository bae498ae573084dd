"""Waits that end at once: Playwright's own look again ever more seldom, in the end every half second."""

from playwright.sync_api import Locator, Page

_SHOWN = "(selector) => document.querySelector(selector)?.checkVisibility()"


def shown(page: Page, selector: str) -> Locator:
    """The first element of this CSS, as soon as it can be seen."""
    page.wait_for_function(_SHOWN, arg=selector)
    return page.locator(selector).first


def opened(page: Page) -> None:
    """Until somebody may type."""
    shown(page, "#source-text textarea")


def turn_after(page: Page, slot: str = "none") -> Locator:
    """A text to annotate, another than that; its answer counts."""
    return shown(page, f'article[data-ready]:not([data-slot="{slot}"])')
