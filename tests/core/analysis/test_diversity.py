"""Diversity of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.diversity import distinct_n, self_bleu

TEXTS = st.lists(st.text("ab 中", min_size=1).filter(str.strip), min_size=1)


def test_distinct_counts_different_ngrams_over_all_texts() -> None:
    texts = ["a b a", "a b"]  # unigrams a b a a b: 2 of 5; bigrams ab ba ab: 2 of 3
    assert distinct_n(texts, 1) == 2 / 5
    assert distinct_n(texts, 2) == 2 / 3


def test_characters_count_where_words_have_no_spaces() -> None:
    assert distinct_n(["中文中"], 1) == 2 / 3


@given(TEXTS)
def test_distinct_is_above_0_and_at_most_1(texts: list[str]) -> None:
    assert 0 < distinct_n(texts, 1) <= 1


def test_texts_that_are_too_short_have_no_ngrams() -> None:
    assert distinct_n(["a", ""], 2) == 0


def test_self_bleu_of_equal_texts_is_100_and_of_texts_without_a_common_word_near_0() -> None:
    assert self_bleu(["the tide is out"] * 3) == pytest.approx(100)
    assert self_bleu(["one two three four", "five six seven eight"]) < 15


def test_self_bleu_is_the_mean_over_all_texts() -> None:
    # the two equal ones have each other as reference: 100 each; the third shares no word
    assert self_bleu(["a b c d", "a b c d", "w x y z"]) == pytest.approx(200 / 3, abs=5)


def test_self_bleu_of_one_text_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 texts, but has 1"):
        self_bleu(["alone"])
