"""The distribution behind a given beginning."""

import math

import pytest
import torch

from core.decoding.decode import decode
from core.decoding.next_pieces import next_pieces
from core.decoding.wish import Wish
from core.errors import NonFiniteScoresError
from core.options import GreedyOptions
from tests.fakes import SPECIAL, PoisonedModel, ScriptedModel, make_sources


@pytest.mark.parametrize("prefix", [(), (5,), (6, 7, 4)])
def test_they_are_the_most_probable_with_their_probabilities(prefix: tuple[int, ...]) -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources([5])
    found = next_pieces(model, ids_BS[0], prefix, 4, SPECIAL)
    logits_BTV = model.forward(ids_BS, mask_BS, torch.tensor([[SPECIAL.bos, *prefix]])).logits_BTV
    probabilities_V = logits_BTV[0, -1].softmax(0)
    allowed = sorted(set(range(model.vocab_size)) - set(SPECIAL.forbidden), key=lambda i: -probabilities_V[i])
    assert [piece for piece, _ in found] == allowed[:4]
    assert [share for _, share in found] == pytest.approx([probabilities_V[i].item() for i in allowed[:4]])


def test_the_first_is_what_greedy_search_writes_there() -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources([5])
    wish = Wish(prefix=(6, 7))
    (written,) = decode(model, ids_BS, mask_BS, GreedyOptions(), SPECIAL, [wish])[0]
    assert next_pieces(model, ids_BS[0], wish.prefix, 1, SPECIAL)[0][0] == written.ids[2]


def test_more_than_there_are_gives_all() -> None:
    found = next_pieces(ScriptedModel(), make_sources([5])[0][0], (), 99, SPECIAL)
    assert len(found) == ScriptedModel().vocab_size - len(SPECIAL.forbidden)
    assert math.fsum(share for _, share in found) < 1


def test_nan_is_named() -> None:
    with pytest.raises(NonFiniteScoresError):
        next_pieces(PoisonedModel(), make_sources([5])[0][0], (), 3, SPECIAL)
