"""Beam search against greedy search and against trying everything."""

from itertools import cycle, product

import pytest
import torch

from core.decoding.beam import beam_search
from core.decoding.beam_state import BeamRule
from core.decoding.decode import decode
from core.decoding.force import force
from core.decoding.scoring import length_penalty
from core.decoding.search import Candidate, Sources
from core.errors import NonFiniteScoresError
from core.options import BeamOptions, GreedyOptions
from tests.fakes import FIRST_PIECE, SPECIAL, PoisonedModel, ScriptedModel, make_sources

ALPHAS, BIASES = (0.0, 0.6, 1.0), (0, 1, 2)
TABLES = 18  # x 56 sentences, each with a table of its own: 1,000


@pytest.mark.parametrize("levels", [0, 1], ids=["as drawn", "many equal"])
def test_a_beam_of_one_is_greedy_search(levels: int, device: torch.device) -> None:
    lengths = [1 + row % 7 for row in range(56)]
    for seed, (alpha, eos_bias) in zip(range(TABLES), cycle(product(ALPHAS, BIASES)), strict=False):
        model = ScriptedModel(seed=seed, eos_bias=eos_bias, levels=levels, device=device)
        sources = make_sources(lengths, seed, device)
        greedy = decode(model, *sources, GreedyOptions(), SPECIAL)
        beam = decode(model, *sources, BeamOptions(beam_size=1, length_penalty=alpha), SPECIAL)
        assert [found[0].ids for found in beam] == [found[0].ids for found in greedy]
        assert beam[0][0].token_log_probs == pytest.approx(greedy[0][0].token_log_probs, abs=1e-6)


def _everything(model: ScriptedModel, sources: Sources, steps: int, alpha: float) -> list[Candidate]:
    """Every sequence of at most `steps` pieces, best first."""
    pieces = range(FIRST_PIECE, model.vocab_size)
    targets = [(*stem, SPECIAL.eos) for length in range(steps) for stem in product(pieces, repeat=length)]
    targets += list(product(pieces, repeat=steps))
    rows = torch.zeros(len(targets), dtype=torch.int64)
    found = force(model, sources.ids_BS[rows], sources.mask_BS[rows], targets, SPECIAL)
    return sorted(found, key=lambda one: -one.score / length_penalty(len(one.ids), alpha))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_a_beam_as_wide_as_the_tree_finds_what_trying_everything_finds(alpha: float) -> None:
    for seed in range(20):
        model = ScriptedModel(vocab_size=FIRST_PIECE + 3, seed=seed)  # with EOS: 4 choices a step
        sources = Sources.of(*make_sources([3], seed), max_length=4)
        expected = _everything(model, sources, 4, alpha)
        found = beam_search(model, sources, BeamRule(len(expected), alpha, len(expected)), SPECIAL)[0]
        assert [one.ids for one in found] == [one.ids for one in expected]


def test_a_beam_wider_than_the_vocabulary_works() -> None:
    model = ScriptedModel(vocab_size=FIRST_PIECE + 1, eos_bias=1.0)
    for found in decode(model, *make_sources([2, 5, 3]), BeamOptions(beam_size=32, n_best=32), SPECIAL):
        assert 1 <= len(found) <= 32
        assert {piece for one in found for piece in one.ids} <= {SPECIAL.eos, FIRST_PIECE}


def test_a_sentence_ends_with_as_many_retired_as_the_beam_is_wide() -> None:
    model = ScriptedModel(eos_bias=2.0)
    for found in decode(model, *make_sources([11] * 7), BeamOptions(beam_size=5, n_best=5), SPECIAL):
        assert len(found) == 5
        assert all(one.finished for one in found)


def test_unfinished_hypotheses_fill_the_list_at_the_limit() -> None:
    options = BeamOptions(beam_size=5, n_best=5, max_length=3)
    found = decode(ScriptedModel(eos_bias=0.0), *make_sources([5] * 11), options, SPECIAL)
    kinds = {one.finished for list_ in found for one in list_}
    assert kinds == {True, False}
    assert {len(list_) for list_ in found} == {5}


def test_n_best_is_the_head_of_the_full_list() -> None:
    model, sources = ScriptedModel(eos_bias=1.0), make_sources([5, 3, 7])
    full = decode(model, *sources, BeamOptions(beam_size=5, n_best=5), SPECIAL)
    short = decode(model, *sources, BeamOptions(beam_size=5, n_best=2), SPECIAL)
    assert [[one.ids for one in found] for found in short] == [
        [one.ids for one in found[:2]] for found in full
    ]


def test_a_wider_beam_finds_better_scores_on_the_whole() -> None:
    # not sentence by sentence: the rule of retirement does not promise that
    totals = []
    for size in (1, 5):
        options = BeamOptions(beam_size=size, length_penalty=0.0)
        lists = [
            decode(ScriptedModel(seed=seed), *make_sources([5] * 20), options, SPECIAL) for seed in range(5)
        ]
        totals.append(sum(found[0].score for list_ in lists for found in list_))
    assert totals[1] > totals[0]


def test_nan_after_some_have_retired_is_still_named() -> None:
    model = PoisonedModel(eos_bias=1.0)
    model.from_step = 3
    with pytest.raises(NonFiniteScoresError):
        decode(model, *make_sources([11]), BeamOptions(beam_size=5, n_best=1), SPECIAL)
