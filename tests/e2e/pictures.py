"""Renew the pictures in docs/images: `make screenshots`. Real model, real browser.

Every scene is taken light and dark, wide and on a phone. Those that a page of the documentation shows are
kept in docs/images; the others go where --rest says, to be looked at."""

import argparse
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from demo_app.settings import SHIPPED_MODELS, Settings
from tests.e2e.conftest import CHROMIUM, PATIENCE_MS, QUIET_FLAGS
from tests.e2e.lead import Lead, lead_in
from tests.e2e.lead_scenes import FILLED, JUDGED, LEAD, slow_clock
from tests.e2e.lead_scenes import fill as fill_project
from tests.e2e.learning_scenes import LEARNING, Acts, learning_team
from tests.e2e.project_rig import project_in
from tests.e2e.scenes import DESKS, SCENES, Scene, settle, translate
from tests.e2e.serving import program_at, serve, settings_in
from tests.sources import ROOT, repository_files

IMAGES = ROOT / "docs" / "images"
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

SIZES = {"": (1440, 900), "phone-": (390, 844)}
SCHEMES = ("light", "dark")
MARGIN_PX = 12
COLOURS = 256
"""As many as the interface needs; a third of the bytes of all colours."""
REPEATABLE = "Math.random = () => 0.5"
"""The seed of a sample that is drawn for comparison."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="take scenes whose name begins so")
    parser.add_argument(
        "--rest", type=Path, default=ROOT / "runs" / "screenshots", help="folder of the others"
    )
    asked = parser.parse_args()
    asked.rest.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder), SHIPPED_MODELS)
        with serve(settings) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_FLAGS)
            scenes = [scene for scene in SCENES if scene.name.startswith(asked.only)]
            for kind in SIZES:
                for scheme in SCHEMES:
                    take_all(browser, served.url, scenes, (kind, scheme), asked.rest)
            if any(name.startswith(asked.only) for name in LEAD):
                with project_in(settings, "News, spring", clock=slow_clock()) as project:
                    fill_project(project)
                take_lead(browser, served.url, LEAD, asked.rest)
            if any(name.startswith(asked.only) for name in LEARNING):
                with learning_team(settings):
                    take_lead(browser, served.url, LEARNING, asked.rest)
            if "dataset".startswith(asked.only):
                fill(served.url)
                take_dataset(browser, served.url, asked.rest)
            # Last: its projects would stand in the pictures of the team lead's.
            if "annotate".startswith(asked.only):
                with lead_in(settings, Path(folder)) as lead:
                    take_annotate(browser, served.url, lead, asked.rest)
            take_judged(browser, served.url, settings, asked)
            browser.close()


def take_all(
    browser: Browser, url: str, scenes: Sequence[Scene], variant: tuple[str, str], rest: Path
) -> None:
    """Each scene on a page of its own, of a visitor who was never here."""
    for scene in scenes:
        page = opened(browser, f"{url}{scene.path}", *variant)
        translate(page, scene.sentence)
        scene.act(page)
        settle(page)
        keep(cut(page, scene.frame), f"{scene.name}-{''.join(variant)}.png", rest)
        page.context.close()


def take_dataset(browser: Browser, url: str, rest: Path) -> None:
    """The Dataset page with a record open."""
    page = opened(browser, url, "", "light")
    page.get_by_role("tab", name="Dataset").click()
    page.get_by_test_id("record").nth(1).click()
    page.locator("#editor-card").wait_for()
    settle(page)
    keep(cut(page, ()), "dataset-light.png", rest)
    page.context.close()


def take_annotate(browser: Browser, url: str, lead: Lead, rest: Path) -> None:
    """The desk of annotators with each task, begun and not answered."""
    for task, act in DESKS.items():
        lead.project(task.capitalize(), task)
        for kind in SIZES:
            for scheme in SCHEMES:
                page = opened(browser, url, kind, scheme)
                page.get_by_role("tab", name="Annotate").click()
                page.get_by_role("button", name=f": {task.capitalize()}").click()
                page.locator("article[data-ready]").wait_for()
                act(page)
                settle(page)
                keep(cut(page, ("#annotate-desk",)), f"annotate-{task}-{kind}{scheme}.png", rest)
                page.context.close()


def take_lead(browser: Browser, url: str, scenes: Acts, rest: Path) -> None:
    """What team leads, reviewers and administrators see."""
    for name, (act, frame) in scenes.items():
        for kind in SIZES:
            for scheme in SCHEMES:
                # Plotly tells its bars apart by what it draws at random.
                page = opened(browser, url, kind, scheme, script="")
                act(page)
                settle(page)
                keep(cut(page, frame), f"{name}-{kind}{scheme}.png", rest)
                page.context.close()


def take_judged(browser: Browser, url: str, settings: Settings, asked: argparse.Namespace) -> None:
    """The editor of reviewers, with the answers that people gave."""
    if not any(name.startswith(asked.only) for name in JUDGED):
        return
    for task, answer in FILLED.items():
        with project_in(settings, f"News, by {task}", task, clock=slow_clock()) as project:
            answer(project)
    take_lead(browser, url, JUDGED, asked.rest)


def opened(browser: Browser, url: str, kind: str, scheme: str, script: str = REPEATABLE) -> Page:
    width, height = SIZES[kind]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(script)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto(url)
    page.locator("#source-text textarea").wait_for()
    return page


def cut(page: Page, frame: Sequence[str]) -> bytes:
    """The window, or what the selectors of `frame` take up together."""
    if not frame:
        return page.screenshot()
    boxes = page.evaluate(
        """selectors => selectors.map(one => {
             const { left, top, right, bottom } = document.querySelector(one).getBoundingClientRect();
             return [left, top + scrollY, right, bottom + scrollY];
           })""",
        list(frame),
    )
    left, top = (max(0.0, min(box[side] for box in boxes) - MARGIN_PX) for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) + MARGIN_PX for side in (2, 3))
    right = min(right, page.viewport_size["width"]) if page.viewport_size else right
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]


def keep(png: bytes, name: str, rest: Path) -> None:
    """In docs/images if a page of the documentation shows it."""
    folder = IMAGES if name in shown_pictures() else rest
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(folder / name, optimize=True)
    print(folder / name, (folder / name).stat().st_size)


def shown_pictures() -> set[str]:
    """Names of the pictures that the documentation shows."""
    pages = [path for path in repository_files() if path.endswith(".md")]
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in pages)
    taken = {f"{scene.name}-{kind}{scheme}.png" for scene in SCENES for kind in SIZES for scheme in SCHEMES}
    taken |= {f"annotate-{task}-{kind}{scheme}.png" for task in DESKS for kind in SIZES for scheme in SCHEMES}
    taken |= {
        f"{name}-{kind}{scheme}.png"
        for name in (*LEAD, *LEARNING, *JUDGED)
        for kind in SIZES
        for scheme in SCHEMES
    }
    return {name for name in taken | {"dataset-light.png"} if f"images/{name}" in text}


def fill(url: str) -> None:
    """Some corrections for the Dataset page."""
    visitor = program_at(url)
    for source, target, text in KEPT:
        route = {"source": source, "target": target}
        outputs = visitor.predict(source_text=text, route=route, api_name="/translate")
        machine = corrected = next(
            value["text"] for value in outputs if value and "items" in value and "text" in value
        )
        for before, after in SWAPPED.items():
            corrected = corrected.replace(before, after)
        verdict = "/confirm" if corrected == machine else "/save"
        visitor.predict(correction_text=corrected, api_name=verdict)


if __name__ == "__main__":
    main()
