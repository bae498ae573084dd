"""Word confidence is the product over the word's pieces."""

import math

import pytest

from core.analysis.confidence import word_confidences
from core.results import Hypothesis


def _hypothesis(pieces: tuple[str, ...], probs: tuple[float, ...]) -> Hypothesis:
    log_probs = tuple(math.log(prob) for prob in probs)
    return Hypothesis(
        "", tuple(range(len(pieces))), pieces, log_probs, sum(log_probs), pieces[-1:] == ("</s>",)
    )


def test_a_word_is_as_sure_as_its_pieces_together() -> None:
    found = word_confidences(_hypothesis(("▁chat", "s", "▁noir", "</s>"), (0.5, 0.5, 0.9, 0.1)))
    assert [word.text for word in found] == ["chats", "noir"]
    assert [word.prob for word in found] == pytest.approx([0.25, 0.9])
    assert [word.log_prob for word in found] == pytest.approx([math.log(0.25), math.log(0.9)])
    assert [word.piece_range for word in found] == [range(0, 2), range(2, 3)]


def test_an_emoji_of_four_bytes_is_one_word() -> None:
    pieces = ("▁", "<0xF0>", "<0x9F>", "<0x99>", "<0x82>")
    found = word_confidences(_hypothesis(pieces, (0.5, 1.0, 1.0, 0.5, 1.0)))
    assert [word.text for word in found] == ["🙂"]
    assert found[0].prob == pytest.approx(0.25)


def test_nothing_but_eos_has_no_words() -> None:
    assert word_confidences(_hypothesis(("</s>",), (0.5,))) == ()
    assert word_confidences(_hypothesis((), ())) == ()
