"""What the model itself says of a person's text, by forced decoding. Knows no language and no page.

Three passes of the model: the text, its own text, and the text as if nothing had been read. A text without
the sign at its end that source and machine text have is judged as if it had it: who forgets a full stop has
finished all the same. Thresholds come from the tuning half of benchmarks/bench_quality.py, for the shipped
model; what they catch of the other half is in docs/dataset.md. Another model is measured by
`python -m benchmarks.bench_quality --model`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

from core.text.corpus import length_in_letters
from demo_app.services.quality.findings import Candidate, Finding

SCATTER = 6.0
"""Nats, over the root of the number of pieces: what each of the next four allows more, for means of a few
pieces scatter."""
MAX_DROP = 3.0
"""Nats a piece below the model's own text: of a free translation seldom more, of shuffled words mostly."""
MAX_DETACHED = 1.0
"""Drop less gain, nats a piece: -3 for a translation, +5 for one of another sentence."""
MAX_END_DROP = 4.0
"""Nats by which the last sign and the end are less probable than after the model's own text: 11 for half a
sentence, 0 where nothing but the sign was left out."""
SHORT = 0.75
"""Of the letters of the model's own text: what breaks off is shorter."""
MAX_UNSURE = 0.8
"""Nats a piece of the model's own text. Above, the text is of a kind that it hardly knows (half of its own
corpus is below 0.3, half of the Python documentation above 1.1), and its doubts are only told."""
UNSURE_DROP = 3.8
"""But for `improbable` above this."""
UNSURE_DETACHED = 2.2
"""And `unrelated` above this."""
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
    """By how much it is less probable that the text ends here; 0 where it ends as a sentence does."""
    unsure: float
    """How improbable a piece of its own text is to the model, in the mean."""
    pieces: int
    """Of the text, at least 1."""


def measure(one: Candidate, model: Scores) -> Measured:
    """Three forced passes."""
    read, blank = (model.encode_source(text, one.target_language) for text in (one.source_text, ""))
    is_open = _is_open(one)
    closing = one.machine_text.rstrip()[-1] if is_open else ""
    ids = model.encode_target(one.corrected_text.rstrip() + closing)
    text, unread = model.score(read, ids), model.score(blank, ids)
    own = model.score(read, model.encode_target(one.machine_text))
    pieces = max(1, len(ids) - 1)  # the end is judged for itself
    return Measured(
        drop=fmean(own) - fmean(text),
        gain=(sum(text[:pieces]) - sum(unread[:pieces])) / pieces,
        end_drop=sum(own[-2:]) - sum(text[-2:]) if is_open and _is_short(one) else 0.0,
        unsure=-fmean(own),
        pieces=pieces,
    )


def check_scores(one: Candidate, measured: Measured) -> list[Finding]:
    """`improbable`, `unrelated`, `unfinished`: each where it is so. NaN is nothing."""
    found = []
    is_sure, slack = measured.unsure <= MAX_UNSURE, SCATTER / math.sqrt(measured.pieces)
    drop, detached = measured.drop - slack, measured.drop - measured.gain - slack
    if drop > MAX_DROP:
        found.append(_finding("improbable", is_sure or drop > UNSURE_DROP, measured.drop))
    if detached > MAX_DETACHED:
        found.append(_finding("unrelated", is_sure or detached > UNSURE_DETACHED, measured.gain))
    if measured.end_drop > MAX_END_DROP:
        found.append(_finding("unfinished", True, measured.end_drop))
    return found


def _finding(check: str, is_severe: bool, nats: float) -> Finding:
    return Finding(check=check, severity="severe" if is_severe else "mild", values={"nats": round(nats, 1)})


def _is_open(one: Candidate) -> bool:
    """Source and machine text end as sentences do, and the text does not."""
    return _ends(one.source_text) and _ends(one.machine_text) and not _ends(one.corrected_text)


def _is_short(one: Candidate) -> bool:
    return length_in_letters(one.corrected_text) < SHORT * length_in_letters(one.machine_text)


def _ends(text: str) -> bool:
    """Whether its last character ends a sentence."""
    return text.rstrip()[-1:] in _ENDS and bool(text.strip())
