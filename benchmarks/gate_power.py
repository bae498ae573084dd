"""How often the gate's two tests say yes, when the truth is known: `python -m benchmarks.gate_power`.

Made-up systems spoil their own share of the words of made-up references, so how good they are in truth is
set. First the test of the held-out feedback (`core.evaluation.gate`, sacreBLEU's paired bootstrap of chrF):
how often an equal candidate passes, and how often a better one. Then the test of the general set
(`core.evaluation.non_inferiority`): how often one passes that translates 6 of 10 anew, and no worse."""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest

from core.evaluation.gate import MARGIN_BLEU
from core.evaluation.non_inferiority import SIGNIFICANT, non_inferiority

RESULTS = Path(__file__).parent / "results" / "gate-power.json"
WORDS = tuple("ab cd efg hij klmn opqr stuvw xyzab cdefgh ijklmn opqrstu vwxyzab".split())
SPOILED = 0.45
Texts = list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=60)
    trials = parser.parse_args().trials
    rows = [
        *(
            row("held-out", n, 0.0, better, improves, trials)
            for better in (0.0, 0.05, 0.1)
            for n in (30, 60, 120, 240)
        ),
        row("general", 1000, 0.4, 0.0, holds, trials),
    ]
    RESULTS.write_text(json.dumps({"trials": trials, "rows": rows}, indent=1) + "\n", encoding="utf-8")


def row(
    name: str, count: int, kept: float, change: float, test: Callable[..., bool], trials: int
) -> dict[str, Any]:
    """`kept`: share of sentences that both systems translate alike; `change`: of spoiled words."""
    made = [systems(count, kept, -change if name == "held-out" else change, seed) for seed in range(trials)]
    passed = sum(test(*one) for one in made)
    gains = [gain for references, a, b in made[:10] for gain in sentence_gains(references, a, b)]
    metric = CHRF() if name == "held-out" else BLEU()
    difference = fmean(score(metric, b, refs) - score(metric, a, refs) for refs, a, b in made)
    found = {
        "set": name,
        "sentences": count,
        "difference": round(difference, 2),
        "sd_of_sentence_chrf": round(stdev(gains), 1),
        "passed": passed,
    }
    print(json.dumps(found), flush=True, file=sys.stdout)
    return found


def systems(count: int, kept: float, change: float, seed: int) -> tuple[Texts, Texts, Texts]:
    """(references, production, candidate)."""
    chance = random.Random(seed)
    references = [" ".join(chance.choices(WORDS, k=chance.randint(8, 14))) for _ in range(count)]
    production = [spoil(text, SPOILED, chance) for text in references]
    candidate = [
        old if chance.random() < kept else spoil(text, SPOILED + change, chance)
        for text, old in zip(references, production, strict=True)
    ]
    return references, production, candidate


def spoil(text: str, share: float, chance: random.Random) -> str:
    return " ".join(word if chance.random() >= share else chance.choice(WORDS) for word in text.split())


def improves(references: Texts, production: Texts, candidate: Texts) -> bool:
    sides: list[tuple[str, Sequence[str]]] = [("A", production), ("B", candidate)]
    _, scores = PairedTest(sides, {"chrf": CHRF()}, [references], "bs", 1000)()
    one, other = scores["chrF2"]
    return other.score > one.score and other.p_value < SIGNIFICANT  # type: ignore[union-attr,operator]


def holds(references: Texts, production: Texts, candidate: Texts) -> bool:
    return non_inferiority(production, candidate, [[text] for text in references], BLEU(), MARGIN_BLEU).holds


def sentence_gains(references: Texts, production: Texts, candidate: Texts) -> list[float]:
    metric = CHRF()
    return [
        metric.sentence_score(b, [reference]).score - metric.sentence_score(a, [reference]).score
        for reference, a, b in zip(references, production, candidate, strict=True)
    ]


def score(metric: CHRF | BLEU, texts: Texts, references: Texts) -> float:
    return float(metric.corpus_score(texts, [list(references)]).score)


if __name__ == "__main__":
    main()
