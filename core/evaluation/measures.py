"""Quality of many outputs against references, always with the signature that pins the number."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from core.evaluation.sentence_metrics import (
    ExactMatch,
    Rouge,
    WrongPronunciations,
    phoneme_error_rate,
    word_error_rate,
)

References = Sequence[Sequence[str]]
"""The right answers of each sentence, at least one."""
LABELS = {
    "bleu": "BLEU",
    "chrf": "chrF",
    "ter": "TER",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "exact_match": "exact match",
    "wer": "WER",
    "per": "PER",
    "mispronounced": "words mispronounced",
}
"""As people read them."""
LOWER_IS_BETTER = frozenset({"ter", "wer", "per", "mispronounced"})


@dataclass(frozen=True)
class Scores:
    """Corpus scores by name, 0 to 100 (error rates may exceed it)."""

    values: dict[str, float]
    signatures: dict[str, str]
    sentences: int


def perplexity(nats: float) -> float:
    """exp of a mean cross-entropy; infinity when that is too large for a float."""
    return math.exp(nats) if nats < 700 else math.inf


def bleu_tokenizer(target_language: str) -> str:
    """sacreBLEU's tokeniser for a language."""
    return "zh" if target_language == "zh" else "13a"


def corpus_bleu(hypotheses: Sequence[str], references: Sequence[str], target_language: str) -> float:
    """Cased BLEU of detokenised text, 0 to 100."""
    metric = BLEU(tokenize=bleu_tokenizer(target_language))
    return float(metric.corpus_score(list(hypotheses), [list(references)]).score)


def make_metrics(target_language: str, phones: bool = False) -> dict[str, Metric]:
    """New metrics by name, cased and detokenised; `phones` adds those of pronunciation."""
    chinese = target_language == "zh"
    metrics: dict[str, Metric] = {
        "bleu": BLEU(tokenize=bleu_tokenizer(target_language)),
        "chrf": CHRF(),
        "ter": TER(asian_support=chinese, normalized=chinese),
        "rouge1": Rouge("1"),
        "rouge2": Rouge("2"),
        "rougeL": Rouge("L"),
        "exact_match": ExactMatch(),
        "wer": word_error_rate(),
    }
    if phones:
        metrics |= {"per": phoneme_error_rate(), "mispronounced": WrongPronunciations()}
    return metrics


def corpus_scores(hypotheses: Sequence[str], references: References, metrics: dict[str, Metric]) -> Scores:
    """Every metric over the same texts; a sentence may have more right answers than another.

    Raises `ValueError` unless there is a hypothesis for each list of references, and at least one."""
    if not hypotheses or len(hypotheses) != len(references):
        raise ValueError(
            f"{len(hypotheses)} hypotheses cannot be scored against {len(references)} references."
        )
    streams = reference_streams(references)
    values = {name: float(m.corpus_score(list(hypotheses), streams).score) for name, m in metrics.items()}
    signatures = {name: str(metric.get_signature()) for name, metric in metrics.items()}
    return Scores(values, signatures, len(hypotheses))


def reference_streams(references: References) -> list[list[Any]]:
    """As sacreBLEU takes them: first answers of all sentences, second ones, ...; None where there is none."""
    most = max(map(len, references))
    return [[texts[place] if place < len(texts) else None for texts in references] for place in range(most)]
