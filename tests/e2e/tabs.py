"""Tabs that are lent again: a load in a tab that has shown the page before costs a third of a first one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize

VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
STAY_SILENT = "addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)"
"""Else a page with a draft asks whether to leave it, and nobody is there to answer."""


class Tabs:
    """Of one visitor. Outside requests, page errors and console errors end up in `trouble`."""

    def __init__(self, context: BrowserContext) -> None:
        self.trouble: list[str] = []
        self._context = context
        self._free: list[Page] = []
        self._lent: list[Page] = []

    @contextmanager
    def lending(self) -> Iterator["Tabs"]:
        """All tabs opened within come back at the end, and show, store and remember nothing."""
        yield self
        told = list(self.trouble)
        kept = [page for page in self._lent if not page.is_closed()]
        for page in kept:
            self._leave(page)
        for page in kept:
            self._forget(page)
        self._context.clear_cookies()
        self._context.clear_permissions()
        self._free += kept
        self._lent, self.trouble[:] = [], []
        assert told == []

    def open(self) -> Page:
        """An empty one."""
        page = self._free.pop() if self._free else self._made()
        self._lent.append(page)
        return page

    def _made(self) -> Page:
        page = self._context.new_page()
        page.on("request", self._note_request)
        page.on("pageerror", self._note_error)
        page.on("console", self._note_console)
        return page

    def _leave(self, page: Page) -> None:
        """For a page of the same server without a script, from where its storage can be reached."""
        page.unroute_all()
        if origin := _origin(page):
            page.evaluate(STAY_SILENT)
            page.goto(f"{origin}/healthz")

    def _forget(self, page: Page) -> None:
        if origin := _origin(page):
            page.evaluate("sessionStorage.clear()")
            devtools = self._context.new_cdp_session(page)
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            devtools.detach()
        page.mouse.move(0, 0)
        if page.viewport_size != VIEWPORT:
            page.set_viewport_size(VIEWPORT)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(LOCAL):
            self.trouble.append(f"outside request: {request.url}")

    def _note_error(self, error: Error) -> None:
        self.trouble.append(f"page error: {error}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text}")


def _origin(page: Page) -> str:
    """Empty for a page of no server."""
    parts: Any = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme == "http" else ""
