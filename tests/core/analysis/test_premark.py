"""Proposals for a person to confirm: where they lie, and that the sure words have none."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.premark import premark
from core.analysis.spans import borders_of, check_spans


@dataclass(frozen=True)
class Said:
    text: str
    prob: float


WORDS = st.lists(
    st.tuples(st.text(alphabet="abéñ.", min_size=1, max_size=5), st.floats(0, 1)), min_size=1, max_size=8
)


def said(*words: tuple[str, float]) -> list[Said]:
    return [Said(*word) for word in words]


def places(text: str, words: list[Said]) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.severity) for one in premark(text, words)]


@given(WORDS)
def test_proposals_lie_on_word_borders_and_may_be_saved_as_they_are(words: list[tuple[str, float]]) -> None:
    text = " ".join(word for word, _ in words)
    found = premark(text, said(*words))
    check_spans(found, text)
    for one in found:
        assert one.start is not None and one.end is not None
        assert one.start == 0 or text[one.start - 1] == " "
        assert one.end == len(text) or text[one.end] == " "


@given(WORDS)
def test_exactly_the_improbable_words_are_covered(words: list[tuple[str, float]]) -> None:
    text = " ".join(word for word, _ in words)
    covered = {place for one in premark(text, said(*words)) for place in range(one.start or 0, one.end or 0)}
    start = 0
    for word, prob in words:
        assert (start in covered) == (prob < 0.4)
        start += len(word) + 1


def test_neighbours_alike_are_one_span_and_the_worst_are_major() -> None:
    words = said(("It", 0.9), ("rained", 0.3), ("cats", 0.2), ("and", 0.99), ("dogs.", 0.01))
    assert places("It rained cats and dogs.", words) == [("rained cats", "minor"), ("dogs.", "major")]


def test_a_word_that_is_spelt_otherwise_is_passed_over_and_the_next_is_found() -> None:
    words = said(("It", 0.1), ("“is”", 0.1), ("he", 0.2), ("rain", 0.2))
    assert places('It "is" there: rain', words) == [("It", "minor"), ("rain", "minor")]


@pytest.mark.parametrize(
    ("text", "characters"), [("น้ำใจ", ["น", "้", "ำ", "ใ", "จ"]), ("漢字仮名", list("漢字仮名"))]
)
def test_no_character_of_a_script_without_spaces_is_cut(text: str, characters: list[str]) -> None:
    words = [Said(one, 0.05 if place % 2 else 0.3) for place, one in enumerate(characters)]
    found = premark(text, words)
    assert {border for one in found for border in (one.start, one.end)} <= borders_of(text)
    check_spans(found, text)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))  # type: ignore[operator]
