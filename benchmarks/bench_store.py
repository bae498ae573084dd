"""How fast corrections are saved and found when there are many of them, beside when there are few.

    python -m benchmarks.bench_store [--rows 1000000] [--folder DIR] [--url postgresql+psycopg://…]

Rows are nonsense words in the proportions of short sentences. How fast one saves depends on the disk."""

import argparse
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.filled import fill, sentence, size_mb, translation
from benchmarks.measure import environment, percentile, print_table, write_results
from demo_app.store.database import Store, open_store
from demo_app.store.records import CorrectionQuery, NewCorrection
from demo_app.store.review_records import ReviewQuery

SEED = 7
FEW = 1000
"""Rows of the small database that the large one is compared with."""
SAVES = 500
REPEATS = 40
COLUMNS = ("what", "p50_ms", "p95_ms", "x_few", "per_s", "size_mb")
Figure = dict[str, Any]


def save_one(store: Store, translation_id: str, dice: random.Random) -> float:
    """Milliseconds until a correction is acknowledged."""
    new = NewCorrection(translation_id, 0, 0, sentence(dice), "corrected", 10.0)
    return stopwatch_ms(lambda: store.corrections.add(new))


def measure_saves(store: Store, people: int, dice: random.Random) -> Figure:
    """Full sync, each save its own transaction, as on the page."""
    shown = store.translations.add(translation(dice)).id
    started = time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        latencies_ms = list(pool.map(lambda _: save_one(store, shown, dice), range(SAVES)))
    seconds = time.perf_counter() - started
    return {"what": f"save, {people} at once", **timing(latencies_ms), "per_s": round(SAVES / seconds)}


def queries(store: Store) -> dict[str, CorrectionQuery]:
    """What the Dataset page and programs ask for."""
    last = -(-store.corrections.search(CorrectionQuery()).total // 50)
    record = store.corrections.search(CorrectionQuery(page=last // 2)).rows[0]
    return {
        "page 1": CorrectionQuery(),
        "page 100": CorrectionQuery(page=100),
        "last page": CorrectionQuery(page=last),
        "page 1 of one direction": CorrectionQuery(source_language="fr", target_language="en"),
        "a page of one direction, far back": CorrectionQuery(
            source_language="fr", target_language="en", page=max(1, last // 3)
        ),
        "page 1 of a verdict": CorrectionQuery(verdict="right"),
        "page 1 of a status": CorrectionQuery(statuses=("quarantined",)),
        "page 1 of one person": CorrectionQuery(user_id=record.user_id),
        "page 1 with every filter": CorrectionQuery(
            source_language="fr", target_language="en", verdict="right", statuses=("accepted",)
        ),
        "search, one hit": CorrectionQuery(text=record.source_text),
        "search, many hits": CorrectionQuery(text="kalo"),
        "search, no hit": CorrectionQuery(text="nowhere at all"),
        "search, two characters": CorrectionQuery(text="ka"),
    }


def measure_reads(store: Store) -> list[Figure]:
    """How long each takes, over and over, but for the first time, when its statement is put together."""
    reads: dict[str, Callable[[], object]] = {
        name: partial(store.corrections.search, query) for name, query in queries(store).items()
    }
    record = store.corrections.search(CorrectionQuery()).rows[0]
    reads["page 1 that awaits review"] = lambda: store.review_queue.page(ReviewQuery())
    reads["headline counts"] = store.corrections.counts
    reads["one record with history"] = lambda: store.corrections.history(record.id)
    return [
        {"what": name, **timing([stopwatch_ms(read) for _ in range(REPEATS + 1)][1:])}
        for name, read in reads.items()
    ]


def measure(store: Store, dice: random.Random) -> list[Figure]:
    return [*measure_reads(store), *(measure_saves(store, people, dice) for people in (1, 8))]


def stopwatch_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def timing(latencies_ms: list[float]) -> Figure:
    return {
        "p50_ms": round(statistics.median(latencies_ms), 2),
        "p95_ms": round(percentile(latencies_ms, 0.95), 2),
    }


def run(url: str, rows: int) -> list[Figure]:
    dice = random.Random(SEED)
    store = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    fill(store, FEW, dice)
    few = {figure["what"]: figure for figure in measure(store, dice)}
    started = time.perf_counter()
    fill(store, rows - FEW, dice)
    filled_s = time.perf_counter() - started
    many = [
        {**figure, "x_few": round(figure["p95_ms"] / few[figure["what"]]["p95_ms"], 1)}
        for figure in measure(store, dice)
    ]
    size = {"what": "database", "size_mb": size_mb(store)}
    store.close()
    return [{"what": "fill", "per_s": round((rows - FEW) / filled_s)}, *many, size]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to make the database; the system's default")
    parser.add_argument("--url", help="an empty PostgreSQL database instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        measured = run(asked.url or f"sqlite:///{folder}/bench.db", asked.rows)
    print_table(measured, COLUMNS)
    facts = {"rows": asked.rows, "few": FEW, "load_average": os.getloadavg()[0]}
    name = "store-postgresql" if asked.url else "store"
    write_results(name, {"environment": environment(), **facts, "measured": measured})


if __name__ == "__main__":
    main()
