"""What the curves of the textbook page show, as sentences; the figures choose the words."""

from statistics import mean

from benchmarks.textbook.claims import TITLES, Results, score
from benchmarks.textbook.plan import BASE

_COMPARED = ("gru-none", BASE, "transformer")
_SHORT, _LONG = 1, -1
"""Buckets of source length: 6–10 words and the longest; the first one holds too few words to judge by."""


def length_finding(results: Results) -> str:
    """How much of its BLEU each model keeps on long and on joined sentences."""
    labels = [bucket["label"] for bucket in results[BASE][0]["by_length"]]
    kept = []
    for name in (name for name in _COMPARED if name in results):
        short, long = _bucket(results, name, _SHORT), _bucket(results, name, _LONG)
        joined = score(results, name, "joined")
        kept.append(f"{TITLES[name]} keeps {long / short:.0%} and {joined / short:.0%}")
    return (
        f"Of its BLEU on {labels[_SHORT]} words, on {labels[_LONG]} words and on three joined sentences: "
        f"{'; '.join(kept)}."
    )


def beam_finding(results: Results) -> str:
    """The best beam with and without length penalty, and what the widest one costs."""
    sentences = []
    for penalty, name in ((0.0, "Without length penalty"), (1.0, "With length penalty 1")):
        bleu, length = _curve(results, penalty, "bleu"), _curve(results, penalty, "length")
        best, widest = max(bleu, key=bleu.__getitem__), max(bleu)
        sentences.append(
            f"{name} beam {best} is best: {bleu[best]:.1f} BLEU, {bleu[best] - bleu[1]:+.1f} over greedy. "
            f"Beam {widest} has {bleu[widest]:.1f}, its output {length[widest]:.0%} of the reference's words."
        )
    return " ".join(sentences)


def _curve(results: Results, penalty: float, key: str) -> dict[int, float]:
    """Beam size → mean over the seeds."""
    rows = [row for result in results[BASE] for row in result["beams"] if row["penalty"] == penalty]
    return {size: mean(row[key] for row in rows if row["beam"] == size) for size in {r["beam"] for r in rows}}


def _bucket(results: Results, name: str, index: int) -> float:
    return float(mean(row["by_length"][index]["bleu"] for row in results[name]))
