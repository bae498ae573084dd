"""The page of a comparison: whole, escaped, and alone."""

import re
from functools import cache
from html import unescape

import pytest

from core.evaluation.compare import compare
from core.evaluation.references import EvaluationSet
from core.report.page import comparison_page, marked_pair

SCRIPT = "<script>alert('tide')</script>"
SOURCES = ("le phare", "<svg onload=alert(3)>", "la baie dort", "l'été")
REFERENCES = (
    ("the light house",),
    ("<img src=y onerror=alert(2)>", "another"),
    ("the bay sleeps",),
    ("summer",),
)
A = ("the light", "<img src=y onerror=alert(2)>", "the bay sleeps", "winter")
B = ("the light house", SCRIPT, "the bay sleeps", "summer")


@cache
def page() -> str:
    held_out = EvaluationSet("<toy>.fr-en.tsv", "fr", "en", SOURCES, REFERENCES)
    return comparison_page(compare(("one", list(A)), ("<two>", list(B)), held_out))


def without_library(html: str) -> str:
    """The page without the scripts that plotly brings."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.S)


def test_no_text_becomes_markup() -> None:
    body = without_library(page())
    assert "<img" not in body and "<svg" not in body and "alert('tide')</" not in body
    assert "&lt;two&gt;" in body and "&lt;toy&gt;.fr-en.tsv" in body
    assert SCRIPT in unescape(re.sub(r"</?mark>", "", body))


def test_nothing_is_fetched_and_the_library_is_there_once() -> None:
    assert (
        re.findall(r'(?:src|href)="(?!data:|#)[^"]*"|@import|url\((?!data:)', without_library(page())) == []
    )
    assert not re.search(r"<script[^>]*\ssrc=", page())
    assert len(re.findall(r"plotly\.js v\d", page())) == 1
    assert page().count('class="plotly-graph-div"') == 2


def test_wins_and_losses_are_told_apart() -> None:
    wins, losses = without_library(page()).split("Where B loses most")
    assert "the light house" in wins and "summer" in wins
    assert "onerror" in losses and "the light" not in losses


@pytest.mark.parametrize(
    ("a", "b", "marked"),
    [
        ("a cat sat", "a dog sat", ("a <mark>cat</mark> sat", "a <mark>dog</mark> sat")),
        ("a cat", "a cat", ("a cat", "a cat")),
        ("", "<b>", ("", "<mark>&lt;b&gt;</mark>")),
    ],
)
def test_words_that_the_other_has_not_are_marked(a: str, b: str, marked: tuple[str, str]) -> None:
    assert marked_pair(a, b) == marked
