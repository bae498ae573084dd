"""Errors that a person marked in a translation: what fits a text, and what it weighs. Knows no store.

The protocol is Error Span Annotation (Kocmi et al. 2024, arXiv:2406.11580); docs/rating.md tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, cast, get_args

from core.analysis.scripts import characters
from core.errors import InputError

Severity = Literal["minor", "major"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

MISSING = "[missing]"
"""What annotators see after a text, and mark where something of the source is not in it."""
ESA_ANCHORS = (0, 33, 66, 100)
"""Scores that the scale names: no meaning preserved, some, most, perfect."""
MAX_SPANS = 100
"""Of one text."""

MQM_WEIGHTS: Mapping[str, float] = {
    "minor": 1.0,
    "major": 5.0,
    "Non-translation/major": 25.0,
    "Fluency/Punctuation/minor": 0.1,
}
"""Freitag et al. 2021 (arXiv:2104.14478), table 12. `category/severity` goes before the severity alone."""

_KEYS = {"start", "end", "severity", "category"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorSpan:
    """One error."""

    start: int | None
    """First code point within the translation, from 0; None, as `end`, for what is missing from it."""
    end: int | None
    """After its last code point."""
    severity: Severity
    category: str = ""
    """One of the project's; empty where it has none."""

    @property
    def is_missing(self) -> bool:
        """Whether it is an omission, which has no place in the translation."""
        return self.start is None

    def as_plain(self) -> dict[str, Any]:
        """As the store keeps it; `read_spans` is the reverse."""
        return {"start": self.start, "end": self.end, "severity": self.severity, "category": self.category}


def read_spans(values: object) -> tuple[ErrorSpan, ...]:
    """Errors from plain values, as a page or a program sent them; raises `InputError`."""
    if not isinstance(values, list | tuple):
        raise InputError(f"Marked errors must be a list, but are a {type(values).__name__}; send a list.")
    return tuple(map(_read_span, values))


def check_spans(spans: Sequence[ErrorSpan], text: str, categories: Sequence[str] = ()) -> None:
    """Raise `InputError` unless each lies within the text, cuts no character that a reader sees, holds more
    than spaces, is marked once, and has one of the categories, if there are any.

    Omissions may be alike: several things can be missing."""
    if len(spans) > MAX_SPANS:
        raise InputError(
            f"A text may have at most {MAX_SPANS} marked errors, but has {len(spans)}; join some."
        )
    borders = borders_of(text)
    for span in spans:
        _check_place(span, text, borders)
        if categories and span.category not in categories:
            raise InputError(
                f"An error's category must be one of {', '.join(categories)}, but is {span.category!r}; "
                "choose one."
            )
        if span.category and not categories:
            raise InputError("This project has no categories of errors; leave the category empty.")
    placed = [span for span in spans if not span.is_missing]
    if len(set(placed)) < len(placed):
        raise InputError("An error may be marked once, but one of these is there twice; remove one.")


def borders_of(text: str) -> frozenset[int]:
    """Places where a character that a reader sees begins or ends, in code points."""
    return frozenset(accumulate(map(len, characters(text)), initial=0))


def mqm_weight(spans: Sequence[ErrorSpan], weights: Mapping[str, float] = MQM_WEIGHTS) -> float:
    """Sum of what the errors of one text weigh: 0 for none, higher is worse.

    `weights`: of each severity, and of `category/severity` where that differs.
    Example: a minor and a major error weigh 6."""
    return sum(weights.get(f"{span.category}/{span.severity}", weights[span.severity]) for span in spans)


def label_characters(spans: Sequence[ErrorSpan], text: str, omissions: int = 1) -> tuple[str, ...]:
    """`none`, `minor` or `major` for each code point of the text, the worst that covers it, and at the end
    for as many `omissions`, the worst first: the units of agreement about errors."""
    labels = ["none"] * len(text)
    missing: list[str] = []
    for span in sorted(spans, key=lambda span: SEVERITIES.index(span.severity)):
        if span.start is None or span.end is None:
            missing.insert(0, span.severity)
        else:
            labels[span.start : span.end] = [span.severity] * (span.end - span.start)
    return *labels, *[*missing, *["none"] * omissions][:omissions]


def _read_span(value: object) -> ErrorSpan:
    if not isinstance(value, dict) or not {"start", "end", "severity"} <= value.keys() <= _KEYS:
        raise InputError("A marked error must have start, end and severity, and may have a category.")
    start, end, severity = value["start"], value["end"], value["severity"]
    category = value.get("category", "")
    if severity not in SEVERITIES or not isinstance(category, str):
        raise InputError(
            f"An error's severity must be minor or major, but is {str(severity)[:20]!r}; choose one."
        )
    if not _is_place(start) or not _is_place(end) or (start is None) != (end is None):
        raise InputError(
            "A marked error must start and end at a character's number, or both at null if missing."
        )
    return ErrorSpan(start=start, end=end, severity=cast(Severity, severity), category=category)


def _is_place(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _check_place(span: ErrorSpan, text: str, borders: frozenset[int]) -> None:
    if span.start is None or span.end is None:
        return
    if not 0 <= span.start < span.end <= len(text):
        raise InputError(
            f"A marked error must lie within the {len(text)} characters of the text, but goes from "
            f"{span.start} to {span.end}; mark it again."
        )
    if span.start not in borders or span.end not in borders:
        raise InputError(
            f"A marked error must not cut a character in two, but goes from {span.start} to {span.end}; "
            "mark whole characters."
        )
    if not text[span.start : span.end].strip():
        raise InputError("A marked error must hold more than spaces; mark the words beside them.")
