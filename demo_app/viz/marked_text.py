"""A text in stretches, each with the worst error that was marked on it, for the page's scripts."""

from collections.abc import Sequence
from typing import Any

from core.analysis.spans import SEVERITIES, ErrorSpan


def stretches(text: str, spans: Sequence[ErrorSpan]) -> list[dict[str, str]]:
    """In order, the whole text: `text`, `severity` (empty, minor or major) and the `categories` in words.

    Errors may overlap; what is missing has no place in the text and is left out."""
    placed = [span for span in spans if span.start is not None and span.end is not None]
    borders = sorted({0, len(text), *(place for span in placed for place in (span.start, span.end) if place)})
    return [
        {"text": text[start:end], **_marks([span for span in placed if _covers(span, start)])}
        for start, end in zip(borders, borders[1:], strict=False)
    ]


def missing(spans: Sequence[ErrorSpan]) -> list[dict[str, str]]:
    """What is marked as missing: `severity` and `categories` of each."""
    return [_marks([span]) for span in spans if span.is_missing]


def _covers(span: ErrorSpan, place: int) -> bool:
    return span.start is not None and span.end is not None and span.start <= place < span.end


def _marks(spans: Sequence[ErrorSpan]) -> dict[str, Any]:
    worst = max((SEVERITIES.index(span.severity) for span in spans), default=None)
    return {
        "severity": "" if worst is None else SEVERITIES[worst],
        "categories": ", ".join(dict.fromkeys(span.category for span in spans if span.category)),
    }
