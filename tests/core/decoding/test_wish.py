"""Prefixes, required phrases and forbidden words, on random tables."""

import re
from itertools import product

import pytest
import torch

from core.decoding.decode import decode
from core.decoding.forbidden import ForbiddenText
from core.decoding.force import force
from core.decoding.wish import Wish
from core.errors import ConfigError
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from tests.fakes import FIRST_PIECE, SPECIAL, ScriptedModel, make_sources, must_hold

LENGTHS = [5, 3, 7, 2, 5, 11]
MODES: list[DecodeOptions] = [
    GreedyOptions(),
    SamplingOptions(samples=2),
    BeamOptions(beam_size=1),
    BeamOptions(beam_size=5, n_best=5),
    BeamOptions(beam_size=4, n_best=4, groups=2),
]
BEAMS: list[DecodeOptions] = [BeamOptions(beam_size=size, n_best=size) for size in (1, 2, 5, 12)]
RAGGED = [Wish(prefix=prefix) for prefix in ((), (5,), (6, 7, 8, 9), (4, 4), (), (10, 9, 8, 7, 6, 5, 4))]
PHRASES = [(), ((5,),), ((6, 7), (8,)), ((9, 9, 4),), ((4, 5), (5, 6)), ((7, 8), (7, 9), (10, 4, 10))]
REQUIRED = [Wish(required=must_hold(phrases)) for phrases in PHRASES]
LETTERS = (b"", b"", b"", b"", b" a", b" b", b"a", b"b", b" ab", b"ba", b".")
FORBIDDEN = [
    Wish(forbidden=tuple(ForbiddenText(word, LETTERS) for word in words))
    for words in ((), ("a",), ("ab", "b"), ("a b",), ("ba", "."), ("a", "b", "aa", "ab"))
]


def _ids(model: ScriptedModel, options: DecodeOptions, wishes: list[Wish]) -> list[list[tuple[int, ...]]]:
    lists = decode(model, *make_sources(LENGTHS), options, SPECIAL, wishes)
    return [[one.ids for one in found] for found in lists]


@pytest.mark.parametrize("options", MODES)
@pytest.mark.parametrize("wishes", [RAGGED, FORBIDDEN], ids=["prefixes", "forbidden"])
def test_log_probs_and_attention_under_wishes_are_those_of_forced_scoring(
    options: DecodeOptions, wishes: list[Wish]
) -> None:
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources(LENGTHS)
    for row, found in enumerate(decode(model, ids_BS, mask_BS, options, SPECIAL, wishes)):
        rows = torch.full((len(found),), row)
        forced = force(model, ids_BS[rows], mask_BS[rows], [one.ids for one in found], SPECIAL)
        for one, again in zip(found, forced, strict=True):
            assert one.token_log_probs == pytest.approx(again.token_log_probs, abs=1e-5)
            assert one.weights_LHTS == pytest.approx(again.weights_LHTS, abs=1e-5)


@pytest.mark.parametrize("options", [*MODES, BEAMS[1], BEAMS[3]])
@pytest.mark.parametrize("wishes", [RAGGED, FORBIDDEN, REQUIRED], ids=["prefixes", "forbidden", "required"])
def test_wishes_in_a_batch_are_those_of_each_alone(options: DecodeOptions, wishes: list[Wish]) -> None:
    if wishes is REQUIRED and (options.mode != "beam" or options in MODES[4:]):
        return
    model, (ids_BS, mask_BS) = ScriptedModel(), make_sources(LENGTHS)
    together = _ids(model, options, wishes)
    for row, (wish, expected) in enumerate(zip(wishes, together, strict=True)):
        width = LENGTHS[row]
        alone = ids_BS[row : row + 1, :width], mask_BS[row : row + 1, :width]
        assert [one.ids for one in decode(model, *alone, options, SPECIAL, [wish])[0]] == expected


@pytest.mark.parametrize("options", MODES)
def test_a_wish_for_nothing_changes_nothing(options: DecodeOptions) -> None:
    model = ScriptedModel()
    plain = decode(model, *make_sources(LENGTHS), options, SPECIAL)
    for wishes in (RAGGED, FORBIDDEN, [Wish()] * len(LENGTHS)):
        found = decode(model, *make_sources(LENGTHS), options, SPECIAL, wishes)
        for one, other, wish in zip(found, plain, wishes, strict=True):
            if wish == Wish():
                assert [candidate.ids for candidate in one] == [candidate.ids for candidate in other]
                for candidate, same in zip(one, other, strict=True):
                    assert candidate.token_log_probs == pytest.approx(same.token_log_probs)


