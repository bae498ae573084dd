"""One server for all end-to-end tests, and a browser that fails a test on anything out of order."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.e2e.serving import Client, Served, models_folder, serve, settings_in
from tests.e2e.team import Team, team_in

CHROMIUM = "/usr/bin/chromium"
QUIET_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Looking at requests is faster than stopping them one by one, and leaves the browser its cache.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# Only a failure waits this long; a machine that is busy with other work must not make one.
PATIENCE_MS = 60_000
LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")


def pytest_configure(config: pytest.Config) -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models_folder(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Served]:
    """The real program with an empty database."""
    with serve(settings_in(tmp_path_factory.mktemp("data"), models_dir)) as running:
        yield running


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Team]:
    """Another server, on which people log in."""
    with team_in(tmp_path_factory.mktemp("team"), models_dir) as running:
        yield running


@pytest.fixture(scope="session")
def program(served: Served) -> Iterator[Client]:
    """A program that talks to the server. Closing one takes a second, so all tests share it."""
    talking = Client(served.url, verbose=False)
    yield talking
    talking.close()


@pytest.fixture
def client(program: Client) -> Client:
    """A visitor without a browser, with a session of its own."""
    program.reset_session()
    return program


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed before other packages are tested: while it is open, this thread runs an event loop."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} must be installed where CI is set, but is not.")
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests: a second visit need not fetch and compile the page's scripts again."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def new_page(visitor: BrowserContext, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens tabs of a visitor who was never here; outside requests, page errors and console errors fail the
    test."""
    trouble: list[str] = []
    pages: list[Page] = []

    def opened(url: str = served.url) -> Page:
        page = visitor.new_page()
        if not pages:
            forgotten = {"origin": served.url, "storageTypes": "all"}
            visitor.new_cdp_session(page).send("Storage.clearDataForOrigin", forgotten)
        pages.append(page)
        page.on("request", lambda request: trouble.extend(_of_request(request)))
        page.on("pageerror", lambda error: trouble.append(_of_page(error)))
        page.on("console", lambda message: trouble.extend(_of_console(message)))
        page.goto(url)
        page.locator("#source-text textarea").wait_for()
        return page

    yield opened
    for page in pages:
        page.close()
    visitor.clear_cookies()
    visitor.clear_permissions()
    assert trouble == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One tab on the Translate page."""
    return new_page()


def _of_request(request: Request) -> list[str]:
    return [] if request.url.startswith(LOCAL) else [f"outside request: {request.url}"]


def _of_page(error: Error) -> str:
    return f"page error: {error}"


def _of_console(message: ConsoleMessage) -> list[Any]:
    return [f"console: {message.text}"] if message.type == "error" else []
