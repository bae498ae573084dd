"""Options tried for the defaults of fine-tuning, on dev files: one training each, and averages with the base.

    python -m benchmarks.learning_curve.search --data FOLDER --runs FOLDER [--jobs 2] [--only distilled-1000]

One trial, one JSON in `benchmarks/results/learning-curve-search/`; stopped at any moment, the same command
goes on. The table tells, for each share of what was learned, BLEU above the base on the domain and on the
general set, by how much the latter's loss rises, how many of its sentences changed, and how many the gate
would need."""

import argparse
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.learning_curve.results import change, gain, sentences_needed
from benchmarks.learning_curve.sets import Setting, read_corrections
from benchmarks.learning_curve.trial import measure_sets, tuning_data, write_base_outputs
from benchmarks.measure import RESULTS, environment, print_table
from benchmarks.trials import Task, one_thread, run_missing, write_result
from core.checkpoint import load_checkpoint
from core.device import choose_device
from core.training.finetune import finetune, interpolate
from core.training.finetune_config import FinetuneConfig
from core.translator import Translator

FOLDER = RESULTS / "learning-curve-search"
SHARES = (0.2, 0.4, 0.6, 1.0)
SEED = 1
COLUMNS = ("options", "share", "domain", "general", "loss", "changed", "needed", "cpu_s")


@dataclass(frozen=True)
class Tried:
    """One training."""

    name: str
    corrections: int
    options: dict[str, Any] = field(default_factory=dict)


_PLAIN = {"replay_ratio": 2.0, "distillation": 0.0, "epochs": 4, "learning_rate": 2e-4}
_WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "distilled": {"distillation": 1.0},
    "half-distilled": {"distillation": 0.5},
    "distilled-fast": {"distillation": 1.0, "learning_rate": 5e-4},
    "distilled-much": {"distillation": 1.0, "replay_ratio": 4.0},
    "distilled-most": {"distillation": 1.0, "replay_ratio": 8.0},
    "distilled-much-long": {"distillation": 1.0, "replay_ratio": 4.0, "epochs": 8},
    "distilled-much-fast": {"distillation": 1.0, "replay_ratio": 4.0, "learning_rate": 5e-4},
    "distilled-much-lora": {
        **{"distillation": 1.0, "replay_ratio": 4.0},
        **{"lora_rank": 16, "learning_rate": 2e-3},
    },
    "distilled-much-frozen": {"distillation": 1.0, "replay_ratio": 4.0, "freeze": ["embeddings"]},
    "slow": {"learning_rate": 1e-4},
    "fast-large": {"learning_rate": 5e-4, "batch_tokens": 3000},
    "much-replay": {"replay_ratio": 4.0, "epochs": 6},
    "ewc": {"ewc": 30.0},
    "l2": {"l2_to_base": 30.0},
    "lora": {"lora_rank": 16, "learning_rate": 2e-3},
    "frozen-embeddings": {"freeze": ["embeddings"]},
}
TRIED = tuple(
    Tried(f"{name}-{count}", count, {**_PLAIN, **options})
    for count in (100, 1000)
    for name, options in _WAYS.items()
)
"""The cheap ones first."""


def run_search(setting: Setting, tried: Tried, runs: Path, device_name: str) -> None:
    """Write what each share gives; an interrupted training goes on where it was."""
    options = {"seed": SEED, "save_every_s": 1e6, "average_with_base": "no"}
    config = FinetuneConfig.from_dict({**options, **tried.options})
    corrections = read_corrections(setting, tried.corrections, SEED, has_dev=False)
    data, run = tuning_data(setting, config, corrections, is_watched=False), runs / f"search-{tried.name}"
    started = time.process_time()
    model = finetune(setting.model, data, config, run, choose_device(device_name), watch=lambda _: None)
    cpu_s = round(time.process_time() - started, 1)
    result = {
        **{"name": tried.name, "corrections": tried.corrections, "options": config.to_dict()},
        **{"training_cpu_s": cpu_s, "rows": measure_shares(setting, model, runs, device_name)},
        "environment": environment(),
    }
    write_result(FOLDER / f"{tried.name}.json", result)
    shutil.rmtree(run, ignore_errors=True)


def measure_shares(setting: Setting, model: Path, runs: Path, device_name: str) -> list[dict[str, Any]]:
    """A row for each."""
    base, tuned = load_checkpoint(setting.model), load_checkpoint(model)
    device, rows = choose_device(device_name), []
    before = Translator.from_checkpoint(base, device)
    for share in SHARES:
        weights = interpolate(base.weights, tuned.weights, share)
        made = replace(base, weights=weights, digest="")  # else what the base said would be taken for it
        found = measure_sets(setting, Translator.from_checkpoint(made, device), before, runs)
        rows.append({"share": share, **found})
    return rows


def table_rows(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line for each share of each training."""
    return [
        {
            **{"options": result["name"], "share": row["share"], "cpu_s": result["training_cpu_s"]},
            **{"domain": f"{gain(row):+.2f}", "general": f"{change(row):+.2f}"},
            "loss": f"{row['general']['loss'] - row['general']['loss_before']:+.4f}",
            "changed": f"{100 * row['general']['changed']:.0f} %",
            "needed": f"{sentences_needed(row):,}",
        }
        for result in results
        for row in result["rows"]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, help="folder of the corpora; without it only the table is printed"
    )
    parser.add_argument("--runs", type=Path, default=Path("runs/learning-curve"))
    parser.add_argument("--only", nargs="+", choices=[one.name for one in TRIED])
    parser.add_argument("--jobs", type=int, default=1, help="trials side by side, one core each")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    if arguments.data is not None:
        model = Path("assets/models/fr-en")
        setting = Setting(model, arguments.data, "captions", ("fr", "en"), on_dev=True)
        one_thread()
        write_base_outputs(setting, arguments.runs, arguments.device)
        chosen = [one for one in TRIED if arguments.only is None or one.name in arguments.only]
        tasks = [
            Task(FOLDER / f"{one.name}.json", run_search, (setting, one, arguments.runs, arguments.device))
            for one in chosen
        ]
        run_missing(tasks, arguments.jobs)
    files = [FOLDER / f"{one.name}.json" for one in TRIED]
    results = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    print_table(table_rows(results), COLUMNS)


if __name__ == "__main__":
    main()
