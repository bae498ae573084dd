"""Results of trials, and what they say together: means over the seeds, spreads, how many are done."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.learning_curve.plan import BASE, DEFAULT, METHODS, POINTS, SEEDS, trials
from core.evaluation.gate import MARGIN_BLEU

Row = dict[str, Any]
Value = Callable[[Row], float]
_ONE_SIDED_95, _NINE_OF_TEN = 1.645, 1.282
"""Quantiles of the normal distribution."""
PLANNED = len(trials(tuple(METHODS), POINTS)) * len(SEEDS)
"""Trials of a whole curve."""


@dataclass(frozen=True)
class Curve:
    """All trials of one setting that have been run."""

    name: str
    """As the folder is called: model, domain, direction, with dots between them."""
    rows: tuple[Row, ...]

    @property
    def domain(self) -> str:
        return self.name.rsplit(".", 2)[1]

    @property
    def methods(self) -> list[str]:
        """Those with a result, in the order of the plan."""
        found = {row["method"] for row in self.rows}
        return [name for name in METHODS if name in found]

    @property
    def points(self) -> list[int]:
        """Numbers of corrections with a result of some method, without 0."""
        return sorted({row["corrections"] for row in self.rows} - {0})

    def of(self, method: str, count: int) -> list[Row]:
        """One a seed; without corrections every method is the base."""
        wanted = (method, count) if count else (BASE, 0)
        return [row for row in self.rows if (row["method"], row["corrections"]) == wanted]


def read_curves(folder: Path) -> list[Curve]:
    """Of each setting with a result, captions first."""
    found = []
    for place in sorted(folder.glob("*")):
        files = sorted(place.glob("*.json"))
        if files:
            rows = tuple(json.loads(file.read_text(encoding="utf-8")) for file in files)
            found.append(Curve(place.name, rows))
    return sorted(found, key=lambda curve: (curve.domain != "captions", curve.name))


def standard_error(row: Row, part: str) -> float:
    """Of a difference to the base, out of the lower end of its interval."""
    return (float(row[part]["difference"]) - float(row[part]["lower"])) / _ONE_SIDED_95


def gain(row: Row) -> float:
    """BLEU on the domain, above the base."""
    return float(row["domain"]["difference"])


def change(row: Row) -> float:
    """BLEU on the general set, above the base; below 0 where it forgot."""
    return float(row["general"]["difference"])


def saved(row: Row) -> float:
    """Share of the keys that correcting the next sentences would have taken, in per cent."""
    return float(100 * (1 - row["next"]["keys"] / max(row["next"]["keys_before"], 1)))


def average(rows: Sequence[Row], value: Value) -> float:
    return float(mean(value(row) for row in rows))


def spread(rows: Sequence[Row], value: Value) -> float:
    """Standard deviation over the seeds; 0 of one alone."""
    return float(stdev(value(row) for row in rows)) if len(rows) > 1 else 0.0


@dataclass(frozen=True)
class Goal:
    """What the shipped defaults must reach, or aim at."""

    kind: str
    corrections: int
    least_gain: float
    most_fall: float

    def is_met(self, rows: Sequence[Row]) -> bool:
        return average(rows, gain) >= self.least_gain and average(rows, change) >= -self.most_fall


GOALS = (
    Goal("must", 100, 1.0, 0.5),
    Goal("must", 1000, 5.0, 1.0),
    Goal("aim", 100, 2.0, 0.3),
    Goal("aim", 1000, 8.0, 0.3),
)


def sentences_needed(row: Row) -> int:
    """Of the general set, for a candidate that lost nothing in truth and changes as many sentences as this
    one to pass the gate in nine of ten cases: the normal approximation of its test."""
    ratio = (_ONE_SIDED_95 + _NINE_OF_TEN) * standard_error(row, "general") / MARGIN_BLEU
    return round(float(row["general"]["sentences"]) * ratio**2)


def beats_on_both(curve: Curve, method: str = DEFAULT, other: str = "nmtvis") -> tuple[int, int]:
    """(points at which the method is better on the domain and on the general set, points with both)."""
    pairs = [(curve.of(method, count), curve.of(other, count)) for count in curve.points]
    pairs = [(one, two) for one, two in pairs if one and two]
    better = [
        all(average(one, value) > average(two, value) for value in (gain, change)) for one, two in pairs
    ]
    return sum(better), len(better)
