"""Whether people agree: on ratings, on preferences, on what they wrote. Plain Python; knows no store.

Krippendorff's alpha as in his "Computing Krippendorff's Alpha-Reliability" (2011,
repository.upenn.edu/asc_papers/43): any number of raters, values may be missing."""

import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import permutations
from statistics import fmean, stdev
from typing import Literal

from sacrebleu.metrics.chrf import CHRF

from core.analysis.edits import hter
from core.analysis.running import CountedUnits, RunningAlpha, Unit, Value

Level = Literal["nominal", "ordinal", "interval"]
"""What a difference means: other or not; how many given values lie between; the number's square."""
Units = Sequence[Unit] | CountedUnits
"""All of them; where many are alike, how often there is each."""


def krippendorff_alpha(units: Units, level: Level) -> float | None:
    """1 - observed / expected disagreement: 1 is perfect, 0 is chance, below 0 is worse than chance.

    `nominal` takes texts too, the other levels numbers. None where it is not defined: no unit has two values,
    or all values are the same, so that nothing could have been disagreed on."""
    times = units if isinstance(units, Counter) else Counter(map(tuple, units))
    running = RunningAlpha("nominal" if level == "nominal" else "interval")
    running.add_all(_ranked(times) if level == "ordinal" else times)
    return running.alpha


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
    """As `Moments.z` of all scores of one rater, but rounded as `statistics` does: the id of a snapshot may
    be the checksum of a file that has it."""
    spread = stdev(scores) if len(scores) > 1 else 0.0
    if not spread:
        return lambda score: None
    mean = fmean(scores)
    return lambda score: (score - mean) / spread


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


def _ranked(times: CountedUnits) -> CountedUnits:
    """Units of two values or more, with the middle of its ranks among all in the place of each value.

    Between two of them lie then, as Krippendorff counts, all values between and half of those at both
    ends."""
    shared = {unit: count for unit, count in times.items() if len(unit) > 1}
    totals: Counter[Value] = Counter()
    for unit, count in shared.items():
        for value in unit:
            totals[value] += count
    ranks: dict[Value, float] = {}
    below = 0
    for value in sorted(totals, key=float):
        ranks[value] = below + totals[value] / 2
        below += totals[value]
    return Counter({tuple(ranks[value] for value in unit): count for unit, count in shared.items()})


def _mean_of_pairs(
    texts: Sequence[str], measure: Callable[[str, str], float], of_equal: float
) -> float | None:
    pairs = [of_equal if one == other else measure(one, other) for one, other in permutations(texts, 2)]
    return fmean(pairs) if pairs else None
