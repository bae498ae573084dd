"""Agreement of answers that come one by one, whatever their number, from a few sums. Knows no store.

`core.analysis.agreement` says what the figures mean."""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import fmean
from typing import Generic, Literal, TypeVar

RunningLevel = Literal["nominal", "interval"]
"""Those whose differences do not hang on all values at once."""
Value = float | str
Unit = Sequence[Value]
"""The values that one thing got, each from another rater; those who said nothing are left out."""
CountedUnits = Counter[tuple[Value, ...]]
"""How often there is each."""
Key = TypeVar("Key", bound=Hashable)
One = TypeVar("One")


@dataclass(slots=True)
class Moments:
    """Mean and spread of numbers that come one by one or in groups (Chan et al. 1979)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    """Sum of the squared differences from the mean; 0 where all are one, to the bit."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Moments":
        """Of one number or more."""
        mean = values[0] + math.fsum(value - values[0] for value in values) / len(values)
        return cls(len(values), mean, math.fsum((value - mean) ** 2 for value in values))

    def add(self, other: "Moments", times: int = 1) -> None:
        """Those of other numbers, as often."""
        added = times * other.count
        apart, count = other.mean - self.mean, self.count + added
        self.squares += times * other.squares + apart * apart * self.count * added / count
        self.mean += apart * added / count
        self.count = count

    @property
    def spread(self) -> float | None:
        """Standard deviation; None for fewer than two."""
        return math.sqrt(self.squares / (self.count - 1)) if self.count > 1 else None

    def z(self, value: float) -> float | None:
        """A number less the mean, in standard deviations: so that a rater who is strict, or uses little of
        the scale, counts as much as others (Graham et al. 2013).

        None where there are fewer than two, or all are one: nothing is known of the spread."""
        return (value - self.mean) / self.spread if self.spread else None


class RunningAlpha:
    """`krippendorff_alpha` of units that come one by one, whatever their number: it holds a few sums.

    Nominal values are held too, each once."""

    def __init__(self, level: RunningLevel) -> None:
        self._nominal = level == "nominal"
        self._totals: Counter[Value] = Counter()
        self._moments = Moments()
        self._observed = 0.0
        self._values = 0

    def add(self, unit: Unit, times: int = 1) -> None:
        """One more unit, or as many that are alike; of fewer than two values it tells nothing."""
        count = len(unit)
        if count < 2:
            return
        self._values += times * count
        self._observed += times * self._add_spread(unit, times) / (count - 1)

    def add_all(self, units: CountedUnits) -> None:
        """Each as often as it is there."""
        for unit, times in units.items():
            self.add(unit, times)

    @property
    def alpha(self) -> float | None:
        """Of all that came; None as `krippendorff_alpha`."""
        return 1 - self._observed / self._values / self.expected if self.expected else None

    @property
    def expected(self) -> float:
        """Mean difference of any two values, whoever gave them to what; 0 where there are none."""
        if not self._values:
            return 0.0
        if self._nominal:
            alike = sum(count * count for count in self._totals.values())
            return (self._values**2 - alike) / self._values / (self._values - 1)
        return 2 * self._moments.squares / (self._values - 1)

    def _add_spread(self, unit: Unit, times: int) -> float:
        """Sum of differences over ordered pairs of the unit; for numbers 2 n sum (x - mean)^2."""
        if self._nominal:
            counts = Counter(unit)
            for value, count in counts.items():
                self._totals[value] += times * count
            return len(unit) ** 2 - sum(count * count for count in counts.values())
        moments = Moments.of([float(value) for value in unit])
        self._moments.add(moments, times)
        return 2 * len(unit) * moments.squares


class RaterAlphas(Generic[Key]):
    """For each rater 1 - their own disagreement with the others / expected disagreement.

    The mean of all, weighted by how many values, is alpha. Holds a few sums, as `RunningAlpha`."""

    def __init__(self, level: RunningLevel) -> None:
        self._nominal = level == "nominal"
        self._all = RunningAlpha(level)
        self._apart: dict[Key, Moments] = {}

    def add(self, unit: Mapping[Key, Value]) -> None:
        """The value that each rater gave to one thing."""
        if len(unit) < 2:
            return
        self._all.add(tuple(unit.values()))
        for rater, value in unit.items():
            apart = [self._distance(value, other) for who, other in unit.items() if who != rater]
            self._apart.setdefault(rater, Moments()).add(Moments(1, fmean(apart)))

    @property
    def alphas(self) -> dict[Key, tuple[float, int]]:
        """Each with how many of their values have another beside them; empty where alpha is not defined."""
        expected = self._all.expected
        if not expected:
            return {}
        return {rater: (1 - apart.mean / expected, apart.count) for rater, apart in self._apart.items()}

    def _distance(self, one: Value, other: Value) -> float:
        return float(one != other) if self._nominal else (float(one) - float(other)) ** 2


@dataclass
class Trend(Generic[One]):
    """A measure of each `window` things in turn, as they come; what is left over joins the last window.

    Holds fewer than two windows of them."""

    window: int
    measure: Callable[[Sequence[One]], float | None]
    _points: list[float | None] = field(default_factory=list)
    _last: list[One] = field(default_factory=list)

    def add(self, one: One) -> None:
        self._last.append(one)
        if len(self._last) == 2 * self.window:
            self._points.append(self.measure(self._last[: self.window]))
            del self._last[: self.window]

    @property
    def points(self) -> tuple[float | None, ...]:
        """Of all that came until now."""
        return (*self._points, self.measure(self._last)) if self._last else ()


class Scores(Generic[Key]):
    """What raters gave to one thing after the other, in some twelve bytes a score: none has a z before the
    last is known."""

    def __init__(self) -> None:
        self._places: dict[Key, int] = {}
        self._sizes, self._raters, self._scores = array("I"), array("I"), array("d")

    def add(self, given: Mapping[Key, Value]) -> None:
        """The score of each rater."""
        self._sizes.append(len(given))
        for rater, score in given.items():
            self._raters.append(self._places.setdefault(rater, len(self._places)))
            self._scores.append(float(score))

    def standardised(self, moments: Mapping[Key, Moments]) -> Iterator[dict[Key, float]]:
        """The same as z of each rater's moments, 0 where there is none, in the order of their coming."""
        raters = tuple(self._places)
        pairs = zip(self._raters, self._scores, strict=True)
        for size in self._sizes:
            some = ((raters[place], score) for place, score in islice(pairs, size))
            yield {rater: moments[rater].z(score) or 0.0 for rater, score in some}


class AlphaCourse:
    """Alpha of the units of all items, and of those of each window of items."""

    def __init__(self, level: RunningLevel, window: int) -> None:
        self._level: RunningLevel = level
        self._all = RunningAlpha(level)
        self._trend = Trend[CountedUnits](window, self._of)

    def add(self, units: CountedUnits) -> None:
        """Those of one more item."""
        self._all.add_all(units)
        self._trend.add(units)

    @property
    def alpha(self) -> float | None:
        return self._all.alpha

    @property
    def points(self) -> tuple[float | None, ...]:
        """Of the windows, as `Trend`."""
        return self._trend.points

    def _of(self, items: Iterable[CountedUnits]) -> float | None:
        running = RunningAlpha(self._level)
        for units in items:
            running.add_all(units)
        return running.alpha
