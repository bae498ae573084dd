"""Attention by words: nothing gained, nothing lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.attention_map import aligned, select, to_words
from core.analysis.coverage import source_coverage
from core.errors import ConfigError
from core.results import AttentionMap, FloatArray


def _map(source: tuple[str, ...], target: tuple[str, ...], weights_TS: list[list[float]]) -> AttentionMap:
    return AttentionMap(source, target, np.array([[weights_TS]], dtype=np.float32))


def test_source_pieces_are_summed_and_target_pieces_averaged() -> None:
    found = to_words(
        _map(
            ("<2en>", "▁chat", "s", "</s>"),
            ("▁ca", "ts", "</s>"),
            [[0.1, 0.5, 0.3, 0.1], [0.3, 0.1, 0.5, 0.1], [0.0, 0.0, 0.25, 0.75]],
        )
    )
    assert found.source_units == ("<2en>", "chats", "</s>")
    assert found.target_units == ("cats", "</s>")
    np.testing.assert_allclose(found.weights_LHTS[0, 0], [[0.2, 0.7, 0.1], [0.0, 0.25, 0.75]], atol=1e-7)
    assert found.weights_LHTS.dtype == np.float32


def test_an_empty_target_gives_an_empty_map() -> None:
    empty = AttentionMap(("▁a",), (), np.zeros((2, 3, 0, 1), np.float32))
    assert to_words(empty).weights_LHTS.shape == (2, 3, 0, 1)
    assert select(empty, None, None).shape == (0, 1)


def _random_map(source: list[str], target: list[str], seed: int) -> AttentionMap:
    raw = np.random.default_rng(seed).random((2, 3, len(target), len(source))) + 1e-3
    return AttentionMap(tuple(source), tuple(target), (raw / raw.sum(-1, keepdims=True)).astype(np.float32))


_PIECES = st.lists(st.sampled_from(["▁a", "b", "</s>", "<2en>", "好", "<0xC3>", "<0xA9>", "▁"]), min_size=1)


@given(_PIECES, _PIECES, st.integers(0, 1000))
def test_rows_still_sum_to_one_and_sources_keep_their_mass(
    source: list[str], target: list[str], seed: int
) -> None:
    pieces = _random_map(source, target, seed)
    words = to_words(pieces)
    np.testing.assert_allclose(words.weights_LHTS.sum(-1), 1.0, atol=1e-5)
    one_row = AttentionMap(pieces.source_units, ("▁x",), pieces.weights_LHTS[:, :, :1])
    alone = to_words(one_row)
    assert alone.weights_LHTS.sum() == pytest.approx(one_row.weights_LHTS.sum(), abs=1e-4)
    assert words.weights_LHTS.min() >= 0
    assert words.weights_LHTS.max() <= 1 + 1e-5


def _four_heads() -> AttentionMap:
    weights = np.arange(2 * 3 * 2 * 5, dtype=np.float32).reshape(2, 3, 2, 5)
    return AttentionMap(tuple("abcde"), tuple("xy"), weights)


def test_select_takes_one_layer_and_head_or_their_mean() -> None:
    map = _four_heads()
    expected: list[tuple[FloatArray, FloatArray]] = [
        (select(map, 1, 2), map.weights_LHTS[1, 2]),
        (select(map, 0, None), map.weights_LHTS[0].mean(0)),
        (select(map, None, 2), map.weights_LHTS[:, 2].mean(0)),
        (select(map, None, None), map.weights_LHTS.mean((0, 1))),
    ]
    for found, wanted in expected:
        assert found.shape == (2, 5)
        np.testing.assert_allclose(found, wanted)


@pytest.mark.parametrize(("layer", "head", "name"), [(2, 0, "layer"), (0, 3, "head"), (-1, None, "layer")])
def test_a_head_that_is_not_there_is_named(layer: int, head: int | None, name: str) -> None:
    with pytest.raises(ConfigError, match=f"`{name}` must be between 0 and"):
        select(_four_heads(), layer, head)


def test_the_aligner_is_read_one_row_later_and_of_the_last_piece_nothing_is_known() -> None:
    map = _random_map(["▁a", "▁b", "</s>"], ["▁c", "▁d", "▁e", "</s>"], seed=4)
    found = aligned(map, (1, 2))
    assert found.weights_LHTS.shape == (1, 1, 4, 3)
    assert (found.source_units, found.target_units) == (map.source_units, map.target_units)
    np.testing.assert_array_equal(found.weights_LHTS[0, 0, :-1], map.weights_LHTS[1, 2, 1:])
    assert not found.weights_LHTS[0, 0, -1].any()
    with pytest.raises(ConfigError, match="`head` must be between 0 and 2"):
        aligned(map, (1, 3))


def test_selecting_never_shows_the_maps_own_memory() -> None:
    map = _four_heads()
    select(map, 1, 2)[:] = -1
    assert map.weights_LHTS.min() == 0


def test_coverage_is_what_each_source_word_received() -> None:
    map = _map(("a", "b"), ("x", "y", "z"), [[1.0, 0.0], [0.5, 0.5], [0.25, 0.75]])
    assert source_coverage(map).tolist() == [1.75, 1.25]
