"""What speaks against a rating or a comparison, and whether an answer is the known one. Pure.

As the quality gate of corrections: a `severe` finding sets the answer aside, a `mild` one is only told."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.analysis.spans import ErrorSpan
from core.decoding.risk import sentence_chrf
from demo_app.services.quality.findings import Finding
from demo_app.services.quality.texts import read_too_fast
from demo_app.store.judgement_records import JudgementKind
from demo_app.store.project_records import Task

GOLD = "gold"
"""The finding that nobody who annotates is told."""
_NUMBERS: Mapping[Task, tuple[str, ...]] = {
    "rating": ("low", "high"),
    "comparison": (),
    "post_edit": ("chrf",),
}
"""What of a known answer is compared with numbers from 0 to 100."""
LEAST_CHRF = 50.0
"""That a correction must have with the known one, unless its item says otherwise: two good translations of a
sentence are seldom the same."""


def assess_rating(
    score: int, spans: Sequence[ErrorSpan], texts: Sequence[str], duration_s: float
) -> list[Finding]:
    """`texts`: what had to be read."""
    found = [finding for finding in (read_too_fast(texts, duration_s),) if finding]
    major = sum(span.severity == "major" for span in spans)
    if score == 100 and major:
        found.append(Finding(check="perfect_but_errors", severity="mild", values={"major": major}))
    if score == 0 and not spans:
        found.append(Finding(check="zero_without_errors", severity="mild"))
    return found


def check_gold(
    gold: Mapping[str, Any] | None, kind: JudgementKind, answer: Mapping[str, Any]
) -> list[Finding]:
    """An attention check that was not passed."""
    if passes_gold(gold, kind, answer) is not False:
        return []
    return [Finding(check=GOLD, severity="mild")]


def passes_gold(
    gold: Mapping[str, Any] | None, kind: JudgementKind, answer: Mapping[str, Any]
) -> bool | None:
    """Whether an answer is the known one; None where none is known.

    Of a rating, `low` and `high` say between which scores it must be, and `errors` that something must be
    marked; of a comparison, `best` says which output alone must be ranked first."""
    if not gold or mistake_in(gold, kind):
        return None
    if kind == "comparison":
        return _is_best(gold.get("best"), answer["ranks"])
    known = gold.keys() & {"low", "high", "errors"}
    if not known:
        return None
    fits = gold.get("low", 0) <= answer["score"] <= gold.get("high", 100)
    return bool(fits and (answer["spans"] or not gold.get("errors")))


def mistake_in(gold: Mapping[str, Any], task: Task) -> str:
    """Why no answer to the task can be held against a known one; empty where one can."""
    for name in _NUMBERS[task]:
        if name in gold and not _is_score(gold[name]):
            return f"`{name}` of a known answer must be a number from 0 to 100, but is {gold[name]!r:.40}."
    if task == "rating" and gold.get("low", 0) > gold.get("high", 100):
        return f"`low` of a known answer must not be above `high`, but is {gold['low']}."
    if task == "rating" and not isinstance(gold.get("errors", False), bool):
        return f"`errors` of a known answer must be true or false, but is {gold['errors']!r:.40}."
    if task == "comparison" and not _is_place(gold.get("best", 0)):
        return f"`best` of a known answer must be a place from 0 on, but is {gold['best']!r:.40}."
    if task == "post_edit" and not isinstance(gold.get("text", ""), str):
        return f"`text` of a known answer must be a text, but is {gold['text']!r:.40}."
    return ""


def passes_reference(gold: Mapping[str, Any] | None, text: str) -> bool | None:
    """Whether a correction is like the known one, `text`: sentence chrF of `chrf` at least, `LEAST_CHRF` by
    default. None where none is known."""
    known = (gold or {}).get("text")
    if not isinstance(known, str) or not known.strip():
        return None
    least = (gold or {}).get("chrf")
    return sentence_chrf()(text, known) >= (least if isinstance(least, int | float) else LEAST_CHRF)


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


def _is_place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_best(best: int | None, ranks: Sequence[int]) -> bool | None:
    if best is None or best >= len(ranks):
        return None
    return all(ranks[best] < rank for place, rank in enumerate(ranks) if place != best)
