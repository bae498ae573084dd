"""What changed between two texts, and how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.ter import TER

from core.analysis.edits import (
    HTER_SIGNATURE,
    WORDS_WITH_MOVES,
    Edit,
    apply_operations,
    diff_words,
    hter,
    operations,
    words_and_signs,
)


def test_one_word_of_four_is_a_quarter() -> None:
    assert hter("the cat sat down", "the dog sat down") == pytest.approx(0.25)


def test_a_moved_block_is_one_edit() -> None:
    assert hter("today I saw the cat", "I saw the cat today") == pytest.approx(1 / 5)


def test_case_and_punctuation_count() -> None:
    assert hter("paris is big", "Paris is big") == pytest.approx(1 / 3)
    assert hter("Paris is big", "Paris is big.") == pytest.approx(1 / 4)


def test_a_word_added_before_a_sign_is_one_edit() -> None:
    assert hter("At home.", "At home soaked.") == pytest.approx(1 / 4)


def test_words_and_signs_are_what_a_reader_counts() -> None:
    assert words_and_signs("It's well-known: 3.5, not 1,000!") == [
        *("It's", "well-known", ":", "3.5", ",", "not", "1,000", "!")
    ]
    assert words_and_signs("好的 «ok» ") == ["好", "的", "«", "ok", "»"]
    assert words_and_signs(" \n") == []


def test_the_signature_names_what_a_figure_depends_on() -> None:
    assert f"tok:words-and-signs|moves:{WORDS_WITH_MOVES}|version:" in HTER_SIGNATURE


def test_nothing_changed_is_nothing_and_spacing_alone_is_nothing() -> None:
    assert hter("", "") == hter("a b", "a b") == hter("a  b", "a b ") == 0.0


def test_a_text_that_came_or_went_whole() -> None:
    assert hter("", "a b") == 1.0
    assert hter("a b", "") == 1.0
    assert hter("a b c d", "x") == pytest.approx(4.0)


def test_chinese_is_counted_in_characters() -> None:
    assert hter("今天天气很好", "今天天气不好") == pytest.approx(1 / 6)
    assert hter("我用Python写", "我用Rust写") == pytest.approx(1 / 4)


def test_long_texts_are_compared_without_moves_and_in_time() -> None:
    words = [f"w{number}" for number in range(WORDS_WITH_MOVES + 1)]
    moved = [*words[1:], words[0]]
    assert hter(" ".join(words), " ".join(moved)) == pytest.approx(2 / len(words))
    assert hter("的一是不" * 1250, "不是一的" * 1250) > 0


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=9),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=9),
)
def test_without_moves_the_rate_is_never_below_that_with_moves(one: list[str], other: list[str]) -> None:
    filler = [f"x{number}" for number in range(WORDS_WITH_MOVES)]
    without = hter(" ".join([*filler, *one]), " ".join([*filler, *other])) * (len(filler) + len(other))
    score = TER(case_sensitive=True).sentence_score(" ".join(one), [" ".join(other)]).score
    assert round(without) >= round(score / 100 * len(other))


def _edits(before: str, after: str) -> list[tuple[str, str, str]]:
    return [(edit.kind, edit.before, edit.after) for edit in diff_words(before, after)]


def test_a_diff_names_whole_words() -> None:
    assert _edits("the cat sat", "the dog sat") == [
        ("equal", "the ", "the "),
        ("replace", "cat", "dog"),
        ("equal", " sat", " sat"),
    ]


def test_a_diff_inserts_and_deletes_with_the_space_before() -> None:
    assert _edits("a c", "a b c") == [("equal", "a", "a"), ("insert", "", " b"), ("equal", " c", " c")]
    assert _edits("a b c", "a c") == [("equal", "a", "a"), ("delete", " b", ""), ("equal", " c", " c")]
    assert _edits("a b", "b") == [("delete", "a ", ""), ("equal", "b", "b")]


def test_a_diff_shows_punctuation_apart_and_keeps_apostrophes() -> None:
    assert _edits("Yes.", "Yes!") == [("equal", "Yes", "Yes"), ("replace", ".", "!")]
    assert _edits("3.4 m", "3.5 m")[0] == ("replace", "3.4", "3.5")
    assert _edits("I dont", "I don't") == [("equal", "I ", "I "), ("replace", "dont", "don't")]


def test_a_diff_of_chinese_names_characters() -> None:
    assert _edits("今天很好", "今天不好") == [
        ("equal", "今天", "今天"),
        ("replace", "很", "不"),
        ("equal", "好", "好"),
    ]


def test_a_diff_never_tears_a_character() -> None:
    assert _edits("ok 👍🏽", "ok 👍🏻") == [("equal", "ok ", "ok "), ("replace", "👍🏽", "👍🏻")]
    assert _edits("👨‍👩‍👧 🇫🇷", "👨‍👩‍👦 🇫🇷") == [
        ("replace", "👨‍👩‍👧", "👨‍👩‍👦"),
        ("equal", " 🇫🇷", " 🇫🇷"),
    ]
    assert _edits("e\u0301te", "e\u0302te") == [("replace", "e\u0301te", "e\u0302te")]


def test_a_diff_of_right_to_left_text() -> None:
    assert _edits("שלום עולם", "שלום לך") == [("equal", "שלום ", "שלום "), ("replace", "עולם", "לך")]


def test_a_diff_of_spaces_alone_shows_them() -> None:
    assert _edits("a b", "a  b") == [("equal", "a", "a"), ("replace", " ", "  "), ("equal", "b", "b")]
    assert _edits("a", "a\n") == [("equal", "a", "a"), ("insert", "", "\n")]


def test_equal_texts_are_one_edit_and_empty_texts_none() -> None:
    assert diff_words("a b", "a b") == (Edit("equal", "a b", "a b"),)
    assert diff_words("", "") == ()
    assert diff_words("", "a") == (Edit("insert", "", "a"),)


_TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="ab .'好的👍🏽\u200d\u0301ש\n\t ไ🇫", max_size=20),
    st.lists(st.sampled_from(["a", "b", " ", "  ", "好", "."]), max_size=12).map("".join),
)


@given(_TEXTS, _TEXTS)
def test_a_diff_rebuilds_both_texts_and_its_kinds_are_true(before: str, after: str) -> None:
    edits = diff_words(before, after)
    assert "".join(edit.before for edit in edits) == before
    assert "".join(edit.after for edit in edits) == after
    for edit in edits:
        assert (edit.kind == "equal") == (edit.before == edit.after)
        assert (edit.kind == "insert") == (not edit.before)
        assert (edit.kind == "delete") == (not edit.after)
    assert all(
        (one.kind == "equal") != (other.kind == "equal") for one, other in zip(edits, edits[1:], strict=False)
    )


@given(_TEXTS, _TEXTS)
def test_a_rate_is_zero_only_when_the_words_are_the_same(before: str, after: str) -> None:
    assert hter(before, before) == 0.0
    assert hter(before, after) >= 0.0
    if "".join(before.split()) != "".join(after.split()):
        assert hter(before, after) > 0.0


def _shown(before: str, after: str) -> int:
    """Words that the diff shows as changed; an exchange is as many as its longer side has."""
    changed = (edit for edit in diff_words(before, after) if edit.kind != "equal")
    return sum(max(len(words_and_signs(edit.before)), len(words_and_signs(edit.after))) for edit in changed)


@given(_TEXTS, _TEXTS)
def test_no_more_words_are_counted_than_are_shown(before: str, after: str) -> None:
    words = words_and_signs(after)
    assert not words or round(hter(before, after) * len(words)) <= _shown(before, after)


@given(_TEXTS, _TEXTS)
def test_operations_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    found = operations(before, after)
    assert apply_operations(before, found) == after
    assert [one["kind"] for one in found] == [
        edit.kind for edit in diff_words(before, after) if edit.kind != "equal"
    ]
    assert all(one["end"] <= other["start"] for one, other in zip(found, found[1:], strict=False))


def test_a_diff_of_long_and_repetitive_texts_takes_no_time_to_speak_of() -> None:
    # a matcher that looks for the longest block first takes minutes here
    edits = diff_words("? " * 900, "! ? " * 900)
    assert "".join(edit.after for edit in edits) == "! ? " * 900
    assert diff_words("?" * 5000, "!?" * 5000)[-1].kind in ("replace", "equal")
