"""Corrections that the checks doubt, as the Models tab lists them. Pure: what a job kept in, values out."""

from collections.abc import Mapping
from typing import Any

from demo_app.ui.dataset_render import reasons_in_words
from demo_app.ui.strings import Strings

SHOWN = 100


def doubts_value(strings: Strings, doubts: Mapping[str, Any]) -> dict[str, Any] | None:
    """None where nothing is doubted or nobody asked: reports of earlier releases do not tell."""
    rows, words = doubts.get("rows"), strings.models
    if not rows:
        return None
    told = words["doubts_rest"].format(shown=SHOWN) if len(rows) > SHOWN else ""
    return {
        "title": words["doubts"].format(count=f"{len(rows):,}", all=f"{doubts['checked']:,}"),
        "hint": " ".join(filter(None, (words["doubts_hint"], told))),
        "find": words["doubts_find"],
        "fits": doubts["fits"],
        "rows": [_row(strings, one) for one in rows[:SHOWN]],
    }


def doubts_warning(strings: Strings, progress: Mapping[str, Any]) -> str:
    """Of a job that goes on though the gate will refuse what comes of it; empty of every other."""
    if progress.get("fits", True):
        return ""
    return strings.models["doubts_warning"].format(
        count=f"{progress['doubtful']:,}",
        all=f"{progress['checked']:,}",
        allowed=f"{progress['allowed']:.0%}",
    )


def _row(strings: Strings, one: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: one[name] for name in ("id", "source", "target", "source_language", "target_language")}
    return {**texts, "reasons": reasons_in_words(strings, one["findings"])}
