"""Whether a system is worse than another by no more than a margin, so far as these sentences can tell.

The question is turned round (Piaggio et al. 2012, CONSORT on non-inferiority trials): what must be refuted is
that the system falls by the margin or more. The sentences are drawn again with replacement, the same for both
systems (paired bootstrap, Koehn 2004), 1,000 times from sacreBLEU's own counts and with its seed; p is how
often the difference of the corpus scores comes out at the margin or below it, one counted in favour of doubt:

    p = (1 + #{score_b* - score_a* <= -margin}) / (1 + samples)

p < 0.05 is the same as: the lower end of the one-sided 95 % percentile interval (Efron & Tibshirani 1993,
chapter 13) lies above -margin. A system that only was not shown to be worse does not pass: too few sentences
give a wide interval, and that is told as doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.base import Metric

from core.evaluation.measures import References, reference_streams

SAMPLES = 1000
SIGNIFICANT = 0.05
_SACREBLEU_SEED = 12345


@dataclass(frozen=True)
class NonInferiority:
    """Of B against A, for a measure of which more is better."""

    a: float
    b: float
    lower: float
    """Of B - A: with 95 % confidence it is above this."""
    margin: float
    p: float

    @property
    def difference(self) -> float:
        """B minus A."""
        return self.b - self.a

    @property
    def holds(self) -> bool:
        return self.p < SIGNIFICANT


def non_inferiority(
    a: Sequence[str],
    b: Sequence[str],
    references: References,
    metric: Metric,
    margin: float,
    samples: int = SAMPLES,
) -> NonInferiority:
    """As above; raises `ValueError` for no sentence or a margin that is not above 0."""
    if not margin > 0:
        raise ValueError(f"The margin must be above 0, but is {margin}.")
    a_score, b_score, gains = _bootstrap(a, b, references, metric, samples)
    return NonInferiority(
        a=a_score,
        b=b_score,
        lower=float(np.quantile(gains, SIGNIFICANT)),
        margin=margin,
        p=float((1 + np.sum(gains <= -margin)) / (1 + samples)),
    )


@dataclass(frozen=True)
class GainInterval:
    """Of B against A: both scores, and where their difference lies with 95 % confidence."""

    a: float
    b: float
    low: float
    high: float


def gain_interval(
    a: Sequence[str], b: Sequence[str], references: References, metric: Metric, samples: int = SAMPLES
) -> GainInterval:
    """The two-sided percentile interval of the same bootstrap; raises `ValueError` for no sentence."""
    a_score, b_score, gains = _bootstrap(a, b, references, metric, samples)
    low, high = np.quantile(gains, (SIGNIFICANT / 2, 1 - SIGNIFICANT / 2))
    return GainInterval(a_score, b_score, float(low), float(high))


def _bootstrap(
    a: Sequence[str], b: Sequence[str], references: References, metric: Metric, samples: int
) -> tuple[float, float, NDArray[np.float64]]:
    """Both scores, and the difference B - A of each draw."""
    if not a or len(a) != len(b) or len(a) != len(references):
        raise ValueError(
            f"{len(a)} and {len(b)} outputs cannot be held against {len(references)} references."
        )
    streams = reference_streams(references)
    counts = [_counts(metric, side, streams) for side in (a, b)]
    drawn = np.random.default_rng(_SACREBLEU_SEED).multinomial(len(a), np.full(len(a), 1 / len(a)), samples)
    one, other = (np.array([_score(metric, row) for row in drawn @ side]) for side in counts)
    a_score, b_score = (_score(metric, side.sum(axis=0)) for side in counts)
    return a_score, b_score, other - one


def _counts(metric: Metric, texts: Sequence[str], streams: Sequence[Sequence[Any]]) -> NDArray[np.float64]:
    """A row a sentence, of which corpus scores are made: n-grams that match, lengths."""
    return np.array(metric._extract_corpus_statistics(list(texts), streams), dtype=np.float64)


def _score(metric: Metric, sums: NDArray[np.float64]) -> float:
    return float(metric._compute_score_from_stats(sums.tolist()).score)
