"""How fast corrections are saved, found and exported when there are many of them.

    python -m benchmarks.bench_store [--rows 100000] [--folder DIR]

Rows are nonsense words in the proportions of short sentences. How fast one saves depends on the disk."""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import environment, percentile, print_table, write_results
from core.options import BeamOptions
from core.results import Hypothesis, SegmentTranslation, Translation
from demo_app.store.correction_rows import first_revision, to_record, to_revision
from demo_app.store.database import Store, open_store
from demo_app.store.records import CorrectionQuery, NewCorrection
from demo_app.store.schema import CorrectionRow
from demo_app.store.translations import to_record as to_translation_record

SEED = 7
SAVES = 500
ROWS_PER_TRANSACTION = 2000
REPEATS = 9
EXPORT = """
import atexit, pathlib, re, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: sys.stderr.write(re.search("VmHWM.*", status.read_text()).group()))
from demo_app.cli.main import main
main()
"""
"""The command, and its peak memory as Linux saw it. (`ru_maxrss` would begin with that of this process.)"""
COLUMNS = ("what", "p50_ms", "p95_ms", "per_s", "peak_mb", "above_empty_mb", "size_mb")
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ter",
    "sun",
    "ver",
    "da",
    "pri",
    "no",
    "ge",
    "ul",
    "ba",
    "che",
    "ri",
    "é",
    "zo",
)


def sentence(dice: random.Random) -> str:
    words = ("".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(dice.randint(4, 14)))
    return " ".join(words).capitalize() + "."


def translation(dice: random.Random) -> Translation:
    """One sentence with five hypotheses, as beam search gives them."""
    texts = [sentence(dice) for _ in range(5)]
    hypotheses = []
    for rank, text in enumerate(texts):
        ids = tuple(dice.randrange(8000) for _ in range(2 * text.count(" ") + 3))
        log_probs = tuple(-dice.random() for _ in ids)
        hypotheses.append(Hypothesis(text, ids, ("▁piece",) * len(ids), log_probs, -0.3 - rank, True))
    source = sentence(dice)
    ids = tuple(dice.randrange(8000) for _ in range(2 * source.count(" ") + 4))
    segment = SegmentTranslation(source, ids, ("▁piece",) * len(ids), tuple(hypotheses), "")
    direction = dice.choice((("fr", "en"), ("en", "fr")))
    return Translation(*direction, source, (segment,), BeamOptions(n_best=5), "fr-en@0123456789ab", 0.05)


def save_one(store: Store, translation_id: str, dice: random.Random) -> float:
    """Milliseconds until a correction is acknowledged."""
    new = NewCorrection(translation_id, 0, 0, sentence(dice), "corrected", 10.0)
    started = time.perf_counter()
    store.corrections.add(new)
    return (time.perf_counter() - started) * 1e3


def measure_saves(store: Store, people: int, dice: random.Random) -> dict[str, Any]:
    """Full sync, each save its own transaction, as on the page."""
    shown = store.translations.add(translation(dice)).id
    started = time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        latencies_ms = list(pool.map(lambda _: save_one(store, shown, dice), range(SAVES)))
    seconds = time.perf_counter() - started
    return {"what": f"save, {people} at once", **timing(latencies_ms), "per_s": round(SAVES / seconds)}


def fill(store: Store, rows: int, dice: random.Random) -> None:
    """The same rows as by saving, many in a transaction."""
    shown = store.translations.add(translation(dice)).id
    for start in range(0, rows, ROWS_PER_TRANSACTION):
        with store.database.writing() as session:
            added = [one_row(shown, dice) for _ in range(min(ROWS_PER_TRANSACTION, rows - start))]
            session.add_all(added)
            session.flush()
            session.add_all([to_revision(to_record(row)) for row in added])


def one_row(translation_id: str, dice: random.Random) -> CorrectionRow:
    now = datetime.now(UTC)
    shown = to_translation_record(translation(dice), translation_id, now)
    new = NewCorrection(translation_id, 0, 0, sentence(dice), "corrected", 10.0)
    return first_revision(uuid.uuid4().hex, new, shown, now)


def measure_reads(store: Store, rows: int) -> list[dict[str, Any]]:
    """What the Dataset page asks for."""
    last = -(-rows // 50)
    record = store.corrections.search(CorrectionQuery(page=last // 2)).rows[0]
    queries = {
        "page 1": CorrectionQuery(),
        "last page": CorrectionQuery(page=last),
        "page 1 of one direction": CorrectionQuery(source_language="fr", target_language="en"),
        "search, one hit": CorrectionQuery(text=record.corrected_text),
        "search, many hits": CorrectionQuery(text="kalo"),
        "search, no hit": CorrectionQuery(text="nowhere at all"),
    }
    reads: dict[str, Callable[[], object]] = {
        name: partial(store.corrections.search, query) for name, query in queries.items()
    }
    reads["headline counts"] = store.corrections.counts
    reads["one record with history"] = lambda: store.corrections.history(record.id)
    return [
        {"what": name, **timing([stopwatch_ms(read) for _ in range(REPEATS)])} for name, read in reads.items()
    ]


def stopwatch_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def timing(latencies_ms: list[float]) -> dict[str, Any]:
    return {
        "p50_ms": round(statistics.median(latencies_ms), 2),
        "p95_ms": round(percentile(latencies_ms, 0.95), 2),
    }


def measure_exports(url: str, rows: int) -> list[dict[str, Any]]:
    """The command line, in a process of its own so that its memory can be seen; starting it is taken off."""
    empty_s, empty_bytes = export(url, "--text", "nowhere at all")
    results: list[dict[str, Any]] = []
    for kind in ("jsonl", "csv"):
        seconds, peak_bytes = export(url, "--format", kind)
        results.append(
            {
                "what": f"export {kind}",
                "per_s": round(rows / (seconds - empty_s)),
                "peak_mb": round(peak_bytes / 1e6),
                "above_empty_mb": round((peak_bytes - empty_bytes) / 1e6, 1),
            }
        )
    return results


def export(url: str, *arguments: str) -> tuple[float, int]:
    """Seconds and peak resident bytes of one export to nowhere."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, "export", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "INTERLINEAR_DATABASE_URL": url},
    )
    return time.perf_counter() - started, int(done.stderr.split()[-2]) * 1024


def run(rows: int, folder: Path) -> list[dict[str, Any]]:
    dice = random.Random(SEED)
    path = folder / "bench.db"
    url = f"sqlite:///{path}"
    store = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    started = time.perf_counter()
    fill(store, rows, dice)
    filled_s = time.perf_counter() - started
    measured = [
        {"what": "fill, 2,000 a transaction", "per_s": round(rows / filled_s)},
        *(measure_saves(store, people, dice) for people in (1, 8)),
        *measure_reads(store, rows),
    ]
    size = path.stat().st_size
    store.close()
    return [*measured, *measure_exports(url, rows), {"what": "file", "size_mb": round(size / 1e6)}]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--folder", type=Path, help="where to make the database; the system's default if not given"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measured = run(options.rows, Path(folder))
    print_table(measured, COLUMNS)
    write_results("store", {"environment": environment(), "rows": options.rows, "measured": measured})


if __name__ == "__main__":
    main()
