"""Whether people agree: on ratings, on preferences, on what they wrote. Plain Python; knows no store.

Krippendorff's alpha as in his "Computing Krippendorff's Alpha-Reliability" (2011,
repository.upenn.edu/asc_papers/43): any number of raters, values may be missing."""

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from statistics import fmean, stdev
from typing import Literal, TypeVar

from sacrebleu.metrics.chrf import CHRF

from core.analysis.edits import hter

Level = Literal["nominal", "ordinal", "interval"]
"""What a difference means: other or not; how many given values lie between; the number's square."""
Unit = Sequence[float | str]
"""The values that one thing got, each from another rater; those who said nothing are left out."""
Key = TypeVar("Key")


def krippendorff_alpha(units: Sequence[Unit], level: Level) -> float | None:
    """1 - observed / expected disagreement: 1 is perfect, 0 is chance, below 0 is worse than chance.

    `nominal` takes texts too, the other levels numbers. None where it is not defined: no unit has two values,
    or all values are the same, so that nothing could have been disagreed on."""
    pairable = [unit for unit in units if len(unit) > 1]
    if level == "ordinal":
        pairable = _as_ranks(pairable)
    differ = _differing if level == "nominal" else _squares
    values = [value for unit in pairable for value in unit]
    expected = differ(values) / (len(values) - 1) if values else 0.0
    if not expected:
        return None
    observed = math.fsum(differ(unit) / (len(unit) - 1) for unit in pairable)
    return 1 - observed / expected


def alpha_interval(
    units: Sequence[Unit], level: Level, seed: int, samples: int = 500, confidence: float = 0.95
) -> tuple[float, float] | None:
    """Percentile bootstrap over units (Efron 1979): how far alpha might have come out otherwise.

    None where alpha is, or is in half of the samples."""
    chance = random.Random(seed)
    pairable = [unit for unit in units if len(unit) > 1]
    if krippendorff_alpha(pairable, level) is None:
        return None
    drawn = (krippendorff_alpha(chance.choices(pairable, k=len(pairable)), level) for _ in range(samples))
    found = sorted(alpha for alpha in drawn if alpha is not None)
    if 2 * len(found) < samples:
        return None
    tail = (1 - confidence) / 2
    return found[math.floor(tail * len(found))], found[math.ceil((1 - tail) * len(found)) - 1]


def standardise(scores: Mapping[Key, float]) -> dict[Key, float]:
    """One rater's scores as z: less their mean, in their standard deviations. Who is strict, or uses little
    of the scale, then counts as much as others (Graham et al. 2013). 0 where all scores are one."""
    mean = fmean(scores.values()) if scores else 0.0
    spread = stdev(scores.values()) if len(scores) > 1 else 0.0
    return {key: (score - mean) / spread if spread else 0.0 for key, score in scores.items()}


def preferences_of(ranks: Sequence[int]) -> dict[tuple[int, int], int]:
    """For each two things which was ranked better: -1 the first, 0 neither, 1 the second.

    Example: `preferences_of([1, 2])` is `{(0, 1): -1}`."""
    places = range(len(ranks))
    pairs = [(one, other) for one in places for other in places if one < other]
    return {(one, other): (ranks[one] > ranks[other]) - (ranks[one] < ranks[other]) for one, other in pairs}


def mean_chrf(texts: Sequence[str]) -> float | None:
    """Mean chrF of each text against each other (Popović 2015): 0 to 100, 100 when all are equal.

    None for fewer than two texts."""
    metric = CHRF()
    return _mean_of_pairs(texts, lambda one, other: float(metric.sentence_score(one, [other]).score), 100.0)


def mean_ter(texts: Sequence[str]) -> float | None:
    """Mean edits per word from each text to each other, as `hter` counts them: 0 when all are equal."""
    return _mean_of_pairs(texts, hter, 0.0)


def trend(
    values: Sequence[Key], measure: Callable[[Sequence[Key]], float | None], window: int
) -> list[float | None]:
    """The measure of each `window` values in turn; what is left over joins the last window."""
    count = max(1, len(values) // window)
    ends = [window * number for number in range(1, count)] + [len(values)]
    starts = [0, *ends[:-1]]
    return [measure(values[start:end]) for start, end in zip(starts, ends, strict=True)] if values else []


def _differing(values: Sequence[float | str]) -> float:
    """How many ordered pairs differ."""
    return len(values) ** 2 - sum(count**2 for count in Counter(values).values())


def _squares(values: Sequence[float | str]) -> float:
    """Sum of squared differences over ordered pairs, in one pass: 2 n sum (x - mean)^2."""
    numbers = [float(value) for value in values]
    mean = fmean(numbers)
    return 2 * len(numbers) * math.fsum((number - mean) ** 2 for number in numbers)


def _as_ranks(units: Sequence[Unit]) -> list[Unit]:
    """Values as the middle of the ranks that they have among all: between two of them lie then, as
    Krippendorff counts, all values between and half of those at both ends."""
    counts = Counter(float(value) for unit in units for value in unit)
    ranks: dict[float, float] = {}
    below = 0
    for value in sorted(counts):
        ranks[value] = below + counts[value] / 2
        below += counts[value]
    return [[ranks[float(value)] for value in unit] for unit in units]


def _mean_of_pairs(
    texts: Sequence[str], measure: Callable[[str, str], float], of_equal: float
) -> float | None:
    pairs = [of_equal if one == other else measure(one, other) for one, other in permutations(texts, 2)]
    return fmean(pairs) if pairs else None
