"""Whether people agree: on ratings, on preferences, on what they wrote. Plain Python; knows no store.

Krippendorff's alpha as in his "Computing Krippendorff's Alpha-Reliability" (2011,
repository.upenn.edu/asc_papers/43): any number of raters, values may be missing."""

import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from statistics import fmean, stdev
from typing import Literal, Self, TypeVar

from sacrebleu.metrics.chrf import CHRF

from core.analysis.edits import hter

Level = Literal["nominal", "ordinal", "interval"]
"""What a difference means: other or not; how many given values lie between; the number's square."""
Value = float | str
Unit = Sequence[Value]
"""The values that one thing got, each from another rater; those who said nothing are left out."""
Units = Sequence[Unit] | Counter[tuple[Value, ...]]
"""All of them; where many are alike, how often there is each."""
Key = TypeVar("Key", bound=Hashable)
One = TypeVar("One")


def krippendorff_alpha(units: Units, level: Level) -> float | None:
    """1 - observed / expected disagreement: 1 is perfect, 0 is chance, below 0 is worse than chance.

    `nominal` takes texts too, the other levels numbers. None where it is not defined: no unit has two values,
    or all values are the same, so that nothing could have been disagreed on."""
    times = units if isinstance(units, Counter) else Counter(map(tuple, units))
    scale = _Scale.of({unit: count for unit, count in times.items() if len(unit) > 1}, level)
    if not scale.expected:
        return None
    observed = math.fsum(
        count * scale.differ(Counter(map(scale.place, unit))) / (len(unit) - 1)
        for unit, count in times.items()
        if len(unit) > 1
    )
    return 1 - observed / scale.values / scale.expected


def rater_alphas(units: Sequence[Mapping[Key, Value]], level: Level) -> dict[Key, tuple[float, int]]:
    """For each rater 1 - their own disagreement with the others / expected disagreement, and how many of
    their values have another beside them. `units`: the value of each rater.

    The mean of all, weighted by how many values, is alpha. Empty where alpha is not defined."""
    shared = [unit for unit in units if len(unit) > 1]
    scale = _Scale.of(Counter(tuple(unit.values()) for unit in shared), level)
    if not scale.expected:
        return {}
    found: dict[Key, list[float]] = {}
    for unit in shared:
        places = {rater: scale.place(value) for rater, value in unit.items()}
        for rater, place in places.items():
            apart = [scale.distance(place, other) for who, other in places.items() if who != rater]
            found.setdefault(rater, []).append(fmean(apart))
    return {rater: (1 - fmean(apart) / scale.expected, len(apart)) for rater, apart in found.items()}


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


def z_of(scores: Collection[float]) -> Callable[[float], float | None]:
    """How one rater's scores become z: less their mean, in their standard deviations. Who is strict, or uses
    little of the scale, then counts as much as others (Graham et al. 2013).

    None for each where there are fewer than two, or all are one: nothing is known of the spread."""
    spread = stdev(scores) if len(scores) > 1 else 0.0
    if not spread:
        return lambda score: None
    mean = fmean(scores)
    return lambda score: (score - mean) / spread


def standardise(scores: Mapping[Key, float]) -> dict[Key, float]:
    """One rater's scores as z (`z_of`); 0 where there is none."""
    z = z_of(scores.values())
    return {key: z(score) or 0.0 for key, score in scores.items()}


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
    values: Sequence[One], measure: Callable[[Sequence[One]], float | None], window: int
) -> list[float | None]:
    """The measure of each `window` values in turn; what is left over joins the last window."""
    count = max(1, len(values) // window)
    ends = [window * number for number in range(1, count)] + [len(values)]
    starts = [0, *ends[:-1]]
    return [measure(values[start:end]) for start, end in zip(starts, ends, strict=True)] if values else []


@dataclass(frozen=True)
class _Scale:
    """Where values lie, and how far apart two of them are expected by chance."""

    level: Level
    ranks: Mapping[Value, float]
    """Of each value, for `ordinal`."""
    values: int
    expected: float
    """Mean difference of any two values, whoever gave them to what; 0 where there are none."""

    @classmethod
    def of(cls, times: Mapping[tuple[Value, ...], int], level: Level) -> Self:
        totals: Counter[Value] = Counter()
        for unit, count in times.items():
            for value in unit:
                totals[value] += count
        values = totals.total()
        bare = cls(level, _middle_ranks(totals) if level == "ordinal" else {}, values, 0.0)
        if not values:
            return bare
        placed = Counter({bare.place(value): count for value, count in totals.items()})
        return replace(bare, expected=bare.differ(placed) / values / (values - 1))

    def place(self, value: Value) -> Value:
        """A value as `distance` takes it."""
        if self.level == "nominal":
            return value
        return self.ranks[value] if self.level == "ordinal" else float(value)

    def distance(self, one: Value, other: Value) -> float:
        """Krippendorff's squared difference."""
        return float(one != other) if self.level == "nominal" else (float(one) - float(other)) ** 2

    def differ(self, counts: Counter[Value]) -> float:
        """Sum of distances over ordered pairs, in one pass: 2 n sum (x - mean)^2 for numbers."""
        total = counts.total()
        if self.level == "nominal":
            return float(total**2 - sum(count**2 for count in counts.values()))
        mean = math.fsum(float(value) * count for value, count in counts.items()) / total
        return 2 * total * math.fsum(count * (float(value) - mean) ** 2 for value, count in counts.items())


def _middle_ranks(totals: Counter[Value]) -> dict[Value, float]:
    """The middle of the ranks that a value has among all: between two of them lie then, as Krippendorff
    counts, all values between and half of those at both ends."""
    ranks: dict[Value, float] = {}
    below = 0
    for value in sorted(totals, key=float):
        ranks[value] = below + totals[value] / 2
        below += totals[value]
    return ranks


def _mean_of_pairs(
    texts: Sequence[str], measure: Callable[[str, str], float], of_equal: float
) -> float | None:
    pairs = [of_equal if one == other else measure(one, other) for one, other in permutations(texts, 2)]
    return fmean(pairs) if pairs else None
