"""From click to repainted page, in Chromium, beside the time that the model itself takes.

    python -m benchmarks.bench_page assets/models --rounds 20
    python -m benchmarks.bench_page assets/models --first --rounds 3

With `--first`: how long somebody waits who opens the page of a program that has just started and at once asks
for a translation, by each model in turn, which is loaded meanwhile. Needs two cores with nothing else to do.

Clicks, repaints and the model are timed in one run on one machine, so that the differences say what the page
costs. Needs playwright and /usr/bin/chromium, as the tests do."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import environment, print_table, write_results
from core.insight import Insight
from core.options import BeamOptions
from core.translator import Translator
from demo_app.settings import Settings
from tests.e2e.lab_page import look_at
from tests.e2e.serving import serve

CHROMIUM = "/usr/bin/chromium"
TEXTS = (
    "Le vieux facteur n'oublie jamais mon anniversaire.",
    "La boulangère a vendu la dernière tarte aux poires.",
    "Nous avons attendu le train sous la pluie.",
)
LONG = (
    "Le matin, quand le village dort encore, la vieille boulangère descend la rue avec son panier, "
    "salue le facteur, ouvre la porte de sa boutique et allume le four qui chauffera toute la maison."
)
FIRST_GOAL_MS = 3000
GOALS_MS = {"translate": 350, "menu": 50, "reword": 350, "heat map": 400, "beam tree": 300}
"""Above the model's own time for `translate` and `reword`."""
HIDE_PRUNED = "#lab-tree [data-testid=hide-pruned]"
"""The second click draws every candidate again."""

# Resolves two frames after the named event, when what it changed is on the screen.
UNTIL_PAINTED = """async ([act, event]) => {
  const { lab } = window.interlinear;
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const old = lab.page;
  const come = new Promise((done) => {
    const wait = () => (event !== "page" || lab.page !== old ? done() : setTimeout(wait, 2));
    wait();
  });
  const started = performance.now();
  document.querySelector(act).click();
  await come;
  await frames();
  return performance.now() - started;
}"""


def clicked(page: Page, selector: str, event: str = "") -> float:
    """Milliseconds from a click to the repainted page."""
    return float(page.evaluate(UNTIL_PAINTED, [selector, event]))


def measure(page: Page, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each action, one a round."""
    found: dict[str, list[float]] = {name: [] for name in GOALS_MS}
    for turn in range(rounds + 1):  # the first one warms up
        page.locator("#source-text textarea").fill(TEXTS[turn % len(TEXTS)])
        times = {"translate": clicked(page, "#translate", "page")}
        times["menu"] = clicked(page, "[data-testid=target-word]:nth-of-type(3)")
        times["reword"] = clicked(page, "[data-testid=alternative]", "page")
        page.wait_for_timeout(300)
        if turn:
            for name, value in times.items():
                found[name].append(value)
    page.locator("#source-text textarea").fill(LONG)
    clicked(page, "#translate", "page")
    page.wait_for_timeout(1000)
    for _ in range(rounds):
        clicked(page, "#lab-heatmap [data-testid=unit-words]")
        found["heat map"].append(clicked(page, "#lab-heatmap [data-testid=unit-pieces]"))
    look_at(page, "beam").locator(".il-node").last.wait_for()
    for _ in range(rounds):
        clicked(page, HIDE_PRUNED)
        found["beam tree"].append(clicked(page, HIDE_PRUNED))
    return found


def sizes(page: Page) -> dict[str, str]:
    """How much the two drawings had to draw."""
    target, source = page.evaluate("(({ target, source }) => [target, source])(window.interlinear.lab.page)")
    levels = page.locator("#lab-tree .il-node").evaluate_all("nodes => nodes.map((one) => one.ariaLevel - 1)")
    return {
        "heat map": f"{len(target['pieces'])} x {len(source['pieces'])}",
        "beam tree": f"{len(levels)} nodes, {max(levels)} steps",
    }


def model_ms(model: Translator, rounds: int) -> dict[str, float]:
    """Median milliseconds of the model's part: search, and what the page data needs of it."""
    insight, options = Insight(model), BeamOptions(n_best=5)

    def look(source: Any, target: Any) -> None:
        insight.judge(source, target)
        model.attend(source, target)

    def translate(text: str) -> None:
        found = model.translate_segments([text], "fr", "en", options)[0]
        look(found.source_ids, found.best.ids)

    def reword(text: str) -> None:
        source = model.encode_source(text, "en")
        found = model.continue_from(source, (), options)[0]
        look(source, found.ids)

    return {"translate": _median_ms(translate, rounds), "reword": _median_ms(reword, rounds)}


def _median_ms(call: Callable[[str], None], rounds: int) -> float:
    times = []
    for turn in range(rounds + 1):
        started = time.perf_counter()
        call(TEXTS[turn % len(TEXTS)])
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times[1:])


def first_translation_ms(browser: Browser, settings: Settings) -> float:
    """From the address to the painted translation, by a server that has translated nothing yet."""
    with serve(settings) as served:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        started = time.perf_counter()
        page.goto(served.url)
        page.locator("#source-text textarea").fill(TEXTS[0])
        clicked(page, "#translate", "page")
        taken = time.perf_counter() - started
        page.close()
    return taken * 1e3


def measure_first(browser: Browser, models: Path, rounds: int) -> list[dict[str, Any]]:
    """A row for each model of the folder."""
    rows = []
    for name in sorted(path.parent.name for path in models.glob("*/config.json")):
        times = []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                settings = Settings.load(data_dir=Path(folder), models_dir=models, default_model=name)
                times.append(first_translation_ms(browser, settings))
        row = {"median_ms": round(statistics.median(times)), "longest_ms": round(max(times))}
        rows.append({"model": name, **row, "goal_ms": FIRST_GOAL_MS})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, help="folder of model folders; the first one translates")
    parser.add_argument("--model", default="fr-en")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--first", action="store_true", help="the first translation of each model instead")
    arguments = parser.parse_args()
    if arguments.first:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            first = measure_first(browser, arguments.models, arguments.rounds)
        print_table(first, ("model", "median_ms", "longest_ms", "goal_ms"))
        write_results("first", {"rounds": arguments.rounds, "rows": first, "environment": environment()})
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings.load(
            data_dir=Path(folder), models_dir=arguments.models, default_model=arguments.model
        )
        with serve(settings) as served:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(served.url)
            page.locator("#source-text textarea").wait_for()
            page.evaluate("localStorage.setItem('interlinear.typing', 'off')")
            times = measure(page, arguments.rounds)
            drawn = sizes(page)
            browser.close()
    model = model_ms(Translator.load(arguments.models / arguments.model, "cpu"), arguments.rounds)
    rows = [
        {**_row(name, values, model.get(name, 0.0)), "of": drawn.get(name, "")}
        for name, values in times.items()
    ]
    print_table(rows, ("action", "median_ms", "model_ms", "page_ms", "goal_ms", "of"))
    write_results("page", {"rounds": arguments.rounds, "rows": rows, "environment": environment()})


def _row(name: str, values: list[float], model: float) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "action": name,
        "median_ms": round(median),
        "model_ms": round(model),
        "page_ms": round(median - model),
        "goal_ms": GOALS_MS[name],
    }


if __name__ == "__main__":
    main()
