"""Segments cover the text exactly and end where sentences do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.normalize import normalize
from core.text.segment import split_segments


@given(st.text(alphabet=st.sampled_from("aB .!?…\n\"'«»()1。！é好")))
def test_segments_and_separators_are_the_text(text: str) -> None:
    pairs = split_segments(text)
    assert "".join(segment + separator for segment, separator in pairs) == normalize(text)
    assert all(segment.strip() for segment, _ in pairs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Hill met Dr. Weiss at 3.30 p.m. today.", ["Mr. Hill met Dr. Weiss at 3.30 p.m. today."]),
        ("M. Lenoir est parti. Il reviendra.", ["M. Lenoir est parti.", "Il reviendra."]),
        ("J. Verne wrote it. I read it.", ["J. Verne wrote it.", "I read it."]),
        ("It was I. You knew.", ["It was I.", "You knew."]),
        ("« Viens ! » Elle sourit.", ["« Viens ! »", "Elle sourit."]),
        ("Well... maybe. Ça alors !", ["Well... maybe.", "Ça alors !"]),
        ("你好。今天好吗？", ["你好。", "今天好吗？"]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("no mark at all", ["no mark at all"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [segment for segment, _ in split_segments(text)] == expected


def test_paragraphs_keep_their_distance() -> None:
    assert [separator for _, separator in split_segments("A b.\n\n\nC d. E f.")] == ["\n\n\n", " ", ""]
