"""Options are checked when made, and survive their way through a database."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.options import (
    BeamOptions,
    DecodeOptions,
    GreedyOptions,
    SamplingOptions,
    options_from_dict,
    options_to_dict,
)

COMMON = {
    "max_length": st.sampled_from([0, 50, 2000]),
    "min_length": st.integers(0, 50),
    "no_repeat_ngram": st.integers(0, 20),
    "repetition_penalty": st.floats(1, 10),
}
BEAM = {
    **COMMON,
    "beam_size": st.sampled_from([6, 12, 30]),
    "length_penalty": st.floats(0, 5),
    "coverage_penalty": st.floats(0, 5),
    "groups": st.sampled_from([1, 2, 3, 6]),
    "diversity": st.floats(0, 10),
    "n_best": st.integers(1, 6),
}
SAMPLING = {
    **COMMON,
    "samples": st.integers(1, 1000),
    "seed": st.integers(0, 999_999),
    "temperature": st.floats(0.05, 5),
    "top_k": st.integers(0, 100_000),
    "top_p": st.floats(1e-6, 1),
}
ALL = st.one_of(
    st.builds(GreedyOptions, **COMMON), st.builds(BeamOptions, **BEAM), st.builds(SamplingOptions, **SAMPLING)
)
KINDS: dict[str, Any] = {"greedy": GreedyOptions, "beam": BeamOptions, "sampling": SamplingOptions}


@given(ALL)
def test_options_survive_json(options: DecodeOptions) -> None:
    assert options_from_dict(json.loads(json.dumps(options_to_dict(options)))) == options


@given(ALL)
def test_options_can_be_keys(options: DecodeOptions) -> None:
    assert {options: 1}[options_from_dict(options_to_dict(options))] == 1


@pytest.mark.parametrize(
    ("stored", "options"),
    [
        ({"mode": "greedy", "max_length": 0}, GreedyOptions()),
        (
            {"mode": "beam", "beam_size": 4, "length_penalty": 0.6, "n_best": 2, "max_length": 9},
            BeamOptions(beam_size=4, length_penalty=0.6, n_best=2, max_length=9),
        ),
    ],
)
def test_options_stored_by_the_first_release_still_parse(
    stored: dict[str, Any], options: DecodeOptions
) -> None:
    assert options_from_dict(stored) == options


@pytest.mark.parametrize(
    ("mode", "name", "value"),
    [
        ("greedy", "max_length", -1),
        ("greedy", "max_length", 2001),
        ("greedy", "min_length", -1),
        ("greedy", "no_repeat_ngram", 21),
        ("greedy", "repetition_penalty", 0.99),
        ("greedy", "repetition_penalty", float("nan")),
        ("beam", "beam_size", 0),
        ("beam", "beam_size", 33),
        ("beam", "length_penalty", -0.1),
        ("beam", "coverage_penalty", 5.1),
        ("beam", "groups", 6),
        ("beam", "diversity", -1.0),
        ("beam", "n_best", 6),
        ("sampling", "samples", 0),
        ("sampling", "seed", -1),
        ("sampling", "seed", 1_000_000),
        ("sampling", "temperature", 0.0),
        ("sampling", "top_k", -1),
        ("sampling", "top_p", 0.0),
        ("sampling", "top_p", 1.01),
    ],
)
def test_a_value_out_of_range_is_named(mode: str, name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"`{name}` must be between .*, but is {re.escape(f'{value:g}')}"):
        KINDS[mode](**{name: value})


@pytest.mark.parametrize("value", [2.0, True, "3", None])
def test_half_a_beam_and_words_are_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match="`beam_size` must be a whole number"):
        BeamOptions(beam_size=value)


def test_contradictions_are_named() -> None:
    with pytest.raises(ConfigError, match="`min_length` must not be above `max_length`"):
        GreedyOptions(min_length=8, max_length=7)
    with pytest.raises(ConfigError, match="multiple of `groups`"):
        BeamOptions(beam_size=5, groups=2)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"mode": "guess"},
        {"mode": ["beam"]},
        {"mode": "greedy", "beam_size": 5},
        {"mode": "sampling", "n_best": 5},
        {"mode": "beam", "length_penalty": "long"},
    ],
)
def test_anything_else_is_a_config_error(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        options_from_dict(values)
