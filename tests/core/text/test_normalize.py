"""Cleaning changes spelling, never content, and refuses what no text should hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EmptyTextError, ForbiddenCharacterError
from core.text.normalize import normalize, require_text


@given(st.text())
def test_twice_is_once(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two   words ", "two words"),
        ("Où\u00a0? Là\u202f!", "Où ? Là !"),
        ("e\u0301te\u0301", "été"),
        ("one \r\n\t two\rthree", "one\ntwo\nthree"),
        ("l\u2019été", "l'été"),
        ("\ufeffmark", "mark"),
        ("👩‍👩‍👧 stays whole", "👩‍👩‍👧 stays whole"),
        ("שלום world", "שלום world"),
    ],
)
def test_spellings(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0\r\n", "\u200b"])
def test_blank_text_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError):
        require_text(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\x00b", "U\\+0000"), ("a\x1bb", "U\\+001B"), ("\ud800", "U\\+D800"), ("ab\x9f", "U\\+009F")],
)
def test_control_characters_are_named(text: str, code: str) -> None:
    with pytest.raises(ForbiddenCharacterError, match=code):
        require_text(text)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eabc", "tab\tand\nline", "😀", "語"])
def test_odd_but_honest_text_is_accepted(text: str) -> None:
    require_text(text)
