"""Marked errors: what is refused, and that nothing is lost on the way to plain values and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.spans import (
    MAX_SPANS,
    SEVERITIES,
    ErrorSpan,
    Severity,
    borders_of,
    check_spans,
    label_characters,
    mqm_weight,
    read_spans,
)
from core.errors import InputError

TEXTS = st.text(alphabet=st.sampled_from("ab e\u0301🇫🇷👩🏽‍🚀漢字\n."), min_size=1, max_size=20)


def span(start: int | None, end: int | None, severity: Severity = "minor", category: str = "") -> ErrorSpan:
    return ErrorSpan(start=start, end=end, severity=severity, category=category)


MISSING, LEFT_OUT = span(None, None, "major"), span(None, None, "minor")


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[ErrorSpan]]:
    """A text with errors that its annotator could mark."""
    text = draw(TEXTS)
    borders = sorted(borders_of(text))
    pairs = [(a, b) for a in borders for b in borders if a < b and text[a:b].strip()]
    places = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    severities = st.sampled_from(SEVERITIES)
    omissions = draw(st.sampled_from(([], [MISSING], [LEFT_OUT, MISSING, MISSING])))
    return text, [span(a, b, draw(severities)) for a, b in places] + omissions


@given(marked())
def test_spans_come_back_from_json_as_they_were(case: tuple[str, list[ErrorSpan]]) -> None:
    text, spans = case
    back = read_spans(json.loads(json.dumps([one.as_plain() for one in spans])))
    check_spans(back, text)
    assert list(back) == spans


@given(marked())
def test_each_character_has_the_worst_label_that_covers_it(case: tuple[str, list[ErrorSpan]]) -> None:
    text, spans = case
    labels = label_characters(spans, text)
    assert len(labels) == len(text) + 1
    for place, label in enumerate(labels[:-1]):
        over = [one.severity for one in spans if not one.is_missing and one.start <= place < one.end]  # type: ignore[operator]
        assert label == ("major" if "major" in over else "minor" if over else "none")
    assert labels[-1] == ("major" if MISSING in spans else "none")
    assert label_characters(spans, text, 4)[len(text) :] == (
        ("major", "major", "minor", "none") if LEFT_OUT in spans else (labels[-1], "none", "none", "none")
    )


@pytest.mark.parametrize(
    ("wrong", "text", "because"),
    [
        (span(0, 4), "abc", "within the 3 characters"),
        (span(2, 2), "abc", "within"),
        (span(-1, 2), "abc", "within"),
        (span(0, 1), "e\u0301", "cut a character"),
        (span(1, 2), "🇫🇷", "cut a character"),
        (span(1, 2), "a b", "more than spaces"),
        (span(0, 1, category="Style"), "abc", "no categories"),
    ],
)
def test_what_does_not_fit_the_text_is_refused(wrong: ErrorSpan, text: str, because: str) -> None:
    with pytest.raises(InputError, match=because):
        check_spans([wrong], text)


def test_an_error_is_marked_once_and_not_without_end() -> None:
    with pytest.raises(InputError, match="twice"):
        check_spans([span(0, 1), span(0, 1)], "a")
    with pytest.raises(InputError, match="at most"):
        check_spans([span(place, place + 1) for place in range(MAX_SPANS + 1)], "a" * 200)


def test_a_category_is_one_of_the_project_s() -> None:
    check_spans([span(0, 1, category="Style")], "abc", ["Accuracy", "Style"])
    with pytest.raises(InputError, match="one of Accuracy, Style, but is ''"):
        check_spans([span(0, 1)], "abc", ["Accuracy", "Style"])


@pytest.mark.parametrize(
    "wrong",
    [
        "none",
        [3],
        [{"start": 0, "end": 1}],
        [{"start": 0, "end": 1, "severity": "critical"}],
        [{"start": 0, "end": None, "severity": "minor"}],
        [{"start": True, "end": 2, "severity": "minor"}],
        [{"start": "0", "end": 1, "severity": "minor"}],
        [{"start": 0, "end": 1, "severity": ["minor"]}],
        [{"start": 0, "end": 1, "severity": "minor", "category": 3}],
        [{"start": 0, "end": 1, "severity": "minor", "rater": "x"}],
    ],
)
def test_what_is_no_list_of_errors_is_refused(wrong: object) -> None:
    with pytest.raises(InputError):
        read_spans(wrong)


def test_errors_weigh_as_in_freitag_2021() -> None:
    named = [span(0, 9, "major", "Non-translation"), span(3, 4, "minor", "Fluency/Punctuation")]
    assert mqm_weight([]) == 0
    assert mqm_weight([span(0, 1), span(1, 2, "major")]) == 6
    assert mqm_weight(named) == pytest.approx(25.1)
    assert mqm_weight(named, {"minor": 1, "major": 10}) == 11
