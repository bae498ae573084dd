"""Minimum Bayes risk: which of many samples is most like all of them."""

import pytest

from core.decoding.risk import expected_utilities, rank_by_utility, sentence_chrf
from core.results import Hypothesis, SegmentTranslation


def overlap(text: str, right: str) -> float:
    return len(set(text.split()) & set(right.split())) / len(set(right.split()))


def test_of_identical_samples_it_is_that_sample() -> None:
    assert expected_utilities(["rye bread"] * 7, sentence_chrf()) == {"rye bread": pytest.approx(100.0)}


def test_it_is_the_sample_nearest_to_the_others_not_the_most_frequent() -> None:
    texts = ["a b c", "a b d", "a b e", "x", "x"]
    found = expected_utilities(texts, overlap)
    assert list(found)[0] == "a b c"
    assert found["a b c"] == pytest.approx((1 + 2 / 3 + 2 / 3) / 5)
    assert found["x"] == pytest.approx(2 / 5)


def test_every_copy_of_a_sample_counts() -> None:
    assert list(expected_utilities(["a", "b", "b"], overlap)) == ["b", "a"]
    assert expected_utilities(["a", "b", "b"], overlap)["b"] == pytest.approx(2 / 3)


def test_chrf_compares_with_the_right_text() -> None:
    utility = sentence_chrf()
    assert utility("The old cat", "The old cat") == pytest.approx(100.0)
    assert utility("The old cat", "The old hat") > utility("A dog", "The old hat")


def test_hypotheses_are_distinct_texts_by_expected_utility() -> None:
    hypotheses = tuple(
        Hypothesis(text, (i, 3), ("x", "</s>"), (-1.0, -2.0), -3.0, True)
        for i, text in enumerate(("x", "a b", "a c", "a b"))
    )
    found = rank_by_utility(SegmentTranslation("s", (4, 3), ("s", "</s>"), hypotheses, ""), overlap)
    assert [(one.text, one.ids[0]) for one in found.hypotheses] == [("a b", 1), ("a c", 2), ("x", 0)]
    assert [one.score for one in found.hypotheses] == pytest.approx([2.5 / 4, 2 / 4, 1 / 4])
    assert found.best.log_prob == -3.0
