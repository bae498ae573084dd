"""Edit distance and longest common subsequence, a row of the table at a time: time is bounded."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MAX_CELLS = 4_000_000
"""Larger tables are not searched for what is common: 16 MB and some 50 ms."""


def edit_distance(before: Sequence[str], after: Sequence[str]) -> int:
    """Words to insert, delete or replace (Levenshtein 1966)."""
    old, new = _numbered(before, after)
    steps = np.arange(len(new) + 1)
    row = steps.copy()
    for word in old:
        best = np.minimum(row[1:] + 1, row[:-1] + (new != word))
        # inserting costs 1 a word from any place to the left: a running minimum once that slope is taken out
        row = np.minimum.accumulate(np.concatenate([[row[0] + 1], best]) - steps) + steps
    return int(row[-1])


def longest_common(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Places (before, after), rising, of as many equal words as both have in one order.

    Nothing is common beyond `MAX_CELLS` pairs of words: so much change is not read word by word."""
    if len(before) * len(after) > MAX_CELLS:
        return []
    old, new = _numbered(before, after)
    table = np.zeros((len(old) + 1, len(new) + 1), dtype=np.int32)
    for place, word in enumerate(old):
        row = table[place]
        np.maximum.accumulate(np.maximum(row[1:], row[:-1] + (new == word)), out=table[place + 1, 1:])
    pairs = []
    one, other = len(old), len(new)
    while one and other:
        if before[one - 1] == after[other - 1]:
            one, other = one - 1, other - 1
            pairs.append((one, other))
        elif table[one - 1, other] >= table[one, other - 1]:
            one -= 1
        else:
            other -= 1
    return pairs[::-1]


def _numbered(
    before: Sequence[str], after: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Both as numbers, equal where the words are."""
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(word, len(numbers)) for word in words] for words in (before, after))
    return np.array(old, dtype=np.int64), np.array(new, dtype=np.int64)
