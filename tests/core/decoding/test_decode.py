"""Properties that hold for greedy and beam search alike."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.config import ConvolutionalConfig, RecurrentConfig, TransformerConfig
from core.decoding.decode import decode
from core.decoding.force import force
from core.decoding.search import Candidate
from core.errors import NonFiniteScoresError
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2Seq, StepOutput
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from tests.fakes import FIRST_PIECE, HEADS, LAYERS, SPECIAL, PoisonedModel, ScriptedModel, make_sources

LENGTHS = [11, 3, 7, 1, 11, 5, 2, 7, 3, 11, 5, 1, 7]
PLAIN: list[DecodeOptions] = [
    GreedyOptions(),
    BeamOptions(beam_size=1, length_penalty=0.6),
    BeamOptions(beam_size=3, n_best=3, length_penalty=0.6),
    BeamOptions(beam_size=5, n_best=5),
    BeamOptions(beam_size=32, n_best=32, length_penalty=0.0),
]
STEERED: list[DecodeOptions] = [
    GreedyOptions(min_length=4, no_repeat_ngram=2, repetition_penalty=1.3),
    SamplingOptions(samples=3, seed=7, top_k=6, top_p=0.9, temperature=1.3),
    SamplingOptions(samples=2, min_length=4, no_repeat_ngram=1),
    BeamOptions(beam_size=4, n_best=4, min_length=4, no_repeat_ngram=2, repetition_penalty=1.3),
    BeamOptions(beam_size=6, n_best=6, groups=3, diversity=1.0),
    BeamOptions(beam_size=4, n_best=4, groups=2, coverage_penalty=0.4, min_length=3),
]
CHOICES = PLAIN + STEERED
BY_NETWORKS = [PLAIN[0], PLAIN[3], STEERED[1], STEERED[5]]
"""Those tried with real networks too, which the steering of scores never sees."""
CONFIGS = [
    RecurrentConfig(vocab_size=97, embed_dim=5, encoder_dim=7, decoder_dim=13, input_feeding=True),
    ConvolutionalConfig(vocab_size=97, embed_dim=5, encoder_dim=7, decoder_dim=13, max_positions=14),
    TransformerConfig(
        vocab_size=97, embed_dim=22, heads=2, encoder_layers=1, decoder_layers=2, max_positions=14
    ),
]


def _models(options: DecodeOptions, device: torch.device) -> list[Seq2Seq]:
    configs = CONFIGS if options in BY_NETWORKS else []
    real: list[Any] = [build_model(config).eval().to(device) for config in configs]
    return [ScriptedModel(eos_bias=1.0, device=device), *real]


def _flat(lists: list[list[Candidate]]) -> list[Candidate]:
    return [candidate for found in lists for candidate in found]


def _same_attention(one: Candidate, other: Candidate) -> bool:
    assert one.weights_LHTS is not None
    assert other.weights_LHTS is not None
    return np.allclose(one.weights_LHTS, other.weights_LHTS, atol=1e-5)


def _alone(sources: tuple[Tensor, Tensor], row: int) -> tuple[Tensor, Tensor]:
    width = LENGTHS[row]
    return sources[0][row : row + 1, :width], sources[1][row : row + 1, :width]


@pytest.mark.parametrize("options", CHOICES)
def test_a_sentence_alone_equals_the_same_sentence_in_a_padded_batch(
    options: DecodeOptions, device: torch.device
) -> None:
    sources = make_sources(LENGTHS, device=device)
    for model in _models(options, device):
        together = decode(model, *sources, options, SPECIAL)
        for row in (0, 1, 3):  # as long as the longest, shorter, a single piece
            alone = decode(model, *_alone(sources, row), options, SPECIAL)[0]
            assert [found.ids for found in alone] == [found.ids for found in together[row]]
            for one, other in zip(alone, together[row], strict=True):
                assert one.token_log_probs == pytest.approx(other.token_log_probs, abs=1e-5)
                assert _same_attention(one, other)


@pytest.mark.parametrize("options", CHOICES)
def test_forcing_what_search_found_gives_its_log_probs_and_its_attention(
    options: DecodeOptions, device: torch.device
) -> None:
    ids_BS, mask_BS = make_sources(LENGTHS, device=device)
    for model in _models(options, device):
        lists = decode(model, ids_BS, mask_BS, options, SPECIAL)
        rows = torch.tensor([row for row, found in enumerate(lists) for _ in found])
        targets = [candidate.ids for candidate in _flat(lists)]
        forced = force(model, ids_BS[rows], mask_BS[rows], targets, SPECIAL)
        for found, again in zip(_flat(lists), forced, strict=True):
            assert found.token_log_probs == pytest.approx(again.token_log_probs, abs=1e-5)
            assert found.finished == again.finished
            assert _same_attention(found, again)


@pytest.mark.parametrize("options", CHOICES)
def test_attention_has_the_sentences_own_size_and_rows_that_sum_to_one(options: DecodeOptions) -> None:
    model = ScriptedModel(eos_bias=1.0)
    for length, found in zip(LENGTHS, decode(model, *make_sources(LENGTHS), options, SPECIAL), strict=True):
        for candidate in found:
            assert candidate.weights_LHTS is not None
            assert candidate.weights_LHTS.shape == (LAYERS, HEADS, len(candidate.ids), length)
            assert candidate.weights_LHTS.dtype == np.float32
            np.testing.assert_allclose(candidate.weights_LHTS.sum(-1), 1.0, atol=1e-5)


@pytest.mark.parametrize("options", [one for one in CHOICES if one.mode != "sampling"])
def test_candidates_are_distinct_sorted_and_free_of_forbidden_ids(options: DecodeOptions) -> None:
    for seed in range(5):
        for found in decode(ScriptedModel(seed=seed), *make_sources(LENGTHS, seed), options, SPECIAL):
            assert len({candidate.ids for candidate in found}) == len(found)
            scores = [candidate.score for candidate in found]
            assert scores == sorted(scores, reverse=True)
            for candidate in found:
                assert not set(SPECIAL.forbidden) & set(candidate.ids)
                assert SPECIAL.eos not in candidate.ids[:-1]
                assert candidate.finished == (candidate.ids[-1] == SPECIAL.eos)
                assert len(candidate.token_log_probs) == len(candidate.ids)


@pytest.mark.parametrize("options", PLAIN)
def test_scores_are_sums_of_log_probs_under_the_length_penalty(options: DecodeOptions) -> None:
    alpha = options.length_penalty if isinstance(options, BeamOptions) else 0.0
    for candidate in _flat(decode(ScriptedModel(), *make_sources(LENGTHS), options, SPECIAL)):
        penalty = ((5 + len(candidate.ids)) / 6) ** alpha
        assert candidate.score * penalty == pytest.approx(sum(candidate.token_log_probs), abs=1e-9)


@pytest.mark.parametrize("max_length", [1, 2, 5])
def test_max_length_cuts_and_says_so(max_length: int) -> None:
    choices: list[DecodeOptions] = [
        GreedyOptions(max_length=max_length),
        BeamOptions(n_best=5, max_length=max_length),
        SamplingOptions(samples=5, max_length=max_length),
    ]
    for options in choices:
        found = _flat(decode(ScriptedModel(eos_bias=-9.0), *make_sources(LENGTHS), options, SPECIAL))
        assert {len(candidate.ids) for candidate in found if not candidate.finished} == {max_length}
        assert all(len(candidate.ids) <= max_length for candidate in found)


def test_without_a_limit_each_sentence_has_its_own_and_long_ones_are_capped() -> None:
    lengths = [1, 7, 400]
    choices: list[DecodeOptions] = [GreedyOptions(), BeamOptions(beam_size=2), SamplingOptions()]
    for options in choices:
        found = _flat(decode(ScriptedModel(eos_bias=-99.0), *make_sources(lengths), options, SPECIAL))
        assert [len(candidate.ids) for candidate in found] == [12, 24, 512]


@pytest.mark.parametrize("options", CHOICES)
@pytest.mark.parametrize("poison", [math.nan, math.inf])
@pytest.mark.parametrize("piece", [0, 3, 7])
def test_a_model_that_returns_nan_or_infinity_is_named(
    options: DecodeOptions, poison: float, piece: int
) -> None:
    model = PoisonedModel()
    model.poison, model.piece, model.from_row = poison, piece, len(LENGTHS) - 1
    with pytest.raises(NonFiniteScoresError, match="finite"):
        decode(model, *make_sources(LENGTHS), options, SPECIAL)


@pytest.mark.parametrize("options", CHOICES)
def test_a_model_that_allows_nothing_is_named(options: DecodeOptions) -> None:
    model = ScriptedModel()
    model.logits[:, 1:] = -math.inf
    with pytest.raises(NonFiniteScoresError):
        decode(model, *make_sources(LENGTHS), options, SPECIAL)


@pytest.mark.parametrize("options", [one for one in CHOICES if not getattr(one, "coverage_penalty", 0)])
def test_a_model_without_attention_gives_none(options: DecodeOptions) -> None:
    found = _flat(decode(ScriptedModel(attention=False), *make_sources(LENGTHS), options, SPECIAL))
    assert {candidate.weights_LHTS is None for candidate in found} == {True}


@pytest.mark.parametrize("options", CHOICES)
def test_an_empty_batch_gives_an_empty_list(options: DecodeOptions) -> None:
    empty = torch.zeros(0, 3, dtype=torch.int64)
    assert decode(ScriptedModel(), empty, empty.bool(), options, SPECIAL) == []


class Talkative(ScriptedModel):
    """Never ends at once, so that no sentence is searched twice."""

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        output = super().step(previous_ids_B, state, memory)
        if len(self.rows_seen) == 1:
            output.logits_BV[:, SPECIAL.eos] = -99.0
        return output


@pytest.mark.parametrize("options", PLAIN)
def test_finished_sentences_leave_the_batch(options: DecodeOptions) -> None:
    model = Talkative(eos_bias=1.0)
    lists = decode(model, *make_sources(LENGTHS * 3), options, SPECIAL)
    width = options.beam_size if isinstance(options, BeamOptions) else 1
    steps = model.rows_seen[1:]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] < len(lists) * width / 2
    assert all(rows % width == 0 for rows in steps)


def test_decoding_leaves_the_models_logits_alone() -> None:
    model = ScriptedModel()
    before = model.logits.clone()
    for options in CHOICES:
        decode(model, *make_sources(LENGTHS), options, SPECIAL)
    assert torch.equal(model.logits, before)


@pytest.mark.parametrize("options", CHOICES)
def test_two_runs_agree_to_the_last_bit(options: DecodeOptions) -> None:
    model, sources = ScriptedModel(levels=1), make_sources(LENGTHS)
    first, second = (_flat(decode(model, *sources, options, SPECIAL)) for _ in range(2))
    assert [(one.ids, one.token_log_probs) for one in first] == [
        (one.ids, one.token_log_probs) for one in second
    ]


def _ids(lists: list[list[Candidate]]) -> list[tuple[int, ...]]:
    return [candidate.ids for candidate in _flat(lists)]


@pytest.mark.parametrize("options", CHOICES)
def test_the_minimum_length_is_kept(options: DecodeOptions) -> None:
    model, sources = ScriptedModel(eos_bias=3.0), make_sources(LENGTHS)
    shortest = min(map(len, _ids(decode(model, *sources, options, SPECIAL))))
    longer = _ids(decode(model, *sources, replace(options, min_length=6), SPECIAL))
    assert shortest < 6 <= min(map(len, longer))


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("options", PLAIN)
def test_no_run_of_pieces_is_written_twice(options: DecodeOptions, size: int) -> None:
    def repeats(ids: tuple[int, ...]) -> bool:
        runs = [ids[start : start + size] for start in range(len(ids) - size + 1)]
        return len(runs) > len(set(runs))

    model, sources = ScriptedModel(vocab_size=9, eos_bias=-2.0), make_sources(LENGTHS)
    assert any(map(repeats, _ids(decode(model, *sources, options, SPECIAL))))
    blocked = decode(model, *sources, replace(options, no_repeat_ngram=size), SPECIAL)
    assert not any(map(repeats, _ids(blocked)))


def test_what_was_written_costs_more() -> None:
    def repeated(penalty: float) -> int:
        options = GreedyOptions(repetition_penalty=penalty, max_length=20)
        model = ScriptedModel(vocab_size=47, eos_bias=-99.0)
        return sum(
            20 - len(set(ids)) for ids in _ids(decode(model, *make_sources(LENGTHS), options, SPECIAL))
        )

    assert repeated(1.0) > repeated(2.0) > repeated(9.0)


def test_a_sentence_that_may_write_nothing_ends() -> None:
    model = ScriptedModel(vocab_size=FIRST_PIECE + 2)
    for options in CHOICES:
        options = replace(options, min_length=9, no_repeat_ngram=1)
        found = _flat(decode(model, *make_sources(LENGTHS), options, SPECIAL))
        assert {len(candidate.ids) for candidate in found} == {3}
        assert all(candidate.finished for candidate in found)
