"""Plotly figures → SVG files of the documentation, drawn by plotly's own script in Chromium."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

DOCS = Path(__file__).resolve().parents[1] / "docs"
CHROMIUM = "/usr/bin/chromium"
COLOURS = ("#4f46e5", "#0891b2", "#d97706", "#be185d", "#15803d", "#64748b")


def write_pictures(drawn: Mapping[str, go.Figure], folder: Path = DOCS / "images") -> None:
    """Each as `FOLDER/NAME.svg`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.add_script_tag(content=get_plotlyjs())
        for name, figure in drawn.items():
            url = tab.evaluate("figure => Plotly.toImage(figure, {format: 'svg'})", figure.to_plotly_json())
            svg = unquote(url.partition(",")[2])
            (folder / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")
        browser.close()


def white_figure(x_title: str | None, y_title: str | None = None) -> go.Figure:
    """White paper in both colour schemes, for an SVG on a page cannot know which it is on."""
    figure = go.Figure()
    figure.update_layout(
        **{"width": 760, "height": 420, "template": "plotly_white"},
        font={"family": "system-ui, sans-serif", "size": 13, "color": "#334155"},
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        legend={"orientation": "h", "y": 1.12},
    )
    figure.update_xaxes(title=x_title)
    figure.update_yaxes(title=y_title)
    return figure
