"""What a model is good and bad at, in sentences made from its figures. Says nothing that was not measured."""

from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Any

from core.report.markdown import arrow

BEST_SEARCH = "beam 5"
LEAST_SENTENCES = 20
"""Of a length, for a BLEU that says anything."""
_WORST = 3
"""Kinds of lines to name."""


def findings(card: dict[str, Any]) -> list[str]:
    """Strongest and weakest direction, length of the source, search, what visitors type, and the limits."""
    best = [row for row in card["quality"] if row["search"] == BEST_SEARCH]
    tests = sorted({f"`{row['data']}`" for row in best})
    return [
        *_directions(best),
        *_lengths(best),
        *_search(card["quality"]),
        *_robustness(card.get("robustness")),
        f"Measured on {_listed(tests)}: what it does to other kinds of text, and whether it is biased, was "
        "not measured.",
    ]


def head_name(row: dict[str, Any]) -> str:
    """Which attention a row of figures is of."""
    later = ", one row later" if row.get("later") else ""
    return "the mean" if row["layer"] is None else f"layer {row['layer']}, head {row['head']}{later}"


def _directions(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    if len({row["direction"] for row in rows}) < 2:
        return
    high, low = max(rows, key=lambda row: row["bleu"]), min(rows, key=lambda row: row["bleu"])
    note = "" if _target(high) == _target(low) else "; between target languages BLEU compares only roughly"
    yield (
        f"Highest BLEU: {arrow(high['direction'])} on `{high['data']}` ({high['bleu']:.1f}); lowest: "
        f"{arrow(low['direction'])} on `{low['data']}` ({low['bleu']:.1f}){note}."
    )


def _lengths(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The length of the source at which the model is best and worst, over all directions."""
    found: dict[str, list[float]] = {}
    units = {bucket["unit"] for row in rows for bucket in row["by_length"]}
    for row in rows:
        for bucket in row["by_length"]:
            if bucket["sentences"] >= LEAST_SENTENCES:
                found.setdefault(bucket["length"], []).append(bucket["bleu"])
    everywhere = {label: mean(values) for label, values in found.items() if len(values) == len(rows)}
    if len(everywhere) < 2 or len(units) > 1:
        return
    high, low = max(everywhere, key=everywhere.__getitem__), min(everywhere, key=everywhere.__getitem__)
    unit = units.pop()
    yield (
        f"Best on sources of {high} {unit} (BLEU {everywhere[high]:.1f}), worst on those of {low} {unit} "
        f"({everywhere[low]:.1f}){_mean_note(rows)}."
    )


def _search(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    by_key = {(row["data"], row["direction"], row["search"]): row["bleu"] for row in rows}
    gains = [
        bleu - by_key[data, direction, "greedy"]
        for (data, direction, search), bleu in by_key.items()
        if search == BEST_SEARCH and (data, direction, "greedy") in by_key
    ]
    if gains:
        verb = "gains" if mean(gains) > 0 else "costs"
        yield f"Beam 5 {verb} {abs(mean(gains)):.1f} BLEU over greedy search{_mean_note(gains)}."


def _robustness(report: dict[str, Any] | None) -> Iterator[str]:
    """Of the kinds of lines that visitors type, those that fail most."""
    if report is None:
        return
    kinds = sorted(report["kinds"], key=lambda kind: float(kind["percent"]))
    worst = [f"{kind['kind']} ({kind['percent']:.0f} %)" for kind in kinds if kind["passed"] < kind["lines"]]
    said = (
        f"Of {report['lines']} lines as visitors type them, {report['percent']:.1f} % come out with all "
        "their numbers and addresses, neither empty nor in a loop"
    )
    yield f"{said}; worst at {_listed(worst[:_WORST])}." if worst else f"{said}."
    if report["emoji_percent"] is not None:
        yield f"Of those with emoji, {report['emoji_percent']:.1f} % keep them all."


def _mean_note(rows: Sequence[Any]) -> str:
    return f", mean of {len(rows)} rows" if len(rows) > 1 else ""


def _target(row: dict[str, Any]) -> str:
    return str(row["direction"]).partition("-")[2]


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
