"""Errors against several right answers, and phonemes."""

from hypothesis import given
from hypothesis import strategies as st

from core.analysis.error_rate import Errors, count_errors, phones

WORDS = st.lists(st.sampled_from("abc"), max_size=6)


def test_the_nearest_reference_counts() -> None:
    # against "a b c d": 2 edits; against "a x": 1
    assert count_errors(["a", "b"], [["a", "b", "c", "d"], ["a", "x"]]) == Errors(1, 2)


def test_among_equally_near_ones_the_longest_counts() -> None:
    assert count_errors(["a"], [["b"], ["a", "b"]]) == Errors(1, 2)


@given(WORDS, st.lists(WORDS))
def test_a_right_answer_has_no_errors_whatever_else_is_right(
    answer: list[str], others: list[list[str]]
) -> None:
    assert count_errors(answer, [*others, answer]).edits == 0


@given(WORDS, WORDS, WORDS)
def test_one_more_reference_never_adds_edits(answer: list[str], one: list[str], other: list[str]) -> None:
    assert count_errors(answer, [one, other]).edits <= count_errors(answer, [one]).edits


def test_stress_is_no_part_of_a_phoneme() -> None:
    assert phones("T AH0 M EY1 T OW2") == ("T", "AH", "M", "EY", "T", "OW")
    assert phones("t ə ˈm eɪ ˌt oʊ") == ("t", "ə", "m", "eɪ", "t", "oʊ")
