"""Attention weights as a plotly figure. Knows no model and no page; text colours come from CSS."""

from collections import Counter
from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from core.analysis.attention_map import select
from core.results import AttentionMap

MAX_LABELS = 40
"""Labels an axis can carry: beyond that they overlap, and drawing them takes longer than the cells."""

_LONGEST_LABEL = 16
_LEVEL_LETTERS = 36
_ROW_PX = 26
_FRAME_PX = 96
_HEIGHTS_PX = (180, 640)
_TRANSPARENT_TO_INDIGO = [
    [0.0, "rgba(99,102,241,0)"],
    [0.5, "rgba(99,102,241,0.55)"],
    [1.0, "rgba(79,70,229,1)"],
]


def heatmap(attention: AttentionMap, layer: int | None = None, head: int | None = None) -> go.Figure:
    """Rows are target units, top to bottom, columns source units; None is the mean over layers or heads."""
    columns, rows = unique_labels(attention.source_units), unique_labels(attention.target_units)
    figure = go.Figure(
        go.Heatmap(
            z=np.asarray(select(attention, layer, head), dtype=np.float32),
            x=columns,
            y=rows,
            zmin=0,
            zmax=1,
            colorscale=_TRANSPARENT_TO_INDIGO,
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{y} ← %{x}<br>%{z:.1%}<extra></extra>",
        )
    )
    low, high = _HEIGHTS_PX
    figure.update_layout(
        height=min(high, max(low, _FRAME_PX + _ROW_PX * len(rows))),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        hoverlabel={"bgcolor": "#312e81", "bordercolor": "#312e81", "font": {"color": "#ffffff"}},
        font={"family": "system-ui, sans-serif", "size": 12},
    )
    figure.update_xaxes(side="top", tickangle=0 if _fits(columns) else -45, **_ticks(columns))
    figure.update_yaxes(autorange="reversed", **_ticks(rows))
    return figure


def unique_labels(units: Sequence[str]) -> list[str]:
    """Escaped labels, repeats told apart by zero-width spaces: plotly merges equal categories into one.

    Example: `unique_labels(["a", "<b>", "a"])` is `["a", "&lt;b&gt;", "a\\u200b"]`."""
    seen: Counter[str] = Counter()
    labels = []
    for unit in units:
        name = escape(unit, quote=False).strip() or "▁"
        labels.append(name + "\u200b" * seen[name])
        seen[name] += 1
    return labels


def _ticks(labels: Sequence[str]) -> dict[str, object]:
    """Every label up to `MAX_LABELS`; beyond that an even choice of them (the rest shows on hover)."""
    shown = range(0, len(labels), -(-len(labels) // MAX_LABELS) or 1)
    return {
        "type": "category",
        "tickvals": list(shown),
        "ticktext": [_shortened(labels[index]) for index in shown],
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
    }


def _fits(labels: Sequence[str]) -> bool:
    """Whether the labels can stand side by side on a phone."""
    return len(labels) * max(map(len, labels), default=0) <= _LEVEL_LETTERS


def _shortened(label: str) -> str:
    # Cutting inside an entity such as &lt; would show its remains.
    return label if len(label) <= _LONGEST_LABEL or "&" in label else label[: _LONGEST_LABEL - 1] + "…"
