"""Quality of many translations against references, always with the signature that pins the number."""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER


@dataclass(frozen=True)
class Scores:
    """Corpus scores, 0 to 100 (TER may exceed it; lower is better there)."""

    bleu: float
    chrf: float
    ter: float
    signatures: dict[str, str]
    sentences: int

    def to_dict(self) -> dict[str, object]:
        rounded = {"bleu": round(self.bleu, 2), "chrf": round(self.chrf, 2), "ter": round(self.ter, 2)}
        return {**rounded, "sentences": self.sentences, "signatures": self.signatures}


def bleu_tokenizer(target_language: str) -> str:
    """sacreBLEU's tokeniser for a language."""
    return "zh" if target_language == "zh" else "13a"


def corpus_bleu(hypotheses: Sequence[str], references: Sequence[str], target_language: str) -> float:
    """Cased BLEU of detokenised text, 0 to 100."""
    metric = BLEU(tokenize=bleu_tokenizer(target_language))
    return float(metric.corpus_score(list(hypotheses), [list(references)]).score)


def corpus_scores(hypotheses: Sequence[str], references: Sequence[str], target_language: str) -> Scores:
    """BLEU, chrF and TER of the same texts, cased and detokenised."""
    metrics = {
        "bleu": BLEU(tokenize=bleu_tokenizer(target_language)),
        "chrf": CHRF(),
        "ter": TER(asian_support=target_language == "zh", normalized=target_language == "zh"),
    }
    values, signatures = {}, {}
    for name, metric in metrics.items():
        values[name] = float(metric.corpus_score(list(hypotheses), [list(references)]).score)
        signatures[name] = str(metric.get_signature())
    return Scores(values["bleu"], values["chrf"], values["ter"], signatures, len(hypotheses))
