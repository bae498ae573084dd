"""Doubts in words: each reason holds exactly where its number says so."""

import math

import numpy as np
import pytest

from core.analysis.coverage import OVER_ATTENDED, UNDER_ATTENDED
from core.analysis.doubts import IMPROBABLE, OMITTED, RARE, judge_words, read_words
from core.results import AttentionMap, PieceJudgement

SOURCE = ("<2en>", "▁chat", "s", "▁noir", "</s>")
TARGET = ("▁black", "▁cat", "s", "▁cats", "</s>")
PROBS = (0.9, 0.8, 0.5, 0.3, 1.0)


def judgements(probs: tuple[float, ...] = PROBS) -> list[PieceJudgement]:
    return [
        PieceJudgement(
            10 + i, piece, math.log(prob), rank=1 + i, entropy=i / 4, margin=0.5 - i / 5, likely=()
        )
        for i, (piece, prob) in enumerate(zip(TARGET, probs, strict=True))
    ]


def attention(rows: list[list[float]], units: tuple[str, ...] = TARGET) -> AttentionMap:
    return AttentionMap(SOURCE, units, np.array(rows, dtype=np.float32)[None, None])


def test_a_word_is_as_doubtful_as_its_worst_piece() -> None:
    black, first, second = judge_words(judgements())
    assert (first.text, first.piece_range) == ("cats", range(1, 3))
    assert (first.rank, first.entropy) == (3, 0.5)
    assert first.margin == pytest.approx(0.1)
    assert [one.prob for one in (black, first, second)] == pytest.approx([0.9, 0.4, 0.3])


def test_a_word_is_improbable_below_the_threshold_only() -> None:
    found = judge_words(judgements((IMPROBABLE + 1e-9, 0.5, 0.5, IMPROBABLE - 1e-9, 0.1)))
    assert [one.reasons for one in found] == [(), ("improbable",), ("improbable",)]


def test_a_word_repeats_if_its_source_word_was_dwelt_upon() -> None:
    def reasons(share: float) -> list[tuple[str, ...]]:
        on_cat = [0.0, share, 0.0, 0.0, 1 - share]
        rows = [[0.0, 0.0, 0.0, 1.0, 0.0], on_cat, on_cat, on_cat, on_cat]
        return [one.reasons for one in judge_words(judgements((1.0,) * 5), attention(rows))]

    assert reasons(0.9) == [(), (), ("repeats",)]  # 0.9 of each of "cats", "cats" and EOS: 2.7
    assert reasons(0.6) == [(), (), ()]  # 1.8 in all


def test_a_source_word_is_passed_over_or_dwelt_upon_by_its_coverage() -> None:
    def reasons(share: float) -> list[tuple[str, ...]]:
        rows = [[0.0, 0.5, 0.5 - share, share, 0.0]] * 5  # of four words, EOS being one
        return [one.reasons for one in read_words(range(5), SOURCE, attention(rows))]

    assert reasons(UNDER_ATTENDED / 4 - 0.01) == [("attended_twice",), ("unattended",)]
    assert reasons(UNDER_ATTENDED / 4 + 0.01) == [("attended_twice",), ()]
    assert reasons(OVER_ATTENDED / 4 - 0.01) == [("attended_twice",), ()]


def test_a_source_word_is_omitted_if_the_translation_gains_without_it() -> None:
    found = read_words(range(5), SOURCE, losses=[-OMITTED - 0.01, -OMITTED])
    assert [(one.text, one.reasons) for one in found] == [("chats", ("omitted",)), ("noir", ())]


def test_a_piece_is_rare_only_by_counts() -> None:
    counts = {10: RARE, 11: RARE, 12: RARE - 1}
    assert [one.reasons for one in judge_words(judgements((1.0,) * 5), None, counts)] == [
        (),
        ("rare",),
        ("rare",),
    ]
    assert [one.reasons for one in read_words((4, 10, 11, 13, 3), SOURCE, counts=counts)] == [(), ("rare",)]
    assert [one.reasons for one in judge_words(judgements((1.0,) * 5))] == [(), (), ()]


def test_without_attention_there_is_no_coverage() -> None:
    assert [(one.coverage, one.reasons) for one in read_words(range(5), SOURCE)] == [(None, ())] * 2
    assert judge_words([]) == ()
