"""The gate: whether a candidate may take the place of the model in use.

Three conditions, each told with its figures; all that does not pass is refused.

*The held-out feedback improves.* chrF of the candidate is above that of production with p < 0.05 by
sacreBLEU's paired bootstrap. (Its p counts differences by their size; together with the sign that we ask for,
an equal candidate passes about once in 14 times, `benchmarks/gate_power.py`.) chrF alone decides, since of
three measures that each may decide one is significant by chance more often.

*The general set does not fall.* BLEU falls by less than the margin (0.3), tested one-sided: see
`core.evaluation.non_inferiority`, which names its sources.

*The feedback fits.* The checks of corrections would set aside at most one in twenty. What learned from a
tenth of nonsense is still better on the rest, and seldom so much worse elsewhere that it shows.

With fewer than 30 held-out sentences, or without a general set, the answer is that it cannot be told."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from core.config import require_range
from core.evaluation.candidate import JudgedSet
from core.evaluation.non_inferiority import SIGNIFICANT, gain_interval, non_inferiority

MARGIN_BLEU = 0.3
MIN_HELD_OUT = 30
MIN_GENERAL = 100
MAX_DOUBTFUL = 0.05
"""More than the checks doubt of honest corrections, less than of those of which a tenth is poison
(`python -m benchmarks.bench_feedback_check`)."""
_POWER_Z = 2.49
"""1.645 + 0.842: of candidates that gain so much, four in five pass a one-sided test at 5 %."""
_ADVICE = {
    True: "The fall itself is within that: more general sentences may show it, and a smaller "
    "`general_loss_margin` loses less.",
    False: "A smaller `general_loss_margin` loses less, and more replay too.",
}
"""By whether the difference that was found is one that may be."""
State = Literal["passed", "failed", "unknown"]
ConditionName = Literal["held_out_improves", "general_holds", "feedback_fits"]


@dataclass(frozen=True)
class Feedback:
    """What was learned from and judged by, as the checks of corrections see it."""

    checked: int
    doubtful: int
    """Of them: what would be set aside."""

    @property
    def fits(self) -> bool:
        """Whether no more of it is doubtful than may be."""
        return self.doubtful <= MAX_DOUBTFUL * self.checked


@dataclass(frozen=True)
class Condition:
    """One thing that must hold."""

    name: ConditionName
    state: State
    sentence: str
    """What was found, with figures; may be shown to a person as it stands."""
    figures: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """Of one candidate."""

    conditions: tuple[Condition, ...]

    @property
    def passed(self) -> bool:
        return all(one.state == "passed" for one in self.conditions)

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """Those that did not pass."""
        return tuple(one for one in self.conditions if one.state != "passed")

    @property
    def reason(self) -> str:
        """Why not; of one that passed, what was found."""
        told = self.unmet or self.conditions
        return " ".join(one.sentence for one in told)

    def to_dict(self) -> dict[str, Any]:
        return {"passed": self.passed, "conditions": [asdict(one) for one in self.conditions]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Verdict":
        """Raises `TypeError`, `KeyError` or `ValueError` for anything that `to_dict` does not give."""
        conditions = tuple(Condition(**one) for one in values["conditions"])
        if not conditions:
            raise ValueError("A verdict must have conditions, but has none.")  # nothing asked is nothing held
        return cls(conditions)


def judge(
    held_out: JudgedSet, general: JudgedSet, feedback: Feedback, margin: float = MARGIN_BLEU
) -> Verdict:
    """All conditions; raises `ConfigError` for a margin that is none."""
    require_range("margin", margin, 0.01, 100)
    found = _held_out_improves(held_out), _general_holds(general, margin), _feedback_fits(feedback)
    return Verdict(found)


def _held_out_improves(held_out: JudgedSet) -> Condition:
    count = len(held_out.sentences)
    if count < MIN_HELD_OUT:
        sentence = (
            f"Whether it is better cannot be told: at least {MIN_HELD_OUT} corrections must be held out, but "
            f"there are {count}; collect more."
        )
        return Condition("held_out_improves", "unknown", sentence, {"sentences": count})
    chrf = next(row for row in held_out.measures if row.measure == "chrf")
    figures = {
        "sentences": count,
        "production": chrf.a,
        "candidate": chrf.b,
        "difference": chrf.difference,
        "p": chrf.p_bootstrap,
    }
    passed = chrf.difference > 0 and chrf.p_bootstrap < SIGNIFICANT
    course = f"chrF goes from {chrf.a:.1f} to {chrf.b:.1f} (p = {chrf.p_bootstrap:.3f})"
    if passed:
        return Condition(
            "held_out_improves", "passed", f"On {count:,} held-out corrections {course}.", figures
        )
    sentence = f"On {count:,} held-out corrections chrF must rise with p < {SIGNIFICANT}, but {course}."
    if needed := _needed(held_out):
        figures["needed"] = needed
        sentence += f" Should further ones gain as much, about {needed:,} held out would show it."
    return Condition("held_out_improves", "failed", sentence, figures)


def _needed(held_out: JudgedSet) -> int:
    """Sentences that would show a gain like this one, to two digits: the error of a difference shrinks with
    the root of their number. 0 where nothing was gained, or where these should have been enough."""
    outputs = held_out.production.texts, held_out.candidate.texts
    found = gain_interval(*outputs, held_out.references, held_out.metrics["chrf"])
    gain, error = found.b - found.a, (found.high - found.low) / (2 * 1.96)
    if gain <= 0:
        return 0
    needed = float(f"{len(held_out.sentences) * (_POWER_Z * error / gain) ** 2:.1e}")
    return int(needed) if needed > len(held_out.sentences) else 0


def _general_holds(general: JudgedSet, margin: float) -> Condition:
    count = len(general.sentences)
    if count < MIN_GENERAL:
        sentence = (
            f"Whether it is worse elsewhere cannot be told: the general set must have at least {MIN_GENERAL} "
            f"sentences, but has {count}; make the corpora and set `corpora_dir`."
        )
        return Condition("general_holds", "unknown", sentence, {"sentences": count})
    outputs = general.production.texts, general.candidate.texts
    found = non_inferiority(*outputs, general.references, general.metrics["bleu"], margin)
    figures = {"sentences": count, **asdict(found), "difference": found.difference}
    course = (
        f"it goes from {found.a:.1f} to {found.b:.1f}, and may fall by {max(0.0, -found.lower):.2f} "
        f"(p = {found.p:.3f})"
    )
    sentence = (
        f"On {count:,} general sentences BLEU falls by less than {margin:g}: {course}."
        if found.holds
        else f"On {count:,} general sentences BLEU must fall by less than {margin:g} with p < {SIGNIFICANT}, "
        f"but {course}. {_ADVICE[found.difference > -margin]}"
    )
    return Condition("general_holds", "passed" if found.holds else "failed", sentence, figures)


def _feedback_fits(feedback: Feedback) -> Condition:
    figures = {"sentences": feedback.checked, "doubtful": feedback.doubtful, "allowed": MAX_DOUBTFUL}
    if not feedback.checked:
        return Condition("feedback_fits", "unknown", "No correction could be checked.", figures)
    found = f"{feedback.doubtful:,} of {feedback.checked:,} corrections are doubtful"
    sentence = (
        f"{found}, as some of honest ones always are."
        if feedback.fits
        else f"{found}, but at most {MAX_DOUBTFUL:.0%} may be: they do not fit their sources, are in another "
        "language or no sentences. Review them and freeze another snapshot."
    )
    return Condition("feedback_fits", "passed" if feedback.fits else "failed", sentence, figures)
