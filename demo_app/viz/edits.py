"""What changed between two texts, as plain values for the page's scripts."""

import math
from collections.abc import Sequence
from typing import Any

from core.analysis.edits import diff_words, hter


def edit_list(before: str, after: str) -> list[dict[str, str]]:
    """Word edits in order, each with `kind` (equal, insert, delete, replace), `before` and `after`."""
    return [
        {"kind": edit.kind, "before": edit.before, "after": edit.after} for edit in diff_words(before, after)
    ]


def live_diff(machine: str, corrected: str) -> dict[str, Any]:
    """Edits with their HTER. A blank correction has none: there is nothing to compare with yet."""
    changed = corrected != machine
    rate = hter(machine, corrected) if changed and corrected.strip() else float(changed)
    return {
        "edits": edit_list(machine, corrected) if changed else [],
        "hter": round(rate, 4),
        "changed": changed,
    }


def ranking(texts: Sequence[str], scores: Sequence[float]) -> list[dict[str, Any]]:
    """One card a hypothesis: its text as edits against the best, its score, and `width` in [0, 1].

    `width` is exp(score - best score): how probable it is beside the best one."""
    return [
        {
            "score": f"{score:.2f}".replace("-", "−"),
            "width": round(math.exp(min(0.0, score - scores[0])), 3),
            "edits": edit_list(texts[0], text),
        }
        for text, score in zip(texts, scores, strict=True)
    ]
