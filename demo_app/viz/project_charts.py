"""Figures of a project over time, with plotly: answers a day, HTER or ratings, agreement.

Grounds are transparent and texts without a colour of their own: the page's sheet gives them theirs, so that a
figure is readable on a light and on a dark page."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import plotly.graph_objects as go

HEIGHT_PX = 230
COLOURS = ("#6366f1", "#d98a1f", "#0d9488", "#db2777", "#64748b", "#7c3aed")
"""Seen on both grounds."""
_DAY_MS = 86_400_000
_TICKS = 6
_GRID = "rgba(100, 116, 139, 0.25)"

Series = Mapping[str, Sequence[float | None]]
"""Name -> a value for each point, None where there is none."""


def answers_a_day(days: Sequence[date], people: Series, title: str, others: str) -> go.Figure:
    """Bars, a colour for each person. More people than colours are one bar called `others`.

    Names are escaped: plotly reads some HTML in them."""
    shown = dict(list(people.items())[: len(COLOURS)])
    if len(people) > len(COLOURS):
        shown = dict(list(shown.items())[:-1])
        left = [values for name, values in people.items() if name not in shown]
        shown[others] = [sum(value or 0 for value in column) for column in zip(*left, strict=True)]
    figure = bare_figure(title)
    for colour, (name, values) in zip(COLOURS, shown.items(), strict=False):
        figure.add_bar(x=days, y=list(values), name=escape(name), marker_color=colour, width=0.65 * _DAY_MS)
    _date_axis(figure, days)
    figure.update_layout(barmode="stack", showlegend=len(shown) > 1)
    figure.update_yaxes(rangemode="tozero", tickformat="d", nticks=5)
    return figure


def means_a_day(days: Sequence[date], lines: Series, title: str, *, is_share: bool) -> go.Figure:
    """Lines over the days. `is_share`: values are from 0 to 1, and shown as percent."""
    figure = bare_figure(title)
    _add_lines(figure, days, lines)
    _date_axis(figure, days)
    figure.update_yaxes(rangemode="tozero", nticks=5, tickformat=".0%" if is_share else "")
    return figure


def agreement_trend(lines: Series, window: int, title: str) -> go.Figure:
    """Lines with a point for each `window` items, named by the items."""
    figure = bare_figure(title)
    points = max(map(len, lines.values()))
    _add_lines(figure, [f"{window * n + 1}–{window * (n + 1)}" for n in range(points)], lines)
    return figure


def _add_lines(figure: go.Figure, places: Sequence[Any], lines: Series) -> None:
    for colour, dash, (name, values) in zip(COLOURS, ("solid", "dot", "dash"), lines.items(), strict=False):
        figure.add_scatter(
            x=list(places),
            y=list(values),
            name=name,
            mode="lines+markers",
            connectgaps=True,
            line={"color": colour, "width": 2, "dash": dash},
            marker={"size": 7},
        )
    figure.update_layout(showlegend=len(lines) > 1)


def _date_axis(figure: go.Figure, days: Sequence[date]) -> None:
    """Whole days, however few: plotly would divide a single one into hours."""
    first, last = min(days), max(days)
    step = max(1, -(-((last - first).days + 1) // _TICKS))
    figure.update_xaxes(
        type="date",
        range=[first - timedelta(days=1), last + timedelta(days=1)],
        tick0=first,
        dtick=step * _DAY_MS,
        tickformat="%m-%d",
        hoverformat="%Y-%m-%d",
    )


def bare_figure(title: str) -> go.Figure:
    """A frame without a line in it."""
    heading: dict[str, Any] = {
        "text": title,
        "x": 0,
        "xanchor": "left",
        "xref": "paper",
        "y": 1,
        "yanchor": "top",
        "pad": {"t": 4},
        "font": {"size": 13, "weight": 600},
    }
    return go.Figure(
        layout={
            "template": "none",
            "title": heading,
            "height": HEIGHT_PX,
            "margin": {"l": 44, "r": 16, "t": 56, "b": 32},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
            "dragmode": False,
            "hovermode": "x unified",
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {"fixedrange": True, "showgrid": False, "tickangle": 0, "linecolor": _GRID},
            "yaxis": {"fixedrange": True, "gridcolor": _GRID, "zeroline": False},
        }
    )
