"""Teacher forcing of targets that nobody searched for."""

import math

import pytest
import torch

from core.decoding.force import force
from core.errors import NonFiniteScoresError
from tests.fakes import HEADS, LAYERS, SPECIAL, PoisonedModel, ScriptedModel, make_sources

TARGETS = [[5, 7, 3], [], [4], [9, 9, 9, 9, 9, 3], [1, 5]]


def test_every_target_keeps_its_own_length_and_end() -> None:
    found = force(ScriptedModel(), *make_sources([2, 3, 5, 7, 11]), TARGETS, SPECIAL)
    assert [list(one.ids) for one in found] == TARGETS
    assert [one.finished for one in found] == [True, False, False, True, False]
    assert [len(one.token_log_probs) for one in found] == [3, 0, 1, 6, 2]
    shapes = [one.weights_LHTS.shape for one in found if one.weights_LHTS is not None]
    assert shapes == [(LAYERS, HEADS, len(ids), s) for ids, s in zip(TARGETS, [2, 3, 5, 7, 11], strict=True)]


def test_log_probs_are_the_log_softmax_over_the_whole_vocabulary() -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources([5])
    found = force(model, ids_BS, mask_BS, [[5, 3]], SPECIAL)[0]
    logits_BTV = model.forward(ids_BS, mask_BS, torch.tensor([[SPECIAL.bos, 5]])).logits_BTV
    expected = [logits_BTV.log_softmax(2)[0, 0, 5].item(), logits_BTV.log_softmax(2)[0, 1, 3].item()]
    assert found.token_log_probs == pytest.approx(expected, abs=1e-6)
    assert found.score == pytest.approx(sum(expected), abs=1e-6)


def test_the_length_of_a_neighbour_changes_nothing() -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources([5, 7])
    both = force(model, ids_BS, mask_BS, [[5, 3], [6, 7, 8, 9, 3]], SPECIAL)
    alone = force(model, ids_BS[:1, :5], mask_BS[:1, :5], [[5, 3]], SPECIAL)
    assert both[0].token_log_probs == pytest.approx(alone[0].token_log_probs, abs=1e-6)


def test_no_targets_at_all_give_no_candidates() -> None:
    empty = torch.zeros(0, 3, dtype=torch.int64)
    assert force(ScriptedModel(), empty, empty.bool(), [], SPECIAL) == []


def test_a_target_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="2 have 1"):
        force(ScriptedModel(), *make_sources([2, 3]), [[5]], SPECIAL)


def test_a_model_that_returns_nan_is_named() -> None:
    model = PoisonedModel()
    model.poison = math.nan
    with pytest.raises(NonFiniteScoresError):
        force(model, *make_sources([2]), [[5, 3]], SPECIAL)
