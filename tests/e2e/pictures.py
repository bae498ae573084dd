"""Renew the pictures in docs/images: `python -m tests.e2e.pictures`. Real model, real browser."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import CHROMIUM, QUIET_FLAGS
from tests.e2e.serving import Client, models_folder, serve, settings_in
from tests.sources import ROOT

IMAGES = ROOT / "docs" / "images"
SENTENCE = "Je ne sais pas pourquoi elle est partie si tôt."
KEPT = (
    ("en", "fr", "Where did you put the key?"),
    ("fr", "en", "Le petit chat dort sur le tapis."),
    ("fr", "en", "Nous restons à la maison ce soir."),
    ("en", "fr", "The museum is closed on Mondays."),
    ("fr", "en", "Elle a perdu ses clés dans le jardin."),
    ("fr", "en", "Je préfère lire un livre que regarder la télévision."),
)
SWAPPED = {"mat": "rug", "carpet": "rug", "tonight": "this evening", "garden": "yard", "TV": "television"}
"""Word for word, where the model writes it: a correction to show. Elsewhere the model was right."""

WIDE, PHONE = (1440, 900), (390, 844)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder) / "data", models_folder(Path(folder) / "models"))
        with serve(settings) as served, sync_playwright() as playwright:
            fill(served.url)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_FLAGS)
            for scheme in ("light", "dark"):
                take(browser, served.url, scheme, WIDE, "")
                take(browser, served.url, scheme, PHONE, "phone-")
            browser.close()


def fill(url: str) -> None:
    """Some corrections for the Dataset page."""
    visitor = Client(url, verbose=False)
    for source, target, text in KEPT:
        route = {"source": source, "target": target}
        outputs = visitor.predict(source_text=text, route=route, api_name="/translate")
        machine = corrected = next(value["text"] for value in outputs if "items" in value and "text" in value)
        for before, after in SWAPPED.items():
            corrected = corrected.replace(before, after)
        verdict = "/confirm" if corrected == machine else "/save"
        visitor.predict(correction_text=corrected, api_name=verdict)


def take(browser: Browser, url: str, scheme: str, size: tuple[int, int], kind: str) -> None:
    """The Translate page with a word pointed at; once, the Dataset page with a record open."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto(url)
    page.locator("#source-text textarea").fill(SENTENCE)
    page.locator("#translate").click()
    page.locator("#heatmap .heatmaplayer image").wait_for()
    correct(page)
    page.get_by_test_id("target-word").nth(5).hover()
    settle(page)
    page.screenshot(path=IMAGES / f"translate-{kind}{scheme}.png")
    if (size, scheme) == (WIDE, "light"):
        page.get_by_role("tab", name="Dataset").click()
        page.get_by_test_id("record").nth(1).click()
        page.locator("#editor-card").wait_for()
        settle(page)
        page.screenshot(path=IMAGES / "dataset-light.png")
    context.close()


def correct(page: Page) -> None:
    box = page.locator("#correction-text textarea")
    box.fill(box.input_value().replace("early", "soon"))
    box.blur()


def settle(page: Page) -> None:
    # A picture, not a test: wait for the last answer to be drawn.
    page.wait_for_timeout(800)


if __name__ == "__main__":
    main()
