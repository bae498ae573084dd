"""Groups of a beam that keep away from each other."""

from collections import Counter

import numpy as np
import pytest
import torch

from core.decoding.decode import decode
from core.decoding.diverse import Diversity, join_groups
from core.decoding.scoring import best_continuations
from core.decoding.search import Candidate
from core.options import BeamOptions
from tests.fakes import SPECIAL, ScriptedModel, make_sources

LENGTHS = [5, 3, 7, 2, 5, 11]


def test_one_group_chooses_as_plain_beam_search() -> None:
    sums_NW, scores_RV = torch.randn(3, 5, dtype=torch.float64), torch.randn(15, 11)
    plain = best_continuations(sums_NW, scores_RV, 5)
    found = Diversity(1, 2.0).choose(sums_NW, scores_RV, 5, np.arange(3), [True] * 3)
    assert torch.equal(found.scores_NK, plain.scores_NK)
    assert found.ids_NK.tolist() == plain.ids_NK.tolist()
    assert found.parents_NK.tolist() == plain.parents_NK.tolist()


@pytest.mark.parametrize("groups", [2, 3, 6])
def test_without_strength_every_group_is_a_beam_of_its_own(groups: int) -> None:
    model, sources = ScriptedModel(eos_bias=1.0), make_sources(LENGTHS)
    size = 6 // groups
    alone = decode(model, *sources, BeamOptions(beam_size=size, n_best=size), SPECIAL)
    options = BeamOptions(beam_size=6, groups=groups, diversity=0.0, n_best=6)
    for found, expected in zip(decode(model, *sources, options, SPECIAL), alone, strict=True):
        assert [(one.ids, one.score) for one in found] == [(one.ids, one.score) for one in expected]


def test_the_first_group_does_not_know_of_the_others() -> None:
    model, sources = ScriptedModel(eos_bias=1.0), make_sources(LENGTHS)
    first = decode(model, *sources, BeamOptions(beam_size=2, n_best=2), SPECIAL)
    options = BeamOptions(beam_size=6, groups=3, diversity=3.0, n_best=6)
    for found, expected in zip(decode(model, *sources, options, SPECIAL), first, strict=True):
        assert {one.ids for one in expected} <= {one.ids for one in found}


def test_strong_groups_begin_differently() -> None:
    options = BeamOptions(beam_size=4, groups=4, diversity=10.0, n_best=4)
    for found in decode(ScriptedModel(eos_bias=-9.0), *make_sources(LENGTHS), options, SPECIAL):
        assert len({one.ids[0] for one in found}) == 4


def test_diversity_grows_with_its_strength() -> None:
    def distinct(strength: float) -> int:
        options = BeamOptions(beam_size=6, groups=3, diversity=strength, n_best=6)
        lists = decode(ScriptedModel(eos_bias=1.0), *make_sources(LENGTHS * 3), options, SPECIAL)
        return sum(len(found) for found in lists)

    assert distinct(0.0) < distinct(1.0) <= distinct(5.0)


def test_what_a_piece_loses_is_given_back() -> None:
    sums_NW, scores_RV = torch.zeros(2, 1, dtype=torch.float64), torch.tensor([[-1.0, -1.5, -3.0]] * 2)
    found = Diversity(2, 1.0).choose(sums_NW, scores_RV, 1, np.arange(2), [True] * 2)
    assert found.ids_NK.tolist() == [[0], [1]]
    assert found.scores_NK.tolist() == [[-1.0], [-1.5]]


def test_a_finished_group_takes_nothing_from_the_others() -> None:
    sums_NW, scores_RV = torch.zeros(2, 1, dtype=torch.float64), torch.tensor([[-1.0, -1.5, -3.0]] * 2)
    found = Diversity(2, 1.0).choose(sums_NW, scores_RV, 1, np.arange(2), [False, True])
    assert found.ids_NK.tolist() == [[0], [0]]


def test_groups_are_joined_without_doubles() -> None:
    def candidate(piece: int, score: float) -> Candidate:
        return Candidate((piece, SPECIAL.eos), (score, 0.0), score, True, None)

    lists = [[candidate(5, -1.0), candidate(6, -3.0)], [candidate(7, -2.0), candidate(6, -3.0)]]
    (found,) = join_groups(lists, 2)
    assert [one.ids[0] for one in found] == [5, 7, 6]
    assert Counter(one.ids for one in found).most_common(1)[0][1] == 1
