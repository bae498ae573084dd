"""What search promises, kept with a real network of each architecture, and with ensembles of them."""

from dataclasses import replace
from functools import cache

import pytest
import torch

from core.decoding.decode import decode, decode_traced
from core.decoding.ensemble import Ensemble
from core.decoding.forbidden import ForbiddenText
from core.decoding.force import force
from core.decoding.search import Candidate
from core.decoding.wish import Wish
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2Seq, Seq2SeqModel
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from tests.core.nn.configs import ONE_OF_EACH
from tests.fakes import SPECIAL, make_sources, must_hold

VOCABULARY, LENGTHS = 97, [5, 3, 7, 1]
SPELLED = (b"",) * 4 + tuple(f" {piece}".encode() for piece in range(4, VOCABULARY))
NETWORKS = [config.architecture for config in ONE_OF_EACH] + ["two of a kind", "two of different kinds"]
RAGGED = [Wish(prefix=prefix) for prefix in ((), (5,), (6, 7, 8, 9), (4, 4))]
# else a network that has learned nothing writes the same piece again and again
GREEDY = GreedyOptions(max_length=9, no_repeat_ngram=1)
BEAM = BeamOptions(beam_size=4, n_best=4, max_length=9, no_repeat_ngram=1)
SEARCHES: list[DecodeOptions] = [
    GREEDY,
    BEAM,
    replace(BEAM, no_repeat_ngram=0, repetition_penalty=1.3, min_length=5),
    replace(BEAM, groups=2, diversity=1.0),
    SamplingOptions(samples=2, seed=3, temperature=1.3, top_k=20, top_p=0.9, max_length=9),
]


@cache
def network(name: str) -> Seq2Seq:
    """By random weights, but with opinions: each source and prefix has another favourite."""
    if name == "two of a kind":
        return Ensemble([built(0, seed=1), built(0, seed=2)]).eval()
    if name == "two of different kinds":
        return Ensemble([built(0, seed=1), built(2, seed=2)]).eval()
    return built(NETWORKS.index(name), seed=1)


def built(kind: int, seed: int) -> Seq2SeqModel:
    model = build_model(replace(ONE_OF_EACH[kind], vocab_size=VOCABULARY), seed).eval()
    with torch.no_grad():
        model.output_weight.mul_(3)
    return model


def said(lists: list[list[Candidate]]) -> list[list[tuple[int, ...]]]:
    return [[one.ids for one in found] for found in lists]


def require_forced(model: Seq2Seq, lists: list[list[Candidate]]) -> None:
    """Log-probabilities and attention must be those of teacher forcing."""
    ids_BS, mask_BS = make_sources(LENGTHS)
    rows = torch.tensor([row for row, found in enumerate(lists) for _ in found])
    flat = [one for found in lists for one in found]
    forced = force(model, ids_BS[rows], mask_BS[rows], [one.ids for one in flat], SPECIAL)
    for one, again in zip(flat, forced, strict=True):
        assert one.token_log_probs == pytest.approx(again.token_log_probs, abs=1e-4)
        assert (one.weights_LHTS is None) == (again.weights_LHTS is None)
        if one.weights_LHTS is not None:
            assert one.weights_LHTS == pytest.approx(again.weights_LHTS, abs=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_beam_of_one_is_greedy_search(name: str) -> None:
    model, sources = network(name), make_sources(LENGTHS)
    greedy = decode(model, *sources, GREEDY, SPECIAL)
    assert said(decode(model, *sources, replace(BEAM, beam_size=1, n_best=1), SPECIAL)) == said(greedy)
    assert len({one.ids for found in greedy for one in found}) == len(LENGTHS)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("options", SEARCHES)
def test_prefixes_of_different_lengths_are_kept_as_each_alone(name: str, options: DecodeOptions) -> None:
    model, (ids_BS, mask_BS) = network(name), make_sources(LENGTHS)
    together = decode(model, ids_BS, mask_BS, options, SPECIAL, RAGGED)
    require_forced(model, together)
    for wish, found in zip(RAGGED, together, strict=True):
        assert {one.ids[: len(wish.prefix)] for one in found} == {wish.prefix}
    alone = decode(model, ids_BS[1:2, :3], mask_BS[1:2, :3], options, SPECIAL, RAGGED[1:2])
    assert said(alone) == said(together[1:2])


@pytest.mark.parametrize("name", NETWORKS)
def test_required_phrases_appear_and_forbidden_words_do_not(name: str) -> None:
    model, sources = network(name), make_sources(LENGTHS)
    favourites = [found[0].ids[0] for found in decode(model, *sources, BEAM, SPECIAL)]
    phrases = [((5, 6), (9,)), ((7, 8, 7),), (), ((10,),)]
    wishes = [
        Wish(required=must_hold(required), forbidden=(ForbiddenText(str(piece), SPELLED),))
        for required, piece in zip(phrases, favourites, strict=True)
    ]
    lists = decode(model, *sources, BEAM, SPECIAL, wishes)
    require_forced(model, lists)
    for required, piece, found in zip(phrases, favourites, lists, strict=True):
        for one in found:
            assert piece not in one.ids
            assert all(has(one.ids, phrase) for phrase in required)


def has(ids: tuple[int, ...], phrase: tuple[int, ...]) -> bool:
    return any(ids[start : start + len(phrase)] == phrase for start in range(len(ids)))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("groups", [1, 2])
def test_a_traced_beam_finds_what_the_beam_finds(name: str, groups: int) -> None:
    model, sources = network(name), make_sources(LENGTHS)
    options = replace(BEAM, groups=groups)
    found = decode(model, *sources, options, SPECIAL)
    traced, log = decode_traced(model, *sources, options, SPECIAL)
    assert said(traced) == said(found)
    assert {one.id for one in log.of(0)} >= {piece for one in found[0] for piece in one.ids}
