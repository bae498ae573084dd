"""A comparison as plotly figures. Transparent, and without text colours: those come from the page."""

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from core.evaluation.compare import ComparisonReport, System

A_COLOUR, B_COLOUR = "#d97706", "#6366f1"
"""Amber and indigo: told apart by eyes of every kind, on light and on dark."""
_GRID = "rgba(128,138,158,0.22)"
_HOVER_LETTERS = 90


def length_figure(report: ComparisonReport) -> go.Figure:
    """chrF of both systems for each length of source, with the number of sentences under each label."""
    figure = go.Figure()
    for name, system, colour in (("A", report.a, A_COLOUR), ("B", report.b, B_COLOUR)):
        figure.add_bar(
            x=[f"{row['length']}<br>n = {row['sentences']:,}" for row in system.by_length],
            y=[row["chrf"] for row in system.by_length],
            name=name,
            marker={"color": colour, "cornerradius": 4, "line": {"width": 0}},
            hovertemplate="chrF %{y:.1f}<extra>" + name + "</extra>",
        )
    unit = report.a.by_length[0]["unit"]
    figure.update_layout(barmode="group", bargap=0.28, **_layout())
    figure.update_xaxes(title_text=f"{unit} of the source", type="category", showgrid=False)
    figure.update_yaxes(title_text="chrF", rangemode="tozero", gridcolor=_GRID, zeroline=False)
    return figure


def scatter_figure(report: ComparisonReport) -> go.Figure:
    """One point a sentence, chrF of A across and of B up: above the diagonal B is better."""
    figure = go.Figure(
        go.Scattergl(
            x=report.a.chrf,
            y=report.b.chrf,
            mode="markers",
            customdata=[_shortened(text) for text in report.held_out.sources],
            marker={"size": 6, "opacity": 0.5, "color": _colours(report.a, report.b), "line": {"width": 0}},
            hovertemplate="%{customdata}<br>A %{x:.1f}, B %{y:.1f}<extra></extra>",
            showlegend=False,
        )
    )
    line = {"color": "rgba(128,138,158,0.7)", "width": 1, "dash": "dot"}
    figure.add_shape(type="line", x0=0, y0=0, x1=100, y1=100, line=line, layer="below")
    figure.update_layout(**_layout())
    axis = {"range": [-3, 103], "gridcolor": _GRID, "zeroline": False}
    figure.update_xaxes(title_text="chrF of A", **axis)
    figure.update_yaxes(title_text="chrF of B", **axis)
    return figure


def _colours(a: System, b: System) -> Sequence[str]:
    """That of the better one; grey where both are equal."""
    pairs = zip(a.chrf, b.chrf, strict=True)
    return ["#94a3b8" if one == two else A_COLOUR if one > two else B_COLOUR for one, two in pairs]


def _layout() -> dict[str, Any]:
    return {
        "height": 360,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12},
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": "#1e293b", "bordercolor": "#1e293b", "font": {"color": "#ffffff"}},
        "dragmode": False,
    }


def _shortened(text: str) -> str:
    # plotly reads tags in hover texts
    return escape(text if len(text) <= _HOVER_LETTERS else text[: _HOVER_LETTERS - 1] + "…", quote=False)
