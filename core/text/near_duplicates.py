"""Texts that are nearly the same, found without comparing each with each (MinHash, Broder 1997).

The likeness of two texts is the Jaccard index of their sets of five characters in a row. Bands of hashes find
the candidates, the index itself decides: so no pair below the threshold is linked, and of those just at 0.6
one in 84 is missed (1 - 0.6^4)^32, of those at 0.7 one in 5,000."""

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

LIKENESS = 0.6
_GRAM = 5
_BANDS, _ROWS = 32, 4
_COMPARED = 8
"""Texts of a bucket that a new one is held against: enough to join it, however full the bucket is."""


def near_duplicates(texts: Sequence[str], likeness: float = LIKENESS) -> Iterator[tuple[int, int]]:
    """Pairs of positions whose texts are at least so alike; enough of them to join each group, not all.

    The texts should be normalised, and no two equal."""
    generator = np.random.default_rng(0)
    factors = generator.integers(1, 1 << 63, (2, _BANDS * _ROWS, 1), dtype=np.uint64)
    factors[0] |= np.uint64(1)
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for position, text in enumerate(texts):
        bands = _signature(text, factors).reshape(_BANDS, _ROWS)
        near = {
            other
            for band, row in enumerate(bands)
            for other in _neighbours(buckets, (band, row.tobytes()), position)
        }
        own = grams(text)
        yield from (
            (other, position) for other in sorted(near) if jaccard(own, grams(texts[other])) >= likeness
        )


def grams(text: str) -> frozenset[str]:
    """All runs of five characters; of a shorter text the text itself."""
    return frozenset(text[start : start + _GRAM] for start in range(max(1, len(text) - _GRAM + 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared members over all members, 0 to 1."""
    return len(one & other) / len(one | other)


def _signature(text: str, factors: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The smallest of each of many hashes (multiply and shift, Dietzfelbinger et al. 1997) of its grams."""
    hashes = np.fromiter((zlib.crc32(gram.encode()) for gram in grams(text)), dtype=np.uint64)
    smallest: NDArray[np.uint64] = ((factors[0] * hashes + factors[1]) >> np.uint64(32)).min(axis=1)
    return smallest


def _neighbours(
    buckets: dict[tuple[int, bytes], list[int]], key: tuple[int, bytes], position: int
) -> list[int]:
    """The last few of a bucket, to which the position is then added."""
    bucket = buckets.setdefault(key, [])
    found = bucket[-_COMPARED:]
    bucket.append(position)
    return found
