"""Quality by the length of the source: buckets of test sentences, and two, three, four of them read as one.

    python -m benchmarks.length --data FOLDER MODEL... [--directions fr-en en-fr]

`--data` holds the test files of the models' recipes. What was measured of the same weights is not measured
again. Writes `benchmarks/results/length.json` and
`docs/images/length.svg`; `python -m benchmarks.models_page` carries both to the documentation."""

import argparse
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any

import plotly.graph_objects as go
import torch

from benchmarks.measure import RESULTS, environment, write_results
from benchmarks.pictures import COLOURS, white_figure, write_pictures
from benchmarks.trials import Direction, bleu
from core.checkpoint import Checkpoint, load_checkpoint
from core.device import choose_device, device_name
from core.evaluation.card import held_out_files
from core.evaluation.evaluate import by_length_rows
from core.evaluation.references import EvaluationSet, read_evaluation_set
from core.options import BeamOptions
from core.text.corpus import languages_of
from core.training.own_recipe import own_recipe
from core.translator import Translator

JOINED = (1, 2, 3, 4)
LEAST_SENTENCES = 20
"""Of a bucket, in every direction, for a point of the figure."""
_WITHOUT_SPACES = ("zh",)


def measure(translator: Translator, held_out: EvaluationSet) -> dict[str, Any]:
    """One row: BLEU of beam 5 by length, and on joined sentences."""
    references = [texts[0] for texts in held_out.references]
    joined: list[dict[str, Any]] = []
    alone: list[str] = []
    for count in JOINED:
        sources = joined_texts(held_out.sources, count, held_out.source)
        found = translator.translate_segments(sources, held_out.source, held_out.target, BeamOptions())
        texts = [item.best.text for item in found]
        right = joined_texts(references, count, held_out.target)
        joined.append({"sentences": count, "bleu": bleu(texts, right, held_out.target)})
        alone = alone or texts
    return {
        **{"model": translator.name, "model_id": translator.model_id},
        **{"direction": held_out.direction, "data": held_out.name, "sentences": len(held_out.sources)},
        "by_length": by_length_rows(held_out.sources, alone, held_out.references, held_out.target),
        "joined": joined,
    }


def joined_texts(texts: Sequence[str], count: int, language: str) -> list[str]:
    """Every `count` consecutive sentences as one text; the last may have fewer."""
    space = "" if language in _WITHOUT_SPACES else " "
    return [space.join(texts[start : start + count]) for start in range(0, len(texts), count)]


def held_out_set(checkpoint: Checkpoint, data: Path, direction: Direction, limit: int) -> EvaluationSet:
    """The first test file of the direction; raises `SystemExit` when there is none."""
    for path in held_out_files(data, own_recipe(checkpoint).data.dev):
        if set(languages_of(path)) == set(direction):
            return read_evaluation_set(path, *direction, limit)
    raise SystemExit(f"{data} must hold a test file of {'-'.join(direction)}, but does not.")


def figure(rows: Sequence[dict[str, Any]]) -> go.Figure:
    """A curve a model, the mean of its directions: buckets on the left, joined sentences on the right."""
    drawn = white_figure(None, "BLEU, beam 5").set_subplots(
        1, 2, shared_yaxes=True, column_widths=[0.62, 0.38], horizontal_spacing=0.04
    )
    labels = _common_labels(rows)
    for colour, model in zip(COLOURS, dict.fromkeys(row["model"] for row in rows), strict=False):
        own = [row for row in rows if row["model"] == model]
        line = {"mode": "lines+markers", "line": {"color": colour}, "name": model, "legendgroup": model}
        buckets = [mean(_bucket(row, label)["bleu"] for row in own) for label in labels]
        joined = [mean(row["joined"][place]["bleu"] for row in own) for place in range(len(JOINED))]
        drawn.add_scatter(x=labels, y=buckets, **line, row=1, col=1)
        drawn.add_scatter(x=list(JOINED), y=joined, **line, showlegend=False, row=1, col=2)
    drawn.update_xaxes(title="words (Chinese: characters) of the source", type="category", row=1, col=1)
    drawn.update_xaxes(title="sentences joined into one", type="category", row=1, col=2)
    drawn.update_yaxes(rangemode="tozero")
    drawn.update_yaxes(title="BLEU, beam 5", row=1, col=1)
    return drawn


def _common_labels(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Lengths with enough sentences in every direction."""
    enough = [
        [bucket["length"] for bucket in row["by_length"] if bucket["sentences"] >= LEAST_SENTENCES]
        for row in rows
    ]
    return [label for label in enough[0] if all(label in labels for labels in enough)]


def _bucket(row: dict[str, Any], label: str) -> dict[str, Any]:
    return next(bucket for bucket in row["by_length"] if bucket["length"] == label)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+", help="model folders, a curve each")
    parser.add_argument("--data", type=Path, required=True, help="folder of the test files")
    parser.add_argument("--directions", nargs="+", help="as fr-en; those that all models know by default")
    parser.add_argument("--limit", type=int, default=0, help="only the first so many pairs; 0 means all")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    checkpoints = [load_checkpoint(folder) for folder in arguments.models]
    shared = [
        pair for pair in checkpoints[0].directions if all(pair in one.directions for one in checkpoints)
    ]
    wanted = [pair for pair in shared if "-".join(pair) in (arguments.directions or ["-".join(pair)])]
    if not wanted:
        raise SystemExit("The models must share at least one of the directions, but share none.")
    rows: list[dict[str, Any]] = []
    for checkpoint, direction in product(checkpoints, wanted):
        held_out = held_out_set(checkpoint, arguments.data, direction, arguments.limit)
        row = known_row(checkpoint.model_id, held_out)
        rows.append(row or measure(Translator.from_checkpoint(checkpoint, device), held_out))
        print(checkpoint.name, held_out.direction, rows[-1]["joined"], flush=True)
    write_results("length", {"device": device_name(device), "environment": environment(), "rows": rows})
    write_pictures({"length": figure(rows)})


def known_row(model_id: str, held_out: EvaluationSet, results: Path = RESULTS) -> dict[str, Any] | None:
    """What was measured of the same weights on as many sentences of the same file."""
    path = results / "length.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.is_file() else []
    asked = {
        **{"model_id": model_id, "direction": held_out.direction},
        **{"data": held_out.name, "sentences": len(held_out.sources)},
    }
    return next((row for row in rows if row.items() >= asked.items()), None)


if __name__ == "__main__":
    main()
