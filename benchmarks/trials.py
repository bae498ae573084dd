"""Trainings as trials: each keeps its result in a file, and one that has a result is not run again."""

import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from core.device import choose_device
from core.evaluation.measures import corpus_bleu
from core.options import DecodeOptions
from core.text.corpus import Pair
from core.training.log import MetricsLog
from core.training.recipe import recipe_from_dict
from core.training.run import train
from core.translator import Translator

Direction = tuple[str, str]
_MAX_LENGTH = 150
"""Pieces of an output; an untrained model would write for ever."""


@dataclass(frozen=True)
class Trained:
    """What a finished training left."""

    translator: Translator
    facts: dict[str, Any]
    """`training` of the model's config."""
    dev_bleu: list[float]
    """Greedy, of the first direction, after each evaluation."""
    dev_loss: list[float]


@dataclass(frozen=True)
class Task:
    """One trial: what writes its result, unless that is there."""

    result: Path
    run: Callable[..., None]
    """Must be importable: it is called in another process."""
    arguments: tuple[Any, ...]


def run_missing(tasks: Sequence[Task], jobs: int) -> None:
    """Those without a result, `jobs` side by side, one core each."""
    missing = [task for task in tasks if not task.result.is_file()]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=one_thread) as pool:
        started = [(task, pool.submit(task.run, *task.arguments)) for task in missing]
        for task, trial in started:
            trial.result()
            print(task.result, flush=True)


def one_thread() -> None:
    """Trials run side by side, one core each."""
    torch.set_num_threads(1)


def train_trial(values: dict[str, Any], corpora: Path, run: Path, device_name: str) -> Trained:
    """By a recipe of plain values; an interrupted training goes on where it was."""
    recipe = recipe_from_dict(values)
    model = train(recipe, corpora, run, choose_device(device_name), show_progress=False)
    facts = json.loads((model / "config.json").read_text(encoding="utf-8"))["training"]
    curve = [row for row in MetricsLog(run / "metrics.jsonl").read() if "dev_bleu" in row]
    direction = "-".join(recipe.data.directions[0])
    return Trained(
        translator=Translator.load(model, device_name),
        facts=facts,
        dev_bleu=[row["dev_bleu"][direction] for row in curve],
        dev_loss=[row["dev_loss"] for row in curve],
    )


def write_result(path: Path, values: dict[str, Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(path)


def texts_of(
    translator: Translator, sources: Sequence[str], direction: Direction, options: DecodeOptions
) -> list[str]:
    """The best output of each source."""
    options = replace(options, max_length=_MAX_LENGTH)
    return [item.best.text for item in translator.translate_segments(sources, *direction, options)]


def join(pairs: Sequence[Pair]) -> Pair:
    """Several sentences as one text."""
    return Pair(" ".join(pair.first for pair in pairs), " ".join(pair.second for pair in pairs))


def bleu(
    texts: Sequence[str], references: Sequence[str], target: str, rows: Sequence[int] | None = None
) -> float:
    """Of all texts, or of some rows."""
    chosen = range(len(texts)) if rows is None else rows
    return round(corpus_bleu([texts[i] for i in chosen], [references[i] for i in chosen], target), 2)
