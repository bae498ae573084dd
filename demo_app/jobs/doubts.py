"""The corrections of a job that the checks doubt, as plain values for its report."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from core.evaluation.gate import MAX_DOUBTFUL, Feedback
from core.training.feedback import FeedbackExample, read_feedback
from core.translator import Translator
from demo_app.jobs.feedback_check import check_feedback

_FILES = ("feedback.jsonl", "dev.jsonl", "held_out.jsonl")


class Correction(NamedTuple):
    """One line of a file that a job learns from or judges by."""

    id: str
    """In the store; empty in files of earlier releases."""
    example: FeedbackExample


def read_corrections(folder: Path) -> list[Correction]:
    """All that is learned from or judges, of the folder of a job; raises `CorpusError` as `read_feedback`."""
    found = []
    for path in filter(Path.exists, (folder / name for name in _FILES)):
        rows = (json.loads(line) for line in path.read_bytes().splitlines())
        found += [
            Correction(str(row.get("id", "")), example)
            for row, example in zip(rows, read_feedback(path), strict=True)
        ]
    return found


def find_doubts(
    corrections: Sequence[Correction], model: Translator, watch: Callable[[int], object]
) -> dict[str, Any]:
    """`checked`, how many were looked at; `rows`, the doubtful ones of them: `id`, texts, languages, and
    `findings` as the store keeps them; `fits`, whether the gate lets so many pass, and the share that it
    does, `allowed`. `watch` as in `check_feedback`."""
    checked = check_feedback([one.example for one in corrections], model, watch=watch)
    rows = [_row(corrections[doubt.place], doubt.findings) for doubt in checked.doubts]
    fits = Feedback(checked.count, len(rows)).fits
    return {"checked": checked.count, "fits": fits, "allowed": MAX_DOUBTFUL, "rows": rows}


def _row(correction: Correction, findings: Iterable[dict[str, Any]]) -> dict[str, Any]:
    example = correction.example
    source_language, target_language = example.direction
    return {
        "id": correction.id,
        "source": example.source,
        "target": example.target,
        "source_language": source_language,
        "target_language": target_language,
        "findings": list(findings),
    }
