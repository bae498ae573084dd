"""How long corrections take to leave as each kind of file, to be frozen and to come in, and in what memory;
and how long it takes, in what memory, to say how far people agree in as many ratings.

    python -m benchmarks.bench_export [--rows 1000000] [--folder DIR] [--url postgresql+psycopg://…]

Each command runs in a process of its own, whose start is taken off the time. Rows are nonsense words in the
proportions of short sentences; every tenth has a second revision. `rows`: that left."""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from benchmarks.bench_queue import fill as fill_project
from benchmarks.filled import fill
from benchmarks.measure import environment, print_table, write_results
from demo_app.store.database import Store, open_store
from demo_app.store.formats import FORMATS
from demo_app.store.schema import CorrectionRow, RevisionRow

SEED = 7
WATCHED = """
import atexit, pathlib, re, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: sys.stderr.write(re.search("VmHWM.*", status.read_text()).group()))
from demo_app.cli.main import main
main()
"""
"""The command, and its peak memory as Linux saw it. (`ru_maxrss` would begin with that of this process.)"""
COLUMNS = ("what", "rows", "seconds", "per_s", "peak_mb", "size_mb")


def revise(store: Store, every: int) -> None:
    """A second revision for one row in so many, in one transaction."""
    row, mended = (
        CorrectionRow,
        {"revision": 2, "corrected_text": "Mended.", "verdict": "corrected", "edits": None},
    )
    chosen = (row.seq % every == 0) & row.deleted_at.is_(None)
    with store.database.writing() as session:
        found = session.execute(select(row.id, row.status, row.updated_at, row.hter).where(chosen)).all()
        session.execute(update(row).where(chosen).values(**mended))
        revisions = [
            {**mended, "correction_id": id_, "status": status, "hter": rate, "updated_at": at}
            for id_, status, at, rate in found
        ]
        session.execute(insert(RevisionRow), revisions)


def run_command(url: str, *arguments: str) -> tuple[float, int, int]:
    """Seconds, peak resident bytes, and how many corrections it tells of, 0 where it tells none."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "INTERLINEAR_DATABASE_URL": url},
    )
    told = re.search(r"([\d,]+) (?:corrections|added|here)", done.stderr)
    rows = int(told[1].replace(",", "")) if told else 0
    return time.perf_counter() - started, int(done.stderr.split()[-2]) * 1024, rows


def measure(what: str, file: Path | None, url: str, *arguments: str) -> dict[str, Any]:
    """One line of the table."""
    bare_s, _, _ = run_command(url, "snapshot")
    seconds, peak_bytes, rows = run_command(url, *arguments)
    size = {"size_mb": round(file.stat().st_size / 1e6)} if file else {}
    result = {
        "what": what,
        "rows": rows,
        "seconds": round(seconds - bare_s, 1),
        "peak_mb": round(peak_bytes / 1e6),
        **size,
    }
    print(result, flush=True)
    return result


def run(url: str, rows: int, folder: Path) -> list[dict[str, Any]]:
    store = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    fill(store, rows, random.Random(SEED))
    revise(store, 10)
    fill_project(store, rows)
    store.close()
    measured = []
    for kind, made in FORMATS.items():
        file = folder / f"out.{made.ending}"
        arguments = ("export", "--format", kind, "--out", str(file))
        measured.append(measure(f"export {kind}", file, url, *arguments))
    measured.append(measure("snapshot", None, url, "snapshot", "bench"))
    frozen = ("export", "--snapshot", "bench", "--out", str(folder / "frozen.jsonl"))
    measured.append(measure("export snapshot as jsonl", folder / "frozen.jsonl", url, *frozen))
    other = f"sqlite:///{folder / 'other.db'}"
    agreed = measure("agreement of ratings", None, url, "project", "agreement", "bench")
    measured.append({**agreed, "rows": rows})
    for what in ("import jsonl", "import it again"):
        measured.append(measure(what, None, other, "import", str(folder / "out.jsonl")))
    return [told(each, measured[0]["rows"]) for each in measured]


def told(figure: dict[str, Any], rows: int) -> dict[str, Any]:
    """What does not say how many it read, read those that left as JSON lines."""
    rows = figure["rows"] or rows
    return {**figure, "rows": rows, "per_s": round(rows / max(figure["seconds"], 0.1))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to make the files; the system's default")
    parser.add_argument("--url", help="an empty PostgreSQL database to export from instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        url = asked.url or f"sqlite:///{folder}/bench.db"
        measured = run(url, asked.rows, Path(folder))
    print_table(measured, COLUMNS)
    facts = {"rows": asked.rows, "load_average": os.getloadavg()[0]}
    name = "export-postgresql" if asked.url else "export"
    write_results(name, {"environment": environment(), **facts, "measured": measured})


if __name__ == "__main__":
    main()
