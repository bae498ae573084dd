"""Edit distance and common subsequences against the plain recursive definitions."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from core.analysis.distance import MAX_CELLS, edit_distance, longest_common

_WORDS = st.lists(st.sampled_from("abc"), max_size=7)


@given(_WORDS, _WORDS)
def test_the_distance_is_levenshteins(before: list[str], after: list[str]) -> None:
    @cache
    def distance(one: int, other: int) -> int:
        if not one or not other:
            return one + other
        exchanged = distance(one - 1, other - 1) + (before[one - 1] != after[other - 1])
        return min(distance(one - 1, other) + 1, distance(one, other - 1) + 1, exchanged)

    assert edit_distance(before, after) == distance(len(before), len(after))


@given(_WORDS, _WORDS)
def test_no_common_subsequence_is_longer(before: list[str], after: list[str]) -> None:
    @cache
    def common(one: int, other: int) -> int:
        if not one or not other:
            return 0
        if before[one - 1] == after[other - 1]:
            return common(one - 1, other - 1) + 1
        return max(common(one - 1, other), common(one, other - 1))

    pairs = longest_common(before, after)
    assert len(pairs) == common(len(before), len(after))
    assert all(before[one] == after[other] for one, other in pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in zip(pairs, pairs[1:], strict=False))


def test_too_much_change_is_not_compared_word_by_word() -> None:
    size = int(MAX_CELLS**0.5) + 1
    assert longest_common(["a"] * size, ["a"] * size) == []
