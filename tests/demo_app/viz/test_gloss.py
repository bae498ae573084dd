"""The gloss pairs every word with its probability and with the columns of words, not of tags."""

import math

import numpy as np
import pytest

from core.results import AttentionMap, Hypothesis
from demo_app.viz.gloss import gloss

SOURCE = ("<2en>", "▁le", "▁chat", "s", "▁dort", ".", "</s>")
TARGET = ("▁the", "▁cat", "s", "▁sleep", ".", "</s>")


def hypothesis() -> Hypothesis:
    log_probs = tuple(math.log(p) for p in (0.9, 0.5, 0.8, 0.7, 1.0, 0.99))
    return Hypothesis("the cats sleep.", tuple(range(6)), TARGET, log_probs, -1.0, True)


def words_map() -> AttentionMap:
    """Row t, column s holds t + s / 10, so that every cell says where it came from."""
    units = ("<2en>", "le", "chats", "dort.", "</s>"), ("the", "cats", "sleep.", "</s>")
    weights = np.fromfunction(lambda _l, _h, t, s: t / 10 + s / 100, (1, 1, 4, 5)).astype(np.float32)
    return AttentionMap(*units, weights)


def test_words_are_whole_and_tags_are_left_out() -> None:
    value = gloss(SOURCE, hypothesis(), words_map())
    assert value["source"] == ["le", "chats", "dort."]
    assert [word["text"] for word in value["target"]] == ["the", "cats", "sleep."]


def test_a_word_is_as_probable_as_its_pieces_together() -> None:
    value = gloss(SOURCE, hypothesis(), None)
    assert [word["prob"] for word in value["target"]] == pytest.approx([0.9, 0.4, 0.7])


def test_rows_and_columns_belong_to_the_words_shown() -> None:
    value = gloss(SOURCE, hypothesis(), words_map())
    expected = [[0.01, 0.02, 0.03], [0.11, 0.12, 0.13], [0.21, 0.22, 0.23]]
    assert np.array(value["attention"]) == pytest.approx(np.array(expected), abs=1e-3)


def test_without_attention_the_words_are_there_all_the_same() -> None:
    value = gloss(SOURCE, hypothesis(), None)
    assert value["attention"] is None and len(value["source"]) == 3


def test_text_from_people_is_passed_on_as_it_is() -> None:
    pieces = ("▁<b>${alert(1)}</b>", "</s>")
    assert gloss(pieces, hypothesis(), None)["source"] == ["<b>${alert(1)}</b>"]
