"""Curves → plotly figures. Plain data in, figures out; knows no file."""

import plotly.graph_objects as go

from benchmarks.learning_curve.plan import DEFAULT, METHODS
from benchmarks.learning_curve.results import Curve, Row, Value, average, change, gain, saved, spread
from benchmarks.pictures import COLOURS, white_figure

_LEAST = -3.0
"""BLEU lost beyond which a point would squeeze all the others together; it is drawn at the edge, and says how
much it was."""
_PALETTE = (*COLOURS[1:], "#a16207", "#7c3aed", "#0f172a")


def trade(curve: Curve) -> go.Figure:
    """What was learned against what was forgotten: a line a method, a dot a number of corrections."""
    figure = _empty("BLEU on the general set, above the base", "BLEU on the domain, above the base")
    for name in curve.methods:
        counts = [0, *(count for count in curve.points if curve.of(name, count))]
        rows = [curve.of(name, count) for count in counts]
        figure.add_scatter(
            x=[0.0, *(max(_LEAST, average(one, change)) for one in rows[1:])],
            y=[0.0, *(average(one, gain) for one in rows[1:])],
            text=["", *map(_label, counts[1:], rows[1:])],
            **_style(name, "lines+markers+text"),
            textposition="top center",
            textfont={"size": 10},
        )
    figure.add_vline(x=0, line_color="#cbd5e1", line_width=1)
    return figure


def _label(count: int, rows: list[Row]) -> str:
    lost = average(rows, change)
    return f"{count:,}" if lost >= _LEAST else f"{count:,} (at {lost:.0f})"


def learned(curve: Curve) -> go.Figure:
    """BLEU on the domain by corrections; bars are a standard deviation over the seeds."""
    return _by_corrections(curve, "BLEU on the domain", lambda row: float(row["domain"]["bleu"]))


def keys(curve: Curve) -> go.Figure:
    """Keys saved by corrections."""
    return _by_corrections(curve, "% of keys saved on the next 100", saved)


def _by_corrections(curve: Curve, title: str, value: Value) -> go.Figure:
    figure = _empty("corrections", title)
    for name in curve.methods:
        counts = [count for count in curve.points if curve.of(name, count)]
        rows = [curve.of(name, count) for count in counts]
        figure.add_scatter(
            x=counts,
            y=[average(one, value) for one in rows],
            error_y={"type": "data", "array": [spread(one, value) for one in rows], "thickness": 1},
            **_style(name, "lines+markers"),
        )
    if base := curve.of(DEFAULT, 0):
        figure.add_hline(y=average(base, value), line_color="#94a3b8", line_dash="dot")
    figure.update_xaxes(type="log", tickvals=curve.points, ticktext=[f"{count:,}" for count in curve.points])
    return figure


def _empty(x_title: str, y_title: str) -> go.Figure:
    """With room for the names of all ways below it."""
    figure = white_figure(x_title, y_title)
    figure.update_layout(height=580, legend={"orientation": "h", "y": -0.14, "yanchor": "top"})
    return figure


def _style(name: str, mode: str) -> dict[str, object]:
    """The shipped way stands out."""
    place = [*METHODS].index(name)
    colour, width = (COLOURS[0], 4) if name == DEFAULT else (_PALETTE[place % len(_PALETTE)], 1.5)
    line = {"color": colour, "width": width}
    return {"mode": mode, "name": METHODS[name].title, "line": line, "marker": {"size": 6}}
