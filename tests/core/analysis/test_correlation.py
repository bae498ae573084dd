"""Kendall's tau-b against published values and by its laws."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.correlation import kendall_tau

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173),  # the example of scipy.stats.kendalltau
        ([1, 2, 3, 4], [1, 2, 3, 4], 1.0),
        ([1, 2, 3, 4], [1, 2, 4, 3], 4 / 6),  # five pairs agree, one does not
        ([1, 1, 2], [1, 2, 3], 2 / (2 * 3) ** 0.5),
        ([3, 3, 3], [1, 2, 3], None),
        ([1.0], [2.0], None),
    ],
)
def test_known_values(first: list[float], second: list[float], expected: float | None) -> None:
    assert kendall_tau(first, second) == (None if expected is None else pytest.approx(expected))


@given(PAIRS)
def test_it_is_what_counting_pairs_gives(pairs: list[tuple[int, int]]) -> None:
    signs = [((a > c) - (a < c), (b > d) - (b < d)) for (a, b), (c, d) in product(pairs, repeat=2)]
    ranked = sum(x != 0 for x, _ in signs) * sum(y != 0 for _, y in signs)
    found = kendall_tau(*zip(*pairs, strict=True))
    if not ranked:
        assert found is None
    else:
        assert found == pytest.approx(sum(x * y for x, y in signs) / ranked**0.5)


@given(PAIRS)
def test_it_is_symmetric_and_only_order_counts(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    found = kendall_tau(first, second)
    assert kendall_tau(second, first) == found
    assert kendall_tau([x**3 + 7 for x in first], second) == found
    if found is not None:
        assert -1.0000001 <= found <= 1.0000001
        assert kendall_tau([-x for x in first], second) == -found
        assert kendall_tau(first, first) == pytest.approx(1.0)


def test_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="one value for each thing"):
        kendall_tau([1, 2], [1, 2, 3])
