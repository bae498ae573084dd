"""Beam tree, comparison and attention check in a page of their own: the real scripts in a frame.

Labels are their own names here, so that a test does not depend on a language."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from core.options import BeamOptions
from core.results import AttentionCheck, AttentionMap, Hypothesis
from demo_app.viz.beam_tree import beam_tree
from demo_app.viz.compare import Column
from demo_app.viz.matter import matter
from tests.e2e.tabs import Tabs
from tests.tiny import SENTENCES, tiny_translator

ASSETS = Path(__file__).parents[2] / "assets"
HOSTILE = "▁<img src=x onerror=window.hacked=1>${window.hacked=1}"
FRAME = '<!doctype html><meta charset="utf-8"><div id="view"><div class="il"></div></div>'
START = """([scripts, page, value]) => {
  window.asked = [];
  (0, eval)(scripts.page);
  window.lab = window.interlinear.lab;
  lab.ask = (kind, detail) => asked.push([kind, detail]);
  lab.show(page);
  const labels = new Proxy({}, { get: (_, name) => String(name) });
  const code = new Function("element", "props", "watch", "trigger", scripts.view);
  window.props = { value, labels };
  code(document.getElementById("view"), props, () => {}, () => {});
}"""

Opened = Callable[[Sequence[str], dict[str, Any] | None], Page]


def open_panel(tabs: Tabs, names: Sequence[str], value: dict[str, Any] | None) -> Page:
    """Draws a view with a value; whatever goes wrong in the page fails the test."""
    page = tabs.open()
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto("about:blank")  # A window of its own: scripts listen on it.
    page.set_content(FRAME)
    styles = sorted((ASSETS / "lab").glob("*.css"))
    page.add_style_tag(content="".join(path.read_text(encoding="utf-8") for path in styles))
    view = "\n".join(_script(name) for name in ("components/shared", "lab/pictures", *names))
    best = tiny_trace()["hypotheses"][0]["ids"]
    page.evaluate(START, [{"page": _script("lab/page"), "view": view}, page_data(best), value])
    return page


def page_data(target_ids: Sequence[int] = ()) -> dict[str, Any]:
    side = {"language": "fr", "text": "", "pieces": [], "words": []}
    target = {**side, "ids": list(target_ids)}
    model = {"id": "m@1", "name": "m", "layers": 1, "heads": 1}
    return {"model": model, "source": side, "target": target, "attention": None}


@cache
def tiny_trace() -> dict[str, Any]:
    """A real tree, and the ids of its hypotheses for the tests' own use."""
    options = BeamOptions(beam_size=3, n_best=3, max_length=9)
    trace = tiny_translator().trace(SENTENCES[0], "en", "fr", options)
    tree = beam_tree(trace)
    for found, hypothesis in zip(tree["hypotheses"], trace.segment.hypotheses, strict=True):
        found["ids"] = list(hypothesis.ids)
    return tree


def check() -> dict[str, Any]:
    rows = ((0.7, 0.3), (0.6, 0.4), (1.5, -0.2))
    return matter(AttentionCheck("cat", ("le", "chat"), *rows, 0.9, None, 0.8, 0.2, 0.6), ("▁le", "▁chat"))


def side(title: str, words: str, log_prob: float) -> Column:
    pieces = tuple(f"▁{word}" for word in words.split())
    weights = np.full((1, 1, len(pieces), 3), 1 / 3, np.float32)
    weights[0, 0, 0] = [log_prob / -10, 1 + log_prob / 10, 0]
    hypothesis = Hypothesis(words, (1,), pieces, (log_prob,), log_prob, True)
    return Column(
        title=title,
        hypothesis=hypothesis,
        model="m@1",
        log_prob=log_prob,
        duration_ms=-30 * log_prob,
        attention=AttentionMap(("▁le", "▁chat", HOSTILE), pieces, weights),
    )


def in_pieces(title: str, pieces: str, leaning: float = 0.1) -> Column:
    """A column whose pieces stand between spaces; `leaning`: of its attention to the first source piece."""
    found = tuple(pieces.split())
    weights = np.full((1, 1, len(found), 3), (1 - leaning) / 2, np.float32)
    weights[..., 0] = leaning
    text = "".join(found).replace("▁", " ").strip()
    return replace(
        side(title, text, -1),
        hypothesis=Hypothesis(text, (1,), (*found, "</s>"), (-1,), -1, True),
        attention=AttentionMap(("▁le", "▁chat", HOSTILE), found, weights),
    )


def _script(name: str) -> str:
    return (ASSETS / f"{name}.js").read_text(encoding="utf-8")
