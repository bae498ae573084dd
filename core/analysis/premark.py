"""Errors proposed where the model was not sure of its words, for a person to confirm or to take away.

Proposals from a model save annotators time at equal quality (Zouhar et al. 2025, arXiv:2406.12419). Ours come
from the model that wrote the text; they are signs, as `core.analysis.doubts` says of its reasons."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from core.analysis.doubts import IMPROBABLE
from core.analysis.scripts import is_unspaced
from core.analysis.spans import SEVERITIES, ErrorSpan, Severity, borders_of

VERY_IMPROBABLE = 0.1
"""A less probable word is proposed as a major error. Chosen, not measured: a quarter of `IMPROBABLE`."""
_REACH = 20
"""Characters to look ahead for a word; what is found further on is another."""


class SaidWord(Protocol):
    """One word of a translation: `JudgedWord` of `core.analysis.doubts`, `WordConfidence`."""

    @property
    def text(self) -> str: ...
    @property
    def prob(self) -> float:
        """0 to 1, by the model."""


def premark(text: str, words: Sequence[SaidWord]) -> tuple[ErrorSpan, ...]:
    """Spans over the words that the model held improbable, in order; neighbours alike are one span.

    `words`: those of the text in its order. One that is not found in it, since pieces and text may be spelt
    differently, is passed over. Borders are those of words, and cut no character."""
    weak = [
        _Weak(place, severity)
        for word, place in zip(words, _places(text, [word.text for word in words]), strict=True)
        if place and (severity := _severity(word.prob))
    ]
    joined = _joined(weak, text)
    return tuple(
        ErrorSpan(start=one.place.start, end=one.place.stop, severity=one.severity) for one in joined
    )


class _Weak(NamedTuple):
    place: range
    severity: Severity


def _severity(prob: float) -> Severity | None:
    if prob >= IMPROBABLE:
        return None
    return "minor" if prob >= VERY_IMPROBABLE else "major"


def _places(text: str, words: Iterable[str]) -> Iterator[range]:
    """Where each word stands, in whole characters; empty for one that is not there."""
    borders = sorted(borders_of(text))
    begun = 0
    for word in words:
        start = _find(text, word, begun)
        if start < 0:
            yield range(0)
            continue
        begun = start + len(word)
        # A piece may hold half of what a reader takes for one character.
        first, after = bisect_right(borders, start) - 1, bisect_left(borders, begun)
        yield range(borders[first], borders[after])


def _find(text: str, word: str, begun: int) -> int:
    """Where the word stands next as a word; -1 if that is nowhere near."""
    start = text.find(word, begun, begun + len(word) + _REACH) if word else -1
    while start >= 0 and not (_is_word_border(text, start) and _is_word_border(text, start + len(word))):
        start = text.find(word, start + 1, begun + len(word) + _REACH)
    return start


def _is_word_border(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at + 1]
    return len(around) < 2 or any(one.isspace() or is_unspaced(one) for one in around)


def _joined(weak: Sequence[_Weak], text: str) -> list[_Weak]:
    found: list[_Weak] = []
    for one in weak:
        last = found[-1] if found else _Weak(range(0), one.severity)
        cut = one.place.start < last.place.stop  # both are within one character
        alike = one.severity == last.severity and not text[last.place.stop : one.place.start].strip()
        if found and (cut or alike):
            severity = max(last.severity, one.severity, key=SEVERITIES.index)
            found[-1] = _Weak(range(last.place.start, one.place.stop), severity)
        else:
            found.append(one)
    return found
