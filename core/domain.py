"""Which sources are like some examples: naive Bayes over pieces and pairs of neighbours. Knows no model.

Letters: F features."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = Sequence[int]
FloatArray = NDArray[np.float32]
FEATURES = 1 << 14
_SMOOTHING = 0.1
ORDINARY_SHARE = 0.99
"""Of ordinary sources at least so many are not covered."""


@dataclass(frozen=True)
class Likeness:
    """Of sources with one tag (`Tokenizer.tag_ids`) to examples with that tag."""

    tag: tuple[int, ...]
    weights_F: FloatArray
    """Log of how many times as often a feature is in examples as in other sources."""
    threshold: float
    """A float32."""

    def score(self, source_ids: Ids) -> float:
        """The higher, the more like the examples. Long sources have more features, hence the root."""
        features = features_of(source_ids[len(self.tag) :])
        return float(self.weights_F[features].sum(dtype=np.float64) / math.sqrt(len(features)))

    def covers(self, source_ids: Ids) -> bool:
        """Whether it is more like them than ordinary sources are."""
        return tuple(source_ids[: len(self.tag)]) == self.tag and self.score(source_ids) > self.threshold


@dataclass(frozen=True)
class Domain:
    """All that is like one of several sets of examples."""

    parts: tuple[Likeness, ...] = ()

    def covers(self, source_ids: Ids) -> bool:
        """`source_ids` as `Translator.encode_source` gives them."""
        return any(part.covers(source_ids) for part in self.parts)

    def __add__(self, other: "Domain") -> "Domain":
        return Domain(self.parts + other.parts)

    def to_arrays(self) -> dict[str, NDArray[np.float32] | NDArray[np.int64]]:
        """To be kept beside weights."""
        found: dict[str, NDArray[np.float32] | NDArray[np.int64]] = {}
        for number, part in enumerate(self.parts):
            found[f"{number}.tag"] = np.array(part.tag, dtype=np.int64)
            found[f"{number}.weights"] = part.weights_F
            found[f"{number}.threshold"] = np.array([part.threshold], dtype=np.float32)
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32] | NDArray[np.int64]]) -> "Domain":
        """The reverse; raises `ValueError` or `KeyError` for what `to_arrays` does not give."""
        parts = []
        for number in range(len(arrays) // 3):
            tag, weights, threshold = (arrays[f"{number}.{name}"] for name in ("tag", "weights", "threshold"))
            if weights.shape != (FEATURES,) or not np.isfinite(weights).all():
                raise ValueError(f"a domain must have {FEATURES} finite weights")
            parts.append(Likeness(tuple(map(int, tag)), weights.astype(np.float32), float(threshold[0])))
        return cls(tuple(parts))


def features_of(ids: Ids) -> NDArray[np.int64]:
    """Sorted, each once: the pieces and the pairs of neighbours, by their hashes (Weinberger et al. 2009)."""
    # Any numbers that spread them over the places would do, but domains on disk were learned by these.
    pairs = zip([-1, *ids[:-1]], ids, strict=True) if ids else ()
    hashes = [(one + 1) * 1_000_003 + two * 31 + 17 for one, two in pairs]
    return np.unique(np.array([*(one * 7919 for one in ids), *hashes, 0], dtype=np.int64) % FEATURES)


def learn_likeness(
    tag: tuple[int, ...], examples: Iterable[Ids], others: Iterable[Ids], ordinary: Iterable[Ids]
) -> Likeness:
    """From examples and other sources, all of that tag; the threshold lies above all but a hundredth of the
    ordinary ones, which must be no part of the others and at least one."""
    inside_F, outside_F = (_shares([ids[len(tag) :] for ids in sources]) for sources in (examples, others))
    made = Likeness(tag, (np.log(inside_F) - np.log(outside_F)).astype(np.float32), 0.0)
    scores = sorted(made.score(ids) for ids in ordinary)
    highest = scores[min(int(ORDINARY_SHARE * len(scores)), len(scores) - 1)]
    # Rounded up to what is stored, or the ordinary source that it is of might lie above it.
    return Likeness(tag, made.weights_F, float(np.nextafter(np.float32(highest), np.float32(np.inf))))


def _shares(sources: Sequence[Ids]) -> NDArray[np.float64]:
    """(F,) the share of the sources that have a feature, smoothed."""
    counts_F = np.full(FEATURES, _SMOOTHING)
    for ids in sources:
        counts_F[features_of(ids)] += 1
    return counts_F / (len(sources) + 2 * _SMOOTHING)
