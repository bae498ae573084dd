"""Batches hold everything once and never more than they may."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.text.batching import batches_by_length, pad_ids, shuffled_batches

lengths = st.lists(st.integers(1, 60), min_size=1, max_size=80)


@given(lengths, st.integers(1, 9), st.integers(1, 200))
def test_batches_by_length(sizes: list[int], max_rows: int, max_tokens: int) -> None:
    batches = batches_by_length(sizes, max_rows, max_tokens)
    assert sorted(index for batch in batches for index in batch) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) <= max_rows
        assert len(batch) == 1 or len(batch) * max(sizes[index] for index in batch) <= max_tokens


@given(lengths, st.integers(8, 300), st.integers(0, 5))
def test_shuffled_batches(sizes: list[int], max_tokens: int, seed: int) -> None:
    source, target = np.array(sizes), np.array(sizes[::-1])
    batches = shuffled_batches(source, target, max_tokens, np.random.default_rng(seed))
    assert sorted(int(i) for batch in batches for i in batch) == list(range(len(sizes)))
    for batch in batches:
        widest = max(source[batch].max(), target[batch].max())
        assert len(batch) == 1 or len(batch) * widest <= max_tokens
    again = shuffled_batches(source, target, max_tokens, np.random.default_rng(seed))
    assert all(np.array_equal(one, two) for one, two in zip(batches, again, strict=True))


def test_the_number_of_batches_does_not_depend_on_the_seed() -> None:
    rng = np.random.default_rng(1)
    source, target = rng.integers(1, 40, 500), rng.integers(1, 40, 500)
    counts = {len(shuffled_batches(source, target, 400, np.random.default_rng(seed))) for seed in range(9)}
    assert len(counts) == 1


def test_padding_is_marked() -> None:
    ids, mask = pad_ids([[5, 6, 7], [8]])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[True, True, True], [True, False, False]]
