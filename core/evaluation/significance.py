"""Whether two systems differ by more than chance: sacreBLEU's paired tests, on every measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sacrebleu.metrics.base import Metric
from sacrebleu.significance import PairedTest

from core.evaluation.measures import References, reference_streams

BOOTSTRAP_SAMPLES = 1000
RANDOMISATION_TRIALS = 10_000


@dataclass(frozen=True)
class Comparison:
    """One measure of two systems A and B over the same sentences."""

    measure: str
    a: float
    b: float
    a_interval: tuple[float, float]
    """95 %, by bootstrap."""
    b_interval: tuple[float, float]
    p_bootstrap: float
    """Paired bootstrap (Koehn 2004)."""
    p_randomisation: float
    """Paired approximate randomisation (Riezler & Maxwell 2005), two-sided."""
    signature: str

    @property
    def difference(self) -> float:
        """B minus A."""
        return self.b - self.a


def compare_outputs(
    a: Sequence[str],
    b: Sequence[str],
    references: References,
    metrics: dict[str, Metric],
    bootstrap: int = BOOTSTRAP_SAMPLES,
    trials: int = RANDOMISATION_TRIALS,
) -> list[Comparison]:
    """Both tests for each metric; sacreBLEU's own seed makes them repeatable.

    Equal scores get p = 1: sacreBLEU's count would call even a system against itself significant."""
    streams = reference_streams(references)
    systems: list[tuple[str, Sequence[str]]] = [("A", list(a)), ("B", list(b))]
    signatures, bootstrapped = PairedTest(systems, metrics, streams, "bs", bootstrap)()
    _, randomised = PairedTest(systems, metrics, streams, "ar", trials)()
    return [
        _comparison(measure, bootstrapped[name], randomised[name][1], f"{signatures[name]}|ar:{trials}")
        for measure, name in zip(metrics, signatures, strict=True)
    ]


def _comparison(measure: str, pair: Any, randomised: Any, signature: str) -> Comparison:
    """From sacreBLEU's results: `pair` of A and of B with bootstrap, `randomised` of B."""
    one, other = pair
    equal = one.score == other.score
    return Comparison(
        measure=measure,
        a=float(one.score),
        b=float(other.score),
        a_interval=(float(one.mean - one.ci), float(one.mean + one.ci)),
        b_interval=(float(other.mean - other.ci), float(other.mean + other.ci)),
        p_bootstrap=1.0 if equal else float(other.p_value),
        p_randomisation=1.0 if equal else float(randomised.p_value),
        signature=signature,
    )
