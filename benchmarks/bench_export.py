"""How long corrections take to leave as each kind of file, to be frozen and to come in, and in what memory.

    python -m benchmarks.bench_export [--rows 100000] [--folder DIR]

Each command runs in a process of its own, whose start is taken off the time. Rows are nonsense words in the
proportions of short sentences; every tenth has a second revision."""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from benchmarks.bench_store import EXPORT, SEED, fill
from benchmarks.measure import environment, print_table, write_results
from demo_app.store.database import Store, open_store
from demo_app.store.formats import FORMATS
from demo_app.store.schema import CorrectionRow, RevisionRow

COLUMNS = ("what", "seconds", "per_s", "peak_mb", "size_mb")


def revise(store: Store, every: int) -> None:
    """A second revision for one row in so many, in one transaction."""
    row = CorrectionRow
    with store.database.writing() as session:
        chosen = session.execute(select(row.id, row.updated_at, row.hter).where(row.seq % every == 0)).all()
        session.execute(update(row).where(row.seq % every == 0).values(revision=2, corrected_text="Mended."))
        session.add_all(
            RevisionRow(
                correction_id=id_,
                revision=2,
                corrected_text="Mended.",
                verdict="corrected",
                status="submitted",
                hter=rate,
                updated_at=at,
            )
            for id_, at, rate in chosen
        )


def run_command(url: str, *arguments: str) -> tuple[float, int]:
    """Seconds and peak resident bytes of one command."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "INTERLINEAR_DATABASE_URL": url},
    )
    return time.perf_counter() - started, int(done.stderr.split()[-2]) * 1024


def measure(what: str, rows: int, file: Path | None, url: str, *arguments: str) -> dict[str, Any]:
    """One line of the table."""
    bare_s, _ = run_command(url, "snapshot")
    seconds, peak_bytes = run_command(url, *arguments)
    size = {"size_mb": round(file.stat().st_size / 1e6)} if file else {}
    result = {
        "what": what,
        "seconds": round(seconds - bare_s, 1),
        "per_s": round(rows / (seconds - bare_s)),
        "peak_mb": round(peak_bytes / 1e6),
        **size,
    }
    print(result, flush=True)
    return result


def run(rows: int, folder: Path) -> list[dict[str, Any]]:
    url = f"sqlite:///{folder / 'bench.db'}"
    store = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    fill(store, rows, random.Random(SEED))
    revise(store, 10)
    store.close()
    measured = []
    for kind, made in FORMATS.items():
        file = folder / f"out.{made.ending}"
        arguments = ("export", "--format", kind, "--out", str(file))
        measured.append(measure(f"export {kind}", rows, file, url, *arguments))
    measured.append(measure("snapshot", rows, None, url, "snapshot", "bench"))
    frozen = ("export", "--snapshot", "bench", "--out", str(folder / "frozen.jsonl"))
    measured.append(measure("export snapshot as jsonl", rows, folder / "frozen.jsonl", url, *frozen))
    other = f"sqlite:///{folder / 'other.db'}"
    for what in ("import jsonl", "import it again"):
        measured.append(measure(what, rows, None, other, "import", str(folder / "out.jsonl")))
    return measured


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
    write_results("export", {"environment": environment(), "rows": options.rows, "measured": measured})


if __name__ == "__main__":
    main()
