"""What a run reports: a line of JSON for programs, a bar for people, a picture for both."""

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.training.files import saving, write_whole


class MetricsLog:
    """`metrics.jsonl`: one object a line, appended and flushed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rewind(self, step: int) -> None:
        """Forget lines after `step`: they will be written again by a resumed run."""
        rows = [row for row in self.read() if row["step"] <= step]
        with saving("The log"):
            write_whole(
                self.path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
            )

    def write(self, row: dict[str, Any]) -> None:
        with saving("The log"), self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def read(self) -> list[dict[str, Any]]:
        """Every whole line; a line cut by a kill is passed over."""
        if not self.path.exists():
            return []
        rows = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return rows


def training_curve(rows: list[dict[str, Any]]) -> go.Figure:
    """Loss on training and dev data, and dev BLEU per direction, over steps."""
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    train = [row for row in rows if "loss" in row]
    dev = [row for row in rows if "dev_loss" in row]
    steps = [row["step"] for row in dev]
    figure.add_scatter(x=[r["step"] for r in train], y=[r["loss"] for r in train], name="training loss")
    figure.add_scatter(x=steps, y=[r["dev_loss"] for r in dev], name="dev loss", mode="lines+markers")
    for direction in sorted({name for row in dev for name in row["dev_bleu"]}):
        bleu = [row["dev_bleu"].get(direction) for row in dev]
        figure.add_scatter(
            x=steps, y=bleu, name=f"dev BLEU {direction}", mode="lines+markers", secondary_y=True
        )
    figure.update_layout(template="plotly_white", title="Training", xaxis_title="step", hovermode="x unified")
    figure.update_yaxes(title_text="loss, nats per piece", secondary_y=False)
    figure.update_yaxes(title_text="BLEU, greedy", secondary_y=True)
    return figure
