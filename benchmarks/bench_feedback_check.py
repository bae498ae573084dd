"""How many corrections the third condition of the gate doubts: honest ones, and poison of each kind.

    python -m benchmarks.bench_feedback_check --data FOLDER [--corrections 250]

Every correction of a row is poison; what a share of it comes to follows from the rows."""

import argparse
import time
from pathlib import Path

from benchmarks.learning_curve.plan import DOMAINS
from benchmarks.learning_curve.sets import Setting, read_corrections
from benchmarks.measure import environment, print_table, write_results
from benchmarks.poisoned import KINDS, Snapshot, poison, read_german
from core.translator import Translator
from demo_app.jobs.feedback_check import check_feedback

SEED = 9
COLUMNS = ("domain", "corrections", "kind", "doubtful", "percent", "ms_each")


def measure(setting: Setting, model: Translator, count: int) -> list[dict[str, object]]:
    """One row a kind."""
    honest = read_corrections(setting, count, SEED, has_dev=False).learned
    german = read_german(setting.data)
    rows = []
    for kind in ("honest", *KINDS):
        made = honest if kind == "honest" else poison(honest, Snapshot(kind, 100, SEED), german)
        started = time.perf_counter()
        found = check_feedback(made, model)
        seconds = time.perf_counter() - started
        rows.append(
            {
                **{"domain": setting.domain, "corrections": found.count, "kind": kind},
                **{"doubtful": len(found.doubts)},
                **{"percent": round(100 * len(found.doubts) / found.count, 1)},
                "ms_each": round(seconds / found.count * 1e3, 1),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=Path("assets/models/fr-en"))
    parser.add_argument("--corrections", type=int, default=250)
    asked = parser.parse_args()
    model = Translator.load(asked.model, "cpu")
    settings = [Setting(asked.model, asked.data, domain, ("fr", "en")) for domain in DOMAINS]
    rows = [row for setting in settings for row in measure(setting, model, asked.corrections)]
    print_table(rows, COLUMNS)
    write_results("feedback-check", {"environment": environment(), "seed": SEED, "measured": rows})


if __name__ == "__main__":
    main()
