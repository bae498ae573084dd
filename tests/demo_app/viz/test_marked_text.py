"""Errors drawn on a text: no letter is lost, and the worst error shows."""

from core.analysis.spans import ErrorSpan
from demo_app.viz.marked_text import missing, stretches


def span(start: int | None, end: int | None, severity: str = "minor", category: str = "") -> ErrorSpan:
    return ErrorSpan(start=start, end=end, severity=severity, category=category)  # type: ignore[arg-type]


def test_the_text_is_whole_whatever_is_marked() -> None:
    text = "The cat sat on a mat."
    for spans in ([], [span(0, 3)], [span(4, 21), span(4, 7)], [span(0, 21), span(None, None)]):
        assert "".join(one["text"] for one in stretches(text, spans)) == text


def test_where_errors_overlap_the_worst_shows_with_all_categories() -> None:
    spans = [span(0, 5, "minor", "Style"), span(3, 8, "major", "Accuracy")]
    assert [(one["text"], one["severity"], one["categories"]) for one in stretches("abcdefghij", spans)] == [
        ("abc", "minor", "Style"),
        ("de", "major", "Style, Accuracy"),
        ("fgh", "major", "Accuracy"),
        ("ij", "", ""),
    ]


def test_what_is_missing_is_told_apart() -> None:
    spans = [span(None, None, "major", "Omission"), span(0, 1), span(None, None), span(None, None)]
    assert missing(spans) == [
        {"severity": "major", "categories": "Omission"},
        *[{"severity": "minor", "categories": ""}] * 2,
    ]
    assert missing([]) == []
