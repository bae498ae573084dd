"""A candidate beside the model in use in each direction: what a set as a whole evens out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.evaluation.measures import References, make_metrics
from core.evaluation.non_inferiority import gain_interval

Direction = tuple[str, str]
_MEASURES = ("bleu", "chrf")


@dataclass(frozen=True)
class DirectionGain:
    """One measure, of which more is better, in one direction; A is production, B the candidate."""

    direction: str
    """As `fr-en`."""
    sentences: int
    measure: str
    a: float
    b: float
    difference: float
    low: float
    """Of the difference: 95 % interval by paired bootstrap."""
    high: float

    @property
    def kind(self) -> str:
        """better or worse where the interval says so, else empty."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else ""

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind}


def gains_by_direction(
    ways: Sequence[Direction], a: Sequence[str], b: Sequence[str], references: References
) -> tuple[DirectionGain, ...]:
    """BLEU and chrF of each direction. `ways`: of each sentence, source and target language. Nothing where
    there are not two: then the measures of the whole set are those of its direction."""
    places: dict[Direction, list[int]] = defaultdict(list)
    for place, way in enumerate(ways):
        places[way].append(place)
    if len(places) < 2:
        return ()
    found = []
    for way, rows in sorted(places.items()):
        metrics = make_metrics(way[1])
        texts = [a[row] for row in rows], [b[row] for row in rows]
        wanted = [references[row] for row in rows]
        for measure in _MEASURES:
            gain = gain_interval(*texts, wanted, metrics[measure])
            figures = gain.a, gain.b, gain.b - gain.a, gain.low, gain.high
            found.append(DirectionGain("-".join(way), len(rows), measure, *figures))
    return tuple(found)
