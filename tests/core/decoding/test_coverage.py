"""The coverage penalty of Wu et al. 2016."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.decoding.coverage import coverage_penalty
from core.decoding.decode import decode
from core.errors import NoAttentionError
from core.options import BeamOptions
from tests.fakes import SPECIAL, ScriptedModel, make_sources

BEAM = BeamOptions(beam_size=5, n_best=5)


def test_pieces_read_once_or_more_cost_nothing() -> None:
    assert coverage_penalty(np.eye(3, dtype=np.float32)[None, None]) == 0.0
    assert coverage_penalty(np.full((2, 3, 8, 4), 0.25, np.float32)) == 0.0


def test_it_is_the_formula_over_the_mean_of_layers_and_heads() -> None:
    weights_LHTS = np.array([[[[0.5, 0.5]]], [[[0.9, 0.1]]]], np.float32)
    assert coverage_penalty(weights_LHTS) == pytest.approx(math.log(0.7) + math.log(0.3))


def test_a_piece_that_nobody_read_costs_much_but_not_everything() -> None:
    assert -30 < coverage_penalty(np.array([[[[1.0, 0.0]]]], np.float32)) < -20


def test_scores_hold_it_and_rank_by_it() -> None:
    model, sources = ScriptedModel(eos_bias=1.0), make_sources([5, 3, 7])
    plain = decode(model, *sources, BEAM, SPECIAL)
    covered = decode(model, *sources, replace(BEAM, coverage_penalty=0.7), SPECIAL)
    for before, after in zip(plain, covered, strict=True):
        own = {one.ids: one.score for one in before}
        assert own.keys() == {one.ids for one in after}
        for one in after:
            assert one.weights_LHTS is not None
            assert one.score == pytest.approx(own[one.ids] + 0.7 * coverage_penalty(one.weights_LHTS))
        assert [one.score for one in after] == sorted((one.score for one in after), reverse=True)
    assert [[one.ids for one in found] for found in plain] != [
        [one.ids for one in found] for found in covered
    ]


def test_a_model_without_attention_is_refused() -> None:
    with pytest.raises(NoAttentionError, match="`coverage_penalty`"):
        decode(
            ScriptedModel(attention=False), *make_sources([3]), replace(BEAM, coverage_penalty=0.1), SPECIAL
        )