def test_a_prefix_that_greedy_search_wrote_itself_changes_nothing() -> None:
    model, sources = ScriptedModel(), make_sources(LENGTHS)
    plain = [found[0].ids for found in decode(model, *sources, GreedyOptions(), SPECIAL)]
    for size in (1, 3, 99):
        found = _ids(model, GreedyOptions(), [Wish(prefix=ids[:size]) for ids in plain])
        assert [list_[0] for list_ in found] == plain


@pytest.mark.parametrize("options", MODES)
def test_a_prefix_that_ends_is_the_whole_output(options: DecodeOptions) -> None:
    model = ScriptedModel()
    found = _ids(model, options, [Wish(prefix=(5, 6, SPECIAL.eos))] * len(LENGTHS))
    assert {ids for list_ in found for ids in list_} == {(5, 6, SPECIAL.eos)}
    assert len(model.rows_seen) == 3


def test_a_prefix_longer_than_the_limit_makes_room_for_itself_and_one_more() -> None:
    found = _ids(ScriptedModel(eos_bias=-9.0), GreedyOptions(max_length=2), RAGGED)
    assert [len(list_[0]) for list_ in found] == [max(2, len(wish.prefix) + 1) for wish in RAGGED]


@pytest.mark.parametrize("options", BEAMS)
@pytest.mark.parametrize("eos_bias", [-3.0, 0.0, 3.0])
def test_every_required_phrase_appears(options: DecodeOptions, eos_bias: float) -> None:
    for seed in range(3):
        found = _ids(ScriptedModel(seed=seed, eos_bias=eos_bias), options, REQUIRED)
        for phrases, list_ in zip(PHRASES, found, strict=True):
            assert list_
            for ids, phrase in product(list_, phrases):
                assert any(ids[i : i + len(phrase)] == phrase for i in range(len(ids)))


@pytest.mark.parametrize("options", BEAMS)
def test_required_words_appear_in_the_text_as_whole_words(options: DecodeOptions) -> None:
    phrases = [((8,),), ((4, 7), (5,)), ((8, 7),), ((4, 6, 7), (4,)), ((5, 9, 8),), ()]
    wishes = [Wish(required=must_hold(wanted, LETTERS)) for wanted in phrases]
    cut_otherwise = 0
    for seed in range(6):
        found = _ids(ScriptedModel(seed=seed, eos_bias=-2.0), options, wishes)
        for wanted, list_ in zip(phrases, found, strict=True):
            for ids, phrase in product(list_, wanted):
                assert re.search(rf"\b{_text(phrase).strip()}\b", _text(ids))
                cut_otherwise += not any(ids[i : i + len(phrase)] == phrase for i in range(len(ids)))
    assert cut_otherwise or options == BEAMS[0]


@pytest.mark.parametrize(
    ("prefix", "phrase", "is_held"),
    [((4, 7), (8,), True), ((8, 7), (8,), False), ((4, 6), (6,), False), ((8, 10), (4, 7), True)],
    ids=["ab in a+b", "ab in abb", "a in aa", "ab in ab."],
)
def test_what_stands_in_the_text_is_not_written_again(
    prefix: tuple[int, ...], phrase: tuple[int, ...], is_held: bool
) -> None:
    wish = Wish(prefix=prefix, required=must_hold([phrase], LETTERS))
    model, options = ScriptedModel(eos_bias=99.0), BeamOptions(length_penalty=0.0, max_length=9)
    found = decode(model, *make_sources([3]), options, SPECIAL, [wish])[0][0].ids
    assert (found == (*prefix, SPECIAL.eos)) is is_held


def test_required_phrases_just_fit_a_short_limit() -> None:
    options = BeamOptions(beam_size=3, n_best=3, max_length=1)
    for wish, found in zip(REQUIRED, _ids(ScriptedModel(eos_bias=-9.0), options, REQUIRED), strict=True):
        assert {len(ids) for ids in found} == {wish.pieces + 1}
    ends = _ids(ScriptedModel(eos_bias=99.0), options, REQUIRED)
    assert {found[0][-1] for found in ends} == {SPECIAL.eos}


def test_required_phrases_do_not_wait_for_the_limit() -> None:
    options = BeamOptions(beam_size=6, max_length=60)
    for found in _ids(ScriptedModel(eos_bias=1.0), options, REQUIRED):
        assert found[0][-1] == SPECIAL.eos
        assert len(found[0]) < 30


