"""Why a version is not let through, as the history keeps it beside the reason to promote it all the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from core.evaluation.gate import Condition, Verdict

Why = Literal["no_report", "no_production", "stale", "conditions"]


@dataclass(frozen=True, kw_only=True)
class GateRefusal:
    """Of one version."""

    why: Why
    sentence: str
    """All of it in English; may be shown to a person as it stands."""
    compared: str = ""
    """`name@digest` that the report of a stale one compares with."""
    conditions: tuple[Condition, ...] = ()
    """Of the gate, those that do not hold."""

    def to_facts(self) -> dict[str, Any]:
        """For the history: `refused`, the sentence, and `refusal`, the rest, to be told in any language."""
        rest = asdict(self)
        return {"refused": rest.pop("sentence"), "refusal": rest}


def refusal_by(verdict: Verdict) -> GateRefusal | None:
    """By the gate; None where all conditions hold."""
    if verdict.passed:
        return None
    return GateRefusal(why="conditions", sentence=verdict.reason, conditions=verdict.unmet)


def refusal_in(facts: Mapping[str, Any], verdict: Verdict | None) -> GateRefusal | None:
    """What the history keeps of one; None where it is the sentence alone, as in that of another release.

    `verdict`: of the version's report, if that is there still: where it says what the sentence says, it is
    what was meant."""
    kept, sentence = facts.get("refusal"), str(facts.get("refused", ""))
    if not kept:
        found = refusal_by(verdict) if verdict else None
        return found if found and found.sentence == sentence else None
    try:
        conditions = tuple(Condition(**one) for one in kept["conditions"])
        return GateRefusal(**{**kept, "sentence": sentence, "conditions": conditions})
    except (TypeError, KeyError):
        return None
