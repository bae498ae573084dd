"""What the textbooks say, as pairs of trials, and what the trials say to it. Knows no file and no figure."""

from dataclasses import dataclass
from math import sqrt
from statistics import mean, variance
from typing import Any

from benchmarks.textbook.plan import BASE

Results = dict[str, list[dict[str, Any]]]
"""Name of a trial -> its results, one a seed."""

TITLES = {
    BASE: "GRU, additive attention",
    "lstm-additive": "LSTM, additive attention",
    "gru-none": "GRU, no attention",
    "lstm-none": "LSTM, no attention",
    "gru-dot": "GRU, dot attention",
    "gru-scaled": "GRU, scaled q/k/v attention",
    "gru-one-way": "GRU, one-way encoder",
    "transformer": "Transformer",
    "no-smoothing": "no label smoothing",
    "scheduled-sampling": "scheduled sampling",
    "vocabulary-2000": "2,000 pieces",
    "vocabulary-8000": "8,000 pieces",
}


@dataclass(frozen=True)
class Claim:
    """`better` should beat `worse`, says `said_by`."""

    text: str
    better: str
    worse: str
    said_by: str


CLAIMS = (
    Claim("Attention beats one fixed vector.", BASE, "gru-none", "Bahdanau et al. 2015"),
    Claim("Additive attention is worth its price over dot.", BASE, "gru-dot", "Britz et al. 2017"),
    Claim("Query, key and value projections help.", "gru-scaled", "gru-dot", "Vaswani et al. 2017"),
    Claim("LSTM beats GRU.", "lstm-additive", BASE, "Britz et al. 2017"),
    Claim("Reading both ways beats reading one way.", BASE, "gru-one-way", "Bahdanau et al. 2015"),
    Claim("The Transformer beats the recurrent network.", "transformer", BASE, "Vaswani et al. 2017"),
    Claim("Scheduled sampling beats teacher forcing.", "scheduled-sampling", BASE, "Bengio et al. 2015"),
    Claim("Label smoothing helps BLEU.", BASE, "no-smoothing", "Vaswani et al. 2017"),
    Claim(
        "Little data wants a small vocabulary.", "vocabulary-2000", "vocabulary-8000", "Sennrich & Zhang 2019"
    ),
)


def score(results: Results, name: str, key: str = "beam_5") -> float:
    """Mean over the seeds."""
    return float(mean(row[key] for row in results[name]))


def spread(results: Results, name: str, key: str = "beam_5") -> float:
    """Highest minus lowest seed."""
    values = [row[key] for row in results[name]]
    return float(max(values) - min(values))


def seed_deviation(results: Results) -> float:
    """Standard deviation from seed to seed, pooled over all trials with several; 0 when there is none."""
    groups = [[row["beam_5"] for row in rows] for rows in results.values() if len(rows) > 1]
    freedom = sum(len(values) - 1 for values in groups)
    return sqrt(sum(variance(values) * (len(values) - 1) for values in groups) / freedom) if freedom else 0.0


def noise(results: Results, first: str, second: str) -> float:
    """Twice the standard error of the difference between two trials' means."""
    return 2 * seed_deviation(results) * sqrt(1 / len(results[first]) + 1 / len(results[second]))


def verdict(claim: Claim, results: Results) -> str:
    """One sentence with the figures; a gap within the noise of the seeds decides nothing."""
    better, worse = score(results, claim.better), score(results, claim.worse)
    gap, chance = better - worse, noise(results, claim.better, claim.worse)
    if abs(gap) <= chance:
        said = "no difference beyond chance"
    else:
        said = "so it is here" if gap > 0 else "here it is the other way round"
    return (
        f"{TITLES[claim.better]} {better:.1f}, {TITLES[claim.worse]} {worse:.1f} BLEU "
        f"({gap:+.1f}, chance {chance:.1f}): {said}."
    )


def ready(claim: Claim, results: Results) -> bool:
    """Both trials have been run."""
    return claim.better in results and claim.worse in results