def test_an_improbable_end_is_no_end_where_phrases_are_required_either() -> None:
    options = BeamOptions(beam_size=4, n_best=4, max_length=14)
    for found in _ids(ScriptedModel(eos_bias=-99.0), options, REQUIRED):
        assert {ids[-1] == SPECIAL.eos for ids in found} == {False}


def test_required_phrases_come_behind_the_prefix_and_count_inside_it() -> None:
    model, options = ScriptedModel(eos_bias=99.0), BeamOptions(length_penalty=0.0)
    for found in _ids(model, options, [Wish(prefix=(6, 7, 4), required=must_hold([(6, 7)]))] * len(LENGTHS)):
        assert found[0] == (6, 7, 4, SPECIAL.eos)
    for found in _ids(model, options, [Wish(prefix=(6, 7, 4), required=must_hold([(9, 10)]))] * len(LENGTHS)):
        assert found[0][:3] == (6, 7, 4)
        assert found[0][-3:] == (9, 10, SPECIAL.eos)


def test_a_wider_beam_places_required_phrases_better() -> None:
    def total(size: int) -> float:
        options = BeamOptions(beam_size=size, length_penalty=0.0)
        models = [ScriptedModel(seed=seed) for seed in range(4)]
        lists = [decode(m, *make_sources(LENGTHS), options, SPECIAL, REQUIRED) for m in models]
        return sum(found[0].score for list_ in lists for found in list_)

    assert total(1) < total(12)


@pytest.mark.parametrize("options", MODES)
def test_no_forbidden_word_appears(options: DecodeOptions) -> None:
    seen = set()
    for seed in range(5):
        model = ScriptedModel(seed=seed, eos_bias=-1.0)
        plain = _ids(model, options, [Wish()] * len(LENGTHS))
        found = _ids(model, options, FORBIDDEN)
        for wish, before, after in zip(FORBIDDEN, plain, found, strict=True):
            words = wish.forbidden
            seen |= {word for ids in before for word in words if word.is_in(_text(ids))}
            assert [word.text for ids in after for word in words if word.is_in(_text(ids))] == []
    assert len(seen) >= 8  # so that there was something to avoid


def _text(ids: tuple[int, ...]) -> str:
    return b"".join(LETTERS[i] for i in ids).decode()


def test_rules_yield_to_required_phrases_and_prefixes() -> None:
    options = BeamOptions(no_repeat_ngram=1)
    wish = Wish(prefix=(5, 5), required=must_hold([(6, 6)]), forbidden=FORBIDDEN[5].forbidden)
    for found in _ids(ScriptedModel(), options, [wish] * len(LENGTHS)):
        assert found[0][:2] == (5, 5)
        assert (6, 6) in zip(found[0], found[0][1:], strict=False)


@pytest.mark.parametrize(
    ("options", "wish", "message"),
    [
        (GreedyOptions(), Wish(required=must_hold([(5,)])), "need beam search, but the mode is greedy"),
        (SamplingOptions(), Wish(required=must_hold([(5,)])), "need beam search, but the mode is sampling"),
        (BeamOptions(beam_size=4, groups=2), Wish(required=must_hold([(5,)])), "`groups` is 2"),
        (BeamOptions(), Wish(required=must_hold([()])), "must not be empty"),
        (BeamOptions(), Wish(required=must_hold([(5, SPECIAL.eos)])), "no special piece"),
        (GreedyOptions(), Wish(prefix=(SPECIAL.eos, 5)), "no special piece"),
        (GreedyOptions(), Wish(prefix=(SPECIAL.pad,)), "no special piece"),
    ],
)
def test_wishes_that_cannot_be_are_refused(options: DecodeOptions, wish: Wish, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        decode(ScriptedModel(), *make_sources([3]), options, SPECIAL, [wish])


def test_more_than_the_model_can_write_is_refused() -> None:
    model = ScriptedModel(max_positions=8)
    with pytest.raises(ConfigError, match="at most 8 pieces.*need 9"):
        decode(model, *make_sources([3]), GreedyOptions(), SPECIAL, [Wish(prefix=(FIRST_PIECE,) * 8)])
    with pytest.raises(ConfigError, match="at most 8 pieces.*need 9"):
        decode(model, *make_sources([3]), GreedyOptions(min_length=9), SPECIAL)
