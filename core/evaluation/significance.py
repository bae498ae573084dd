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


class _Once:
    """A metric that counts the matches of each system once and scores each sum once: the two tests ask for
    the same counts four times in all, and for the draws of A twice."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._counts: dict[int, Any] = {}
        self._scores: dict[bytes, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._metric, name)

    def _extract_corpus_statistics(self, texts: Sequence[str], streams: Sequence[Sequence[Any]]) -> Any:
        if id(texts) not in self._counts:
            self._counts[id(texts)] = self._metric._extract_corpus_statistics(texts, streams)
        return self._counts[id(texts)]

    def _compute_score_from_stats(self, sums: Any) -> Any:
        key = sums.tobytes()
        if key not in self._scores:
            self._scores[key] = self._metric._compute_score_from_stats(sums)
        return self._scores[key]


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
    once: Any = {measure: _Once(metric) for measure, metric in metrics.items()}
    signatures, bootstrapped = PairedTest(systems, once, streams, "bs", bootstrap)()
    _, randomised = PairedTest(systems, once, streams, "ar", trials)()
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
