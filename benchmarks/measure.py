"""What every decoding benchmark shares: equal batches, a stopwatch, figures, a table. Knows no model."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.evaluation.measures import corpus_bleu

RESULTS = Path(__file__).parent / "results"

Output = tuple[str, int]
"""A translation, and how many pieces were written for it, EOS counted."""
Translate = Callable[[Sequence[str]], list[Output]]
"""One call is one batch."""


@dataclass(frozen=True)
class Mode:
    """One way to decode."""

    batch: int
    """Sentences handed over at once."""
    beam: int
    """1 is greedy search."""

    @property
    def name(self) -> str:
        return f"batch {self.batch}, {'greedy' if self.beam == 1 else f'beam {self.beam}'}"


MODES = (Mode(1, 1), Mode(1, 5), Mode(64, 1), Mode(64, 5))


@dataclass(frozen=True)
class Pass:
    """One pass over the sentences of a mode."""

    seconds: float
    cpu_seconds: float
    """Processor time of this process: what the pass would take if nobody else ran."""
    latencies_ms: list[float]
    """Of each call."""
    outputs: list[Output]
    """In the order of the sentences."""


def cut_batches(texts: Sequence[str], size: int) -> list[list[int]]:
    """Indices of equal batches for every system; above size 1 sorted by words, so that like lengths meet."""
    order = list(range(len(texts)))
    if size > 1:
        order.sort(key=lambda index: len(texts[index].split()))
    return [order[start : start + size] for start in range(0, len(order), size)]


def run_pass(translate: Translate, texts: Sequence[str], size: int) -> Pass:
    """Translate every text once and look at the clock around each call."""
    outputs: dict[int, Output] = {}
    latencies_ms = []
    started, cpu_started = time.perf_counter(), time.process_time()
    for batch in cut_batches(texts, size):
        called = time.perf_counter()
        found = translate([texts[index] for index in batch])
        latencies_ms.append((time.perf_counter() - called) * 1e3)
        outputs.update(zip(batch, found, strict=True))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    return Pass(seconds, cpu_seconds, latencies_ms, [outputs[index] for index in range(len(texts))])


def warm_up(translate: Translate, texts: Sequence[str], size: int) -> None:
    """Two batches whose time does not count: caches, allocator, kernels chosen on first use."""
    for batch in cut_batches(texts, size)[:2]:
        translate([texts[index] for index in batch])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def summarise(mode: Mode, passes: Sequence[Pass], references: Sequence[str], target: str) -> dict[str, Any]:
    """Medians over the passes, as one row; `target` is the language code that BLEU needs."""
    seconds = statistics.median(run.seconds for run in passes)
    cpu_seconds = statistics.median(run.cpu_seconds for run in passes)
    outputs = passes[0].outputs
    texts = [text for text, _ in outputs]
    return {
        "mode": mode.name,
        "sentences": len(outputs),
        "passes": len(passes),
        "sentences_per_s": round(len(outputs) / seconds, 1),
        "sentences_per_cpu_s": round(len(outputs) / cpu_seconds, 1),
        "tokens_per_s": round(sum(tokens for _, tokens in outputs) / seconds),
        "p50_ms": round(statistics.median(percentile(run.latencies_ms, 0.5) for run in passes), 1),
        "p95_ms": round(statistics.median(percentile(run.latencies_ms, 0.95) for run in passes), 1),
        "bleu": round(corpus_bleu(texts, references[: len(texts)], target), 2),
    }


def pin(cores: int) -> list[int]:
    """Keep this process, and those it starts, on the first so many cores it may use; returns their numbers.

    Where the system cannot pin (macOS), the list is empty and only the thread count limits."""
    if not hasattr(os, "sched_setaffinity"):
        return []
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < cores:
        raise SystemExit(f"{cores} cores were asked for, but this process may use only {len(allowed)}.")
    os.sched_setaffinity(0, allowed[:cores])
    return allowed[:cores]


def environment() -> dict[str, Any]:
    """What the figures depend on, as far as a program can tell."""
    return {
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": version("torch"),
        "sacrebleu": version("sacrebleu"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """Markdown, so that it may be pasted where it is wanted."""
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(str(row.get(column, "")) for column in columns) + " |")


def write_results(name: str, values: dict[str, Any]) -> None:
    """`benchmarks/results/NAME.json`, replaced whole."""
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{name}.json"
    target.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {target.relative_to(RESULTS.parent.parent)}")
