"""What the model itself says of a person's text, by forced decoding. Knows no language and no page.

Three passes of the model: the text, its own text, and the text as if nothing had been read. Thresholds come
from the tuning half of benchmarks/bench_quality.py, for the shipped model; what they catch of the other half
is in docs/dataset.md. Another model is measured by `python -m benchmarks.bench_quality --model`."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

from demo_app.services.quality.findings import Candidate, Finding, Severity

MAX_DROP = 4.2
"""Nats a piece below the model's own text: of a free translation seldom 4, of shuffled words mostly more."""
MAX_DETACHED = 2.2
"""Drop less gain, nats a piece: -3 for a translation, +5 for one of another sentence."""
MAX_END_DROP = 5.0
"""Nats by which the end is less probable than after the model's own text."""
MAX_UNSURE = 0.9
"""Nats a piece of the model's own text. Above, the text is of a kind that it hardly knows (half of its own
corpus is below 0.3, half of the Python documentation above 1.1), and its doubts are only told."""
_ENDS = frozenset(".!?…。！？；;:\"”»'’)）」』")


class Scores(Protocol):
    """What this check needs of `core.translator.Translator`."""

    def encode_source(self, text: str, target_language: str) -> tuple[int, ...]: ...
    def encode_target(self, text: str) -> tuple[int, ...]: ...
    def score(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> tuple[float, ...]: ...


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A text beside the model's own, nats."""

    drop: float
    """By how much a piece is less probable, in the mean."""
    gain: float
    """By how much a piece is more probable because the source was read, in the mean."""
    end_drop: float
    """By how much it is less probable that the text ends here."""
    unsure: float
    """How improbable a piece of its own text is to the model, in the mean."""


def measure(one: Candidate, model: Scores) -> Measured:
    """Three forced passes."""
    read, blank = (model.encode_source(text, one.target_language) for text in (one.source_text, ""))
    ids = model.encode_target(one.corrected_text)
    text, unread = model.score(read, ids), model.score(blank, ids)
    own = model.score(read, model.encode_target(one.machine_text))
    pieces = max(1, len(ids) - 1)  # the end is judged for itself
    return Measured(
        drop=fmean(own) - fmean(text),
        gain=(sum(text[:pieces]) - sum(unread[:pieces])) / pieces,
        end_drop=own[-1] - text[-1],
        unsure=-fmean(own),
    )


def check_scores(one: Candidate, measured: Measured) -> list[Finding]:
    """`improbable`, `unrelated`, `unfinished`: each where it is so. NaN is nothing."""
    found = []
    severity: Severity = "mild" if measured.unsure > MAX_UNSURE else "severe"
    if measured.drop > MAX_DROP:
        found.append(Finding(check="improbable", severity=severity, values={"nats": round(measured.drop, 1)}))
    if measured.drop - measured.gain > MAX_DETACHED:
        found.append(Finding(check="unrelated", severity=severity, values={"nats": round(measured.gain, 1)}))
    if measured.end_drop > MAX_END_DROP and _ends(one.source_text) and not _ends(one.corrected_text):
        found.append(Finding(check="unfinished", values={"nats": round(measured.end_drop, 1)}))
    return found


def _ends(text: str) -> bool:
    """Whether its last character ends a sentence."""
    return text.rstrip()[-1:] in _ENDS and bool(text.strip())
