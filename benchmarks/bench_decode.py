"""How fast the shipped model translates: text in, text out, pieces and words counted as the page counts them.

    python -m benchmarks.bench_decode --data pairs.fr-en.test.tsv.gz --cores 1 2

Each mode runs in a process of its own, so that its peak memory and its load time are its own."""

import argparse
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from benchmarks.measure import (
    MODES,
    Mode,
    Translate,
    environment,
    pin,
    print_table,
    run_pass,
    summarise,
    warm_up,
    write_results,
)
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.text.corpus import read_pairs
from core.translator import Translator

COLUMNS = (
    *("cores", "mode", "sentences", "sentences_per_s", "tokens_per_s", "p50_ms", "p95_ms", "bleu"),
    *("peak_rss_mb", "load_s"),
)


@dataclass(frozen=True)
class Task:
    """One mode on so many cores."""

    model: Path
    data: Path
    source: str
    target: str
    mode: Mode
    cores: int
    sentences: int
    passes: int


def options_of(mode: Mode) -> DecodeOptions:
    return GreedyOptions() if mode.beam == 1 else BeamOptions(beam_size=mode.beam)


def translate_with(translator: Translator, source: str, target: str, options: DecodeOptions) -> Translate:
    """The translator as the stopwatch wants it."""

    def translate(texts: Any) -> list[tuple[str, int]]:
        found = translator.translate_segments(texts, source, target, options)
        return [(item.best.text, len(item.best.ids)) for item in found]

    return translate


def measure(task: Task) -> dict[str, Any]:
    """Load, warm up, run the passes; a row of the table."""
    torch.set_num_threads(task.cores)
    started = time.perf_counter()
    translator = Translator.load(task.model, "cpu")
    load_s = time.perf_counter() - started
    pairs = list(islice(read_pairs(task.data, task.source, task.target), task.sentences))
    texts, references = [pair.first for pair in pairs], [pair.second for pair in pairs]
    translate = translate_with(translator, task.source, task.target, options_of(task.mode))
    warm_up(translate, texts, task.mode.batch)
    passes = [run_pass(translate, texts, task.mode.batch) for _ in range(task.passes)]
    return {
        "cores": task.cores,
        **summarise(task.mode, passes, references, task.target),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load_s": round(load_s, 2),
        "model_id": translator.model_id,
    }


def measure_alone(task: Task) -> dict[str, Any]:
    """`measure` in a fresh process, which inherits the cores of this one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, task).result()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"), help="model folder")
    parser.add_argument("--data", type=Path, required=True, help="test pairs, TSV or JSONL, plain or .gz")
    parser.add_argument("--source", default="fr")
    parser.add_argument("--target", default="en")
    parser.add_argument("--cores", type=int, nargs="+", default=[1], help="one run for each number given")
    parser.add_argument(
        "--sentences", type=int, default=2000, help="at most so many, from the start of the file"
    )
    parser.add_argument("--passes", type=int, default=3, help="passes per mode; the median counts")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    rows = []
    for cores in arguments.cores:
        pinned = pin(cores)
        for mode in MODES:
            task = Task(
                model=arguments.model,
                data=arguments.data,
                source=arguments.source,
                target=arguments.target,
                mode=mode,
                cores=cores,
                sentences=arguments.sentences,
                passes=arguments.passes,
            )
            rows.append({**measure_alone(task), "pinned_to": pinned})
            print(f"{cores} cores, {mode.name}: {rows[-1]['sentences_per_s']} sentences/s", flush=True)
        if allowed:
            os.sched_setaffinity(0, allowed)
    print_table(rows, COLUMNS)
    direction = f"{arguments.source}-{arguments.target}"
    facts = {"data": arguments.data.name, "direction": direction, "environment": environment(), "rows": rows}
    write_results("decode", facts)


if __name__ == "__main__":
    main()
