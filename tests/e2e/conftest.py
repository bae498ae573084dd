"""One server for all end-to-end tests, and a browser that fails a test on anything out of order."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.serving import Client, Served, models_folder, program_at, serve, settings_in
from tests.e2e.tabs import VIEWPORT, Tabs
from tests.e2e.team import Team, team_in
from tests.e2e.waiting import opened

# The build without windows takes half as much of the processor; the other serves as well.
CHROMIUM = next(filter(os.path.exists, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")), None)
QUIET_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Looking at requests is faster than stopping them one by one, and leaves the browser its cache.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# Only a failure waits this long; a machine that is busy with other work must not make one.
PATIENCE_MS = 60_000


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
    talking = program_at(served.url)
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
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed where CI is set, but is not.")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def all_tabs(browser: Browser) -> Iterator[Tabs]:
    """One for all tests: a second visit need not fetch and compile the page's scripts again."""
    context = browser.new_context(viewport=VIEWPORT, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    yield Tabs(context)
    context.close()


@pytest.fixture
def tabs(all_tabs: Tabs) -> Iterator[Tabs]:
    """Those of a visitor who was never here; outside requests, page errors and console errors fail the
    test."""
    with all_tabs.lending():
        yield all_tabs


@pytest.fixture
def new_page(tabs: Tabs, served: Served) -> Callable[..., Page]:
    """Opens a tab with the Translate page, or with another address of the server."""

    def made(url: str = served.url) -> Page:
        page = tabs.open()
        page.goto(url)
        opened(page)
        return page

    return made


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One tab on the Translate page."""
    return new_page()
