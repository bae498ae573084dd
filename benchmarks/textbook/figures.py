"""Results → plotly figures. Plain data in, figures out; knows no file."""

from typing import Any

import plotly.graph_objects as go

from benchmarks.pictures import COLOURS, white_figure
from benchmarks.textbook.claims import TITLES, Results, score
from benchmarks.textbook.plan import BASE

BY_LENGTH = ("gru-none", BASE, "gru-dot", "gru-scaled", "transformer")
CURVES = (BASE, "lstm-additive", "gru-none", "scheduled-sampling", "no-smoothing", "transformer")


def overview(results: Results) -> go.Figure:
    """A dot for each seed, a bar for their mean, best on top."""
    names = sorted(results, key=lambda name: score(results, name))
    figure = white_figure("BLEU, beam 5")
    titles = [TITLES[name] for name in names]
    means = [score(results, name) for name in names]
    figure.add_bar(x=means, y=titles, orientation="h", marker_color="#c7d2fe", width=0.6, showlegend=False)
    seeds = [(row["beam_5"], TITLES[name]) for name in names for row in results[name]]
    marker = {"color": COLOURS[0], "size": 8}
    figure.add_scatter(
        x=[value for value, _ in seeds],
        y=[title for _, title in seeds],
        mode="markers",
        marker=marker,
        showlegend=False,
    )
    figure.update_layout(height=60 + 36 * len(names), margin={"l": 210})
    return figure


def by_length(results: Results) -> go.Figure:
    """BLEU in each bucket of source length; the last point is three sentences read as one."""
    figure = white_figure(None, "BLEU, beam 5")
    for colour, name in zip(COLOURS, (n for n in BY_LENGTH if n in results), strict=False):
        rows = results[name]
        labels = [bucket["label"] for bucket in rows[0]["by_length"]]
        values = [sum(row["by_length"][i]["bleu"] for row in rows) / len(rows) for i in range(len(labels))]
        figure.add_scatter(
            x=[*labels, "3 joined"],
            y=[*values, score(results, name, "joined")],
            mode="lines+markers",
            line={"color": colour},
            name=TITLES[name],
        )
    figure.update_xaxes(title="words of the source")
    return figure


def beams(results: Results) -> go.Figure:
    """BLEU of the base model by beam size, with and without length penalty."""
    figure = white_figure(None, "BLEU")
    rows: list[dict[str, Any]] = [row for result in results[BASE] for row in result["beams"]]
    for colour, penalty in zip(COLOURS, sorted({row["penalty"] for row in rows}), strict=False):
        sizes = sorted({row["beam"] for row in rows})
        chosen = [[r["bleu"] for r in rows if (r["beam"], r["penalty"]) == (size, penalty)] for size in sizes]
        name = f"length penalty {penalty:g}" if penalty else "no length penalty"
        figure.add_scatter(
            x=sizes,
            y=[sum(values) / len(values) for values in chosen],
            mode="lines+markers",
            line={"color": colour},
            name=name,
        )
    figure.update_xaxes(title="beam size", type="category")
    return figure


def curves(results: Results) -> go.Figure:
    """Dev BLEU, greedy, after each epoch; the mean of the seeds."""
    figure = white_figure(None, "dev BLEU, greedy")
    for colour, name in zip(COLOURS, (n for n in CURVES if n in results), strict=False):
        rows = [row["dev_bleu"] for row in results[name]]
        values = [sum(epoch) / len(epoch) for epoch in zip(*rows, strict=False)]
        epochs = list(range(1, len(values) + 1))
        figure.add_scatter(x=epochs, y=values, mode="lines", line={"color": colour}, name=TITLES[name])
    figure.update_xaxes(title="epoch")
    return figure
