"""An output is never empty, and no sentence is searched again that has one."""

import math

import pytest
from torch import Tensor

from core.decoding.decode import decode
from core.decoding.greedy import greedy_search
from core.decoding.search import Sources
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from tests.fakes import SPECIAL, ScriptedModel, make_sources

LENGTHS = [11, 3, 7, 1, 11, 5, 2, 7, 3, 11, 5, 1, 7]
CHOICES: list[DecodeOptions] = [
    GreedyOptions(),
    GreedyOptions(no_repeat_ngram=2, repetition_penalty=1.3),
    BeamOptions(beam_size=1),
    BeamOptions(beam_size=5, n_best=5),
    BeamOptions(beam_size=32, length_penalty=0.0),
    BeamOptions(beam_size=6, n_best=6, groups=3, diversity=1.0),
    BeamOptions(beam_size=4, coverage_penalty=0.4),
    SamplingOptions(samples=3, seed=7, top_k=6, top_p=0.9),
]


def _first_ends(model: ScriptedModel, sources: tuple[Tensor, Tensor]) -> list[bool]:
    """Of each sentence, whether an end at once is what the model thinks best."""
    begin_B1 = sources[0].new_full((len(sources[0]), 1), SPECIAL.bos)
    first_BV = model.forward(*sources, begin_B1).logits_BTV[:, 0].clone()
    first_BV[:, list(SPECIAL.forbidden)] = -math.inf
    return [piece == SPECIAL.eos for piece in first_BV.argmax(1).tolist()]


@pytest.mark.parametrize("options", CHOICES)
def test_something_is_always_written_however_sure_the_model_is_of_nothing(options: DecodeOptions) -> None:
    for seed in range(3):
        model, sources = ScriptedModel(eos_bias=4.0, seed=seed), make_sources(LENGTHS, seed)
        assert sum(_first_ends(model, sources)) > len(LENGTHS) / 2
        for found in decode(model, *sources, options, SPECIAL):
            shown = found if options.mode == "sampling" else found[:1]
            assert any(len(one.ids) > 1 for one in shown)


def test_only_sentences_without_an_output_are_searched_again() -> None:
    model, sources = ScriptedModel(eos_bias=1.0), make_sources(LENGTHS)
    plain = greedy_search(model, Sources.of(*sources, 0), SPECIAL)
    longer = [found[0] for found in decode(model, *sources, GreedyOptions(min_length=2), SPECIAL)]
    ends = _first_ends(model, sources)
    assert 0 < sum(ends) < len(LENGTHS)
    expected = [longer[row].ids if end else plain[row].ids for row, end in enumerate(ends)]
    for options in (GreedyOptions(), BeamOptions(beam_size=1)):
        assert [found[0].ids for found in decode(model, *sources, options, SPECIAL)] == expected


def test_where_there_is_no_room_for_a_piece_nothing_is_written() -> None:
    model, sources = ScriptedModel(eos_bias=99.0), make_sources(LENGTHS)
    for options in (GreedyOptions(max_length=1), BeamOptions(max_length=1), SamplingOptions(max_length=1)):
        assert {one.ids for found in decode(model, *sources, options, SPECIAL) for one in found} == {
            (SPECIAL.eos,)
        }
