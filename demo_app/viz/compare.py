"""Translations side by side, for the page's script. Plain values only: nothing is escaped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from core.analysis.attention_map import select, to_words
from core.analysis.distance import longest_common
from core.analysis.words import is_special
from core.results import AttentionMap, FloatArray, Hypothesis
from demo_app.viz.edits import edit_list


@dataclass(frozen=True, kw_only=True)
class Column:
    """One way of translating."""

    title: str
    hypothesis: Hypothesis
    model: str
    """Model id."""
    log_prob: float
    """Nats, as `judge` of `compare` says."""
    duration_ms: float | None = None
    attention: AttentionMap | None = None
    """Between pieces; None where the model has none."""
    is_changed: bool = False
    """Whether something was changed in the model for it."""


def compare(columns: Sequence[Column], judge: str | None = None) -> dict[str, Any]:
    """`columns`, each as edits of the first, and with the `difference` of its attention to the first's; the
    same once more under `pieces`.

    `judge`: id of the model that gave every `log_prob`, all for one source; None where there is no such."""
    first = columns[0]
    return {
        "judge": judge,
        "columns": [
            {
                "title": one.title,
                "text": one.hypothesis.text,
                "edits": edit_list(first.hypothesis.text, one.hypothesis.text),
                "model": one.model,
                "is_changed": one.is_changed,
                "log_prob": round(one.log_prob, 4),
                "score": round(one.hypothesis.score, 4),
                "duration_ms": None if one.duration_ms is None else round(one.duration_ms, 1),
                "difference": difference(first.attention, one.attention) if place else None,
                "pieces": {
                    "edits": piece_edits(first.hypothesis.pieces, one.hypothesis.pieces),
                    "difference": difference(first.attention, one.attention, words=False) if place else None,
                },
            }
            for place, one in enumerate(columns)
        ],
    }


def piece_edits(before: Sequence[str], after: Sequence[str]) -> list[dict[str, str]]:
    """As `edit_list`, with an edit for each piece, marks of the model left out; none is a `replace`."""
    old, new = ([piece for piece in pieces if not is_special(piece)] for pieces in (before, after))
    edits = []
    for one, other in _merged(old, new):
        kind = "insert" if one is None else "delete" if other is None else "equal"
        texts = "" if one is None else old[one], "" if other is None else new[other]
        edits.append({"kind": kind, "before": texts[0], "after": texts[1]})
    return edits


def difference(
    first: AttentionMap | None, other: AttentionMap | None, words: bool = True
) -> dict[str, Any] | None:
    """Attention between words, or pieces, of `other` minus that of `first`, mean over layers and heads.

    `rows` are the units of both translations in order, `side` says whose (`both`, `first`, `other`); `values`
    has a row of numbers from -1 to 1 for those of both and None for the others. None without both maps of
    one source."""
    if first is None or other is None:
        return None
    before, after = (to_words(first), to_words(other)) if words else (first, other)
    if before.source_units != after.source_units:
        return None
    before_TS, after_TS = select(before, None, None), select(after, None, None)
    rows, values = [], []
    for old, new in _merged(before.target_units, after.target_units):
        side = "both" if old is not None and new is not None else "other" if old is None else "first"
        text = before.target_units[old] if old is not None else after.target_units[new or 0]
        rows.append({"text": text, "side": side})
        values.append(_rounded(after_TS[new] - before_TS[old]) if side == "both" else None)
    return {"rows": rows, "columns": list(before.source_units), "values": values}


def _merged(before: Sequence[str], after: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Places of the units of both texts in reading order; those in common are a pair."""
    common = [(-1, -1), *longest_common(before, after), (len(before), len(after))]
    merged: list[tuple[int | None, int | None]] = []
    for (old, new), (old_next, new_next) in pairwise(common):
        merged += [(place, None) for place in range(old + 1, old_next)]
        merged += [(None, place) for place in range(new + 1, new_next)]
        merged.append((old_next, new_next))
    return merged[:-1]


def _rounded(row: FloatArray) -> list[float]:
    values: list[float] = np.round(row.astype(float), 3).tolist()
    return values
