"""The trace of a beam search: all that it kept leads to what it found."""

from dataclasses import replace

import pytest

from core.decoding.decode import decode_traced
from core.options import BeamOptions
from core.results import TraceCandidate
from tests.fakes import SPECIAL, ScriptedModel, make_sources

LENGTHS = [5, 3, 7, 2, 5, 11]
CHOICES = [
    BeamOptions(beam_size=1),
    BeamOptions(beam_size=4, n_best=4),
    BeamOptions(beam_size=4, n_best=4, max_length=3),
    BeamOptions(beam_size=4, n_best=4, repetition_penalty=1.5, no_repeat_ngram=2),
    BeamOptions(beam_size=6, n_best=6, groups=3),
]


def rebuilt(trace: tuple[TraceCandidate, ...], last: TraceCandidate) -> tuple[tuple[int, ...], list[float]]:
    """Ids and log-probabilities on the way to a candidate."""
    kept = {(one.step, one.group, one.slot): one for one in trace if one.fate == "kept"}
    way = [last]
    while way[-1].step > 1:
        way.append(kept[way[-1].step - 1, last.group, way[-1].parent])
    return tuple(one.id for one in reversed(way)), [one.log_prob for one in reversed(way)]


@pytest.mark.parametrize("options", CHOICES)
def test_the_n_best_list_can_be_rebuilt_from_what_was_kept(options: BeamOptions) -> None:
    lists, log = decode_traced(ScriptedModel(eos_bias=1.0), *make_sources(LENGTHS), options, SPECIAL)
    for sentence, found in enumerate(lists):
        trace = log.of(sentence)
        last = max(one.step for one in trace)
        ends = [one for one in trace if one.fate == "finished" or (one.fate == "kept" and one.step == last)]
        ways = dict(rebuilt(trace, one) for one in ends)
        for candidate in found:
            assert ways[candidate.ids] == pytest.approx(candidate.token_log_probs, abs=1e-6)


def test_each_step_shows_twice_the_beam_and_keeps_the_best() -> None:
    options = BeamOptions(beam_size=3)
    _, log = decode_traced(ScriptedModel(), *make_sources(LENGTHS), options, SPECIAL)
    trace = log.of(0)
    for step in range(1, max(one.step for one in trace) + 1):
        here = [one for one in trace if one.step == step and one.fate != "finished"]
        kept = [one for one in here if one.fate == "kept"]
        assert (len(here), len(kept)) == (6, 3)
        assert [one.slot for one in kept] == [0, 1, 2]
        assert min(one.score for one in kept) >= max(one.score for one in here if one.fate == "pruned")
        assert len({(one.parent, one.id) for one in here}) == 6


def test_a_trace_is_the_same_alone_and_in_a_batch() -> None:
    options, model = BeamOptions(beam_size=3), ScriptedModel()
    ids_BS, mask_BS = make_sources(LENGTHS)
    _, together = decode_traced(model, ids_BS, mask_BS, options, SPECIAL)
    _, alone = decode_traced(model, ids_BS[1:2, :3], mask_BS[1:2, :3], options, SPECIAL)
    assert alone.of(0) == together.of(1)


def test_penalties_show_in_scores_and_not_in_log_probs() -> None:
    options = replace(CHOICES[3], no_repeat_ngram=0)
    _, log = decode_traced(ScriptedModel(), *make_sources(LENGTHS), options, SPECIAL)
    differing = 0
    for last in log.of(0):
        _, log_probs = rebuilt(log.of(0), last)
        assert last.score <= sum(log_probs) + 1e-5
        differing += last.score < sum(log_probs) - 1e-3
    assert differing
