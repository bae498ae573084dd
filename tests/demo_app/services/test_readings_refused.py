"""What cannot be asked of a stored sentence is told by its kind, and nothing is changed by it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.changes import AttentionEdit, Change, Head
from core.errors import (
    ConfigError,
    EmptyTextError,
    ForbiddenCharacterError,
    InterlinearError,
    NotFoundError,
    TextTooLongError,
)
from core.options import CheckOptions
from core.text.tokenizer import EOS_ID
from demo_app.services.readings import Place
from tests.demo_app.services.lab_rig import Rig, tiny

OWN = "The children gather chestnuts."
BAD_TEXTS: list[tuple[str, type[InterlinearError]]] = [
    (" \n", EmptyTextError),
    ("a\0b", ForbiddenCharacterError),
    ("word " * 2000, TextTooLongError),
    ("a" * 501, TextTooLongError),
    ("q7 " * 150, TextTooLongError),
]


@pytest.mark.parametrize(("text", "error"), BAD_TEXTS)
def test_a_text_beyond_the_limits_is_refused_wherever_it_is_typed(
    rig: Rig, text: str, error: type[InterlinearError]
) -> None:
    place = rig.place()
    best = rig.readings.hypothesis(place, 0)
    with pytest.raises(error):
        rig.readings.own(place, text)
    with pytest.raises((error, ConfigError)):
        rig.readings.reword(place, best, 1, text)
    assert rig.readings.hypothesis(place, 0) == best


def test_a_long_word_within_the_limits_is_read_like_any_other(rig: Rig) -> None:
    place = rig.place()
    word = "watchmaker" * 15
    assert len(rig.readings.read(place, rig.readings.own(place, word)).judgement) > 15


@pytest.mark.parametrize("piece", [10**9, -1, 400, 0, 2])
def test_a_piece_that_no_translation_can_hold_is_told(rig: Rig, piece: int) -> None:
    place = rig.place()
    with pytest.raises(ConfigError, match="prefix"):
        rig.readings.go_on(place, (7, piece))
    with pytest.raises(ConfigError, match="prefix"):
        rig.readings.reword(place, rig.readings.hypothesis(place, 0), 1, piece)


@pytest.mark.parametrize("prefix", [(EOS_ID, 7), tuple([7] * 201)])
def test_a_beginning_that_is_none_is_told(rig: Rig, prefix: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="prefix|beginning"):
        rig.readings.go_on(rig.place(), prefix)


@pytest.mark.parametrize(
    "change",
    [
        Change((AttentionEdit(0, (1.0, 2.0)),)),
        Change(heads_off=frozenset({Head("cross", 0, 0)})),
        Change(heads_off=frozenset({Head("encoder", 9, 9)})),
    ],
)
def test_a_change_that_does_not_fit_the_model_is_told(rig: Rig, change: Change) -> None:
    with pytest.raises(ConfigError):
        rig.readings.edit(rig.place(), change)


@pytest.mark.parametrize("at", [-1, 11, 10**6])
def test_a_place_beyond_the_target_is_told(rig: Rig, at: int) -> None:
    place = rig.place()
    target = rig.readings.hypothesis(place, 0)
    for ask in (
        lambda: rig.readings.reword(place, target, at, 9),
        lambda: rig.readings.reword(place, target, at, "word"),
        lambda: rig.readings.check_attention(place, target, at, CheckOptions()),
    ):
        with pytest.raises(ConfigError, match="`at`"):
            ask()


@pytest.mark.parametrize(("segment", "hypothesis"), [(1, 0), (-1, 0), (0, 3), (0, -1)])
def test_what_is_not_there_is_named(rig: Rig, segment: int, hypothesis: int) -> None:
    place = replace(rig.place(), segment=segment)
    with pytest.raises(NotFoundError, match="are numbered 0 to"):
        rig.readings.hypothesis(place, hypothesis)


def test_an_unknown_translation_and_a_model_that_is_gone_are_named(new_rig: Callable[..., Rig]) -> None:
    rig = new_rig(tiny=tiny("none"))
    with pytest.raises(NotFoundError, match="'never'"):
        rig.readings.hypothesis(Place(translation_id="never", segment=0), 0)
    place = rig.place()
    target = rig.readings.hypothesis(place, 0)
    rig.model.model_id = "tiny@ffffffffffff"
    for ask in (
        lambda: rig.readings.read(place, target),
        lambda: rig.readings.own(place, OWN),
        lambda: rig.readings.go_on(place, ()),
        lambda: rig.readings.edit(place, Change()),
        lambda: rig.readings.trace(place),
    ):
        with pytest.raises(NotFoundError, match="tiny@0123456789ab"):
            ask()
