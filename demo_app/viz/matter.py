"""Does this attention matter: a check as the page's script draws it. Plain values: nothing is escaped."""

from collections.abc import Sequence
from typing import Any, Literal

from core.analysis.correlation import kendall_tau
from core.analysis.words import group_pieces, is_special
from core.results import AttentionCheck

AGREES, DISAGREES = 0.4, 0.2
"""Kendall's tau: from 0.4 seven pairs of words in ten stand in the same order, below 0.2 less than six."""
CHANGES, HOLDS = 0.5, 0.05
"""Shares of shuffles after which another word is written: most of them, or as good as none."""


def matter(check: AttentionCheck, source_pieces: Sequence[str]) -> dict[str, Any]:
    """`rows` of weights over `source`, whose `from` and `to` are places of pieces; `correlations` of each
    pair of rows, None where one ranks nothing; `agreement` and `effect` are the verdicts."""
    return {
        "word": check.target_unit,
        "source": _units(check.source_units, source_pieces),
        "rows": {
            "attention": _rounded(check.attention),
            "gradient": _rounded(check.gradient),
            "left_out": _rounded(check.left_out),
        },
        "correlations": {
            "attention_gradient": check.gradient_agreement,
            "attention_left_out": check.left_out_agreement,
            "gradient_left_out": kendall_tau(check.gradient, check.left_out),
        },
        "prob": round(check.prob, 5),
        "shuffled_prob": round(check.shuffled_prob, 5),
        "changed": check.changed,
        "agreement": _agreement(check.gradient_agreement, check.left_out_agreement),
        "effect": _effect(check.changed),
    }


def _agreement(
    gradient: float | None, left_out: float | None
) -> Literal["agree", "partly", "disagree", "unranked"]:
    taus = [one for one in (gradient, left_out) if one is not None]
    if not taus:
        return "unranked"
    if len(taus) == 2 and min(taus) >= AGREES:
        return "agree"
    return "disagree" if max(taus) < DISAGREES else "partly"


def _effect(changed: float) -> Literal["changes", "sometimes", "holds"]:
    if changed >= CHANGES:
        return "changes"
    return "holds" if changed < HOLDS else "sometimes"


def _units(units: Sequence[str], pieces: Sequence[str]) -> list[dict[str, Any]]:
    """A check is about words or about pieces; their number says which."""
    ranges = group_pieces(pieces)
    if len(ranges) != len(units):
        ranges = tuple(range(place, place + 1) for place in range(len(pieces)))
    return [
        {"text": text, "from": unit.start, "to": unit.stop, "special": is_special(text)}
        for text, unit in zip(units, ranges, strict=True)
    ]


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 5) for value in values]
