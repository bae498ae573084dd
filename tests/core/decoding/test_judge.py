"""A given target, judged piece by piece."""

import math

import pytest
import torch

from core.decoding.decode import decode
from core.decoding.force import force
from core.decoding.judge import judge
from core.decoding.next_pieces import next_pieces
from core.errors import NonFiniteScoresError
from core.options import GreedyOptions
from tests.fakes import SPECIAL, PoisonedModel, ScriptedModel, make_sources

TARGET = (5, 9, 4, 1, 7, 3)
"""One of them, 1, is never written by search."""


@pytest.mark.parametrize("seed", range(3))
def test_log_probs_are_those_of_forced_scoring(seed: int) -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(seed=seed), make_sources([5])
    found = judge(model, ids_BS[0], TARGET, 4, SPECIAL)
    assert (
        tuple(one.log_prob for one in found)
        == force(model, ids_BS, mask_BS, [TARGET], SPECIAL)[0].token_log_probs
    )


@pytest.mark.parametrize("levels", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_greedy_search_writes_the_first_rank_only(seed: int, levels: int) -> None:
    # a model that would end at once is made to write something, which is of another rank
    model, (ids_BS, mask_BS) = ScriptedModel(seed=seed, levels=levels, eos_bias=-3.0), make_sources([5])
    (written,) = decode(model, ids_BS, mask_BS, GreedyOptions(), SPECIAL)[0]
    found = judge(model, ids_BS[0], written.ids, 3, SPECIAL)
    assert [one.rank for one in found] == [1] * len(written.ids)
    assert all(one.margin >= 0 for one in found)


def test_likely_pieces_are_those_behind_each_prefix() -> None:
    model, (ids_BS, _) = ScriptedModel(), make_sources([5])
    for place, one in enumerate(judge(model, ids_BS[0], TARGET, 4, SPECIAL)):
        expected = next_pieces(model, ids_BS[0], TARGET[:place], 4, SPECIAL)
        assert [piece for piece, _ in one.likely] == [piece for piece, _ in expected]
        assert [share for _, share in one.likely] == pytest.approx([share for _, share in expected])


def test_rank_entropy_and_margin_by_their_definitions() -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources([5])
    logits_BTV = model.forward(ids_BS, mask_BS, torch.tensor([[SPECIAL.bos, *TARGET[:-1]]])).logits_BTV
    found = judge(model, ids_BS[0], TARGET, 1, SPECIAL)
    for piece, one, probabilities_V in zip(TARGET, found, logits_BTV[0].double().softmax(1), strict=True):
        shares = probabilities_V.tolist()
        ordinary = [share for i, share in enumerate(shares) if i not in SPECIAL.forbidden]
        assert one.rank == 1 + sum(share > shares[piece] for share in ordinary)
        assert one.entropy == pytest.approx(-sum(share * math.log(share) for share in shares), abs=1e-5)
        rivals = [share for share in ordinary if share != shares[piece]]
        assert one.margin == pytest.approx(shares[piece] - max(rivals), abs=1e-6)
        assert (one.margin > 0) == (one.rank == 1)
        assert len(one.likely) == 1


def test_no_target_has_no_judgement() -> None:
    assert judge(ScriptedModel(), make_sources([5])[0][0], (), 4, SPECIAL) == []


def test_nan_is_named() -> None:
    with pytest.raises(NonFiniteScoresError):
        judge(PoisonedModel(), make_sources([5])[0][0], TARGET, 4, SPECIAL)
