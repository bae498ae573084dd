"""The views of the lab in a page of their own: the real scripts and sheets, without server or Gradio.

Labels are their own names, so that tests depend on no language; those with values in them have a pattern."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from core.analysis.words import group_pieces, is_special, word_text
from core.results import AttentionMap

ASSETS = Path(__file__).parents[2] / "assets"
PARTS = ("components/shared", "lab/unit_choice", "lab/view_bar", "lab/pictures")
VIEWS = {
    "heatmap": (*PARTS, "lab/heat_edit", "lab/heat_cells", "lab/heatmap"),
    "heads": (*PARTS, "lab/heads"),
    "ribbon": (*PARTS, "lab/ribbon"),
}
GLOSS = ("word_facts", "word_menu", "gloss_picture", "gloss")
SCRIPTS = VIEWS | {
    "gloss": ("components/shared", "lab/unit_choice", "lab/pictures", *(f"lab/{one}" for one in GLOSS))
}
SHEETS = ("app", "components/components", "lab/gloss", "lab/lab")
PATTERNS = {
    "cell": "{row} ← {column}: {percent}",
    "head_name": "L{layer} H{head}",
    "left_out": "too large: {kinds}",
    "nats": "{nats} nats",
    "numbered": "{name} {number}",
    "source_word": "{word} ~ {other}",
    "target_word": "{word} ~ {other}",
}
FRAME = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
)
START = """([scripts, data]) => {
  window.asked = [];
  (0, eval)(scripts.page);
  window.lab = window.interlinear.lab;
  lab.ask = (kind, detail) => asked.push([kind, detail]);
  const labels = new Proxy(scripts.patterns, { get: (known, name) => known[name] || String(name) });
  for (const [name, code] of Object.entries(scripts.views)) {
    const element = document.getElementById(name);
    new Function("element", "props", "watch", "trigger", code)(element, { labels }, () => {}, () => {});
  }
  lab.show(JSON.parse(data));
}"""

SOURCE = ("<2en>", "▁La", "▁lam", "pe", "▁brû", "le", "▁en", "core", ".", "</s>")
TARGET = ("▁The", "▁la", "mp", "▁is", "▁still", "▁on", ".", "</s>")


def random_map(
    source: Sequence[str] = SOURCE, target: Sequence[str] = TARGET, layers: int = 1, heads: int = 1
) -> AttentionMap:
    """Rows sum to 1; the same at each call."""
    numbers = np.random.default_rng(7)
    weights = numbers.dirichlet(np.full(len(source), 0.4), (layers, heads, len(target)))
    return AttentionMap(tuple(source), tuple(target), weights.astype(np.float32))


def page_data(map: AttentionMap | None = None, **changes: Any) -> dict[str, Any]:
    """`interlinear.lab/1` with what the views read; `changes` replace whole fields."""
    drawn = map or random_map()
    layers, heads = drawn.weights_LHTS.shape[:2]
    return {
        "schema": "interlinear.lab/1",
        "model": {
            "id": "m@1",
            "name": "m",
            "architecture": "transformer" if layers * heads > 1 else "recurrent",
            "layers": layers,
            "heads": heads,
        },
        "options": {"mode": "greedy"},
        "shown": {"kind": "hypothesis", "step": 0, "steps": 1},
        "source": _side("fr", drawn.source_units),
        "target": _side("en", drawn.target_units),
        "attention": {"cross": drawn.weights_LHTS.tolist()},
        "aligners": [],
        "edits": {"rows": {}, "heads_off": []},
        **changes,
    }


def _side(language: str, pieces: Sequence[str]) -> dict[str, Any]:
    words = [(word_text(pieces[g.start : g.stop]), g) for g in group_pieces(pieces)]
    return {
        "language": language,
        "text": " ".join(text for text, _ in words),
        "pieces": list(pieces),
        "words": [{"text": t, "from": g.start, "to": g.stop, "special": is_special(t)} for t, g in words],
    }


def draw_views(page: Page, data: dict[str, Any], views: Sequence[str]) -> None:
    """Replace what the tab shows by these views of the data."""
    cards = "".join(
        f'<div class="card"><div id="{view}" class="il-{view}"><div class="il"></div></div></div>'
        for view in views
    )
    page.goto("about:blank")  # A window of its own: a saved page that was opened in it has its script there.
    page.set_content(FRAME + cards)
    page.add_style_tag(content="".join((ASSETS / f"{sheet}.css").read_text("utf-8") for sheet in SHEETS))
    code = {view: "\n".join(map(_script, SCRIPTS[view])) for view in views}
    page.evaluate(
        START, [{"page": _script("lab/page"), "views": code, "patterns": PATTERNS}, json.dumps(data)]
    )


def _script(name: str) -> str:
    return (ASSETS / f"{name}.js").read_text(encoding="utf-8")
