"""Tabs that are lent again: a load in a tab that has shown the page before costs a third of a first one."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize

VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
LAST_WORDS = """() => {
  sessionStorage.clear();
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
}"""
"""A page with a draft would ask whether to leave it, and nobody is there to answer."""

COUNT_FRAMES = """
  const ask = window.requestAnimationFrame;
  window.framesAsked = 0;
  window.requestAnimationFrame = (draw) => { framesAsked += 1; return ask(draw); };
"""


class Tabs:
    """Of one visitor. Outside requests, page errors and console errors end up in `trouble`."""

    def __init__(self, context: BrowserContext) -> None:
        self.trouble: list[str] = []
        self._context = context
        self._free: list[Page] = []
        self._lent: list[Page] = []

    @contextmanager
    def lending(self) -> Iterator["Tabs"]:
        """All tabs opened within come back at the end: empty, and with nothing stored."""
        yield self
        told = list(self.trouble)
        for page in [lent for lent in self._lent if not lent.is_closed()]:
            self._give_back(page)
        self._context.clear_cookies()
        self._context.clear_permissions()
        self._lent.clear()
        self.trouble.clear()
        assert told == []

    def open(self) -> Page:
        """An empty one."""
        page = self._free.pop() if self._free else self._made()
        page.bring_to_front()  # one behind another draws a frame a second, and each click waits for two
        self._lent.append(page)
        return page

    def _made(self) -> Page:
        page = self._context.new_page()
        page.add_init_script(COUNT_FRAMES)
        page.on("request", self._note_request)
        page.on("pageerror", self._note_error)
        page.on("console", self._note_console)
        return page

    def _give_back(self, page: Page) -> None:
        page.unroute_all()
        page.mouse.move(0, 0)
        if (address := urlsplit(page.url)).scheme == "http":
            page.evaluate(LAST_WORDS)
            page.goto("about:blank")
            devtools = self._context.new_cdp_session(page)
            origin = f"{address.scheme}://{address.netloc}"
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            devtools.detach()
        if page.viewport_size != VIEWPORT:
            page.set_viewport_size(VIEWPORT)
        self._free.append(page)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(LOCAL):
            self.trouble.append(f"outside request: {request.url}")

    def _note_error(self, error: Error) -> None:
        self.trouble.append(f"page error: {error}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text}")
