"""Curves of a fine-tuning, with plotly: loss of what is learned and of what is not, BLEU of both sets."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from demo_app.viz.project_charts import COLOURS, bare_figure

SETS = ("held_out", "general")
"""That are measured at each evaluation, as the log names them."""
_MANY = 30
"""Points from which on they are not marked one by one."""


def loss_curve(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], title: str) -> go.Figure | None:
    """Over steps; None before the first figure. `names`: of `training` and of each set, for the legend."""
    training = [(row["step"], row["loss"]) for row in rows if "loss" in row]
    lines = {"training": training, **{name: _of_set(rows, name, "loss") for name in SETS}}
    return _drawn(lines, names, title)


def bleu_curve(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], title: str) -> go.Figure | None:
    """The mean over directions; the first point is the model before it learned."""
    lines = {name: _of_set(rows, name, "bleu") for name in SETS}
    return _drawn({"training": [], **lines}, names, title)


def _of_set(rows: Sequence[Mapping[str, Any]], name: str, measure: str) -> list[tuple[int, float | None]]:
    return [(row["step"], _number(row[name][measure])) for row in rows if name in row]


def _number(value: Any) -> float | None:
    if isinstance(value, Mapping):
        return sum(value.values()) / len(value) if value else None
    return float(value)


def _drawn(
    lines: Mapping[str, Sequence[tuple[int, float | None]]], names: Mapping[str, str], title: str
) -> go.Figure | None:
    if not any(lines.values()):
        return None
    figure = bare_figure(title)
    for colour, dash, (name, points) in zip(
        COLOURS[:3], ("solid", "solid", "dot"), lines.items(), strict=True
    ):
        if points:
            figure.add_scatter(
                x=[step for step, _ in points],
                y=[value for _, value in points],
                name=names[name],
                mode="lines" if len(points) > _MANY else "lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                marker={"size": 6},
            )
    figure.update_layout(showlegend=True)
    figure.update_xaxes(nticks=6, tickformat="d", zeroline=False)
    figure.update_yaxes(nticks=5)
    return figure
