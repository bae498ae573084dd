"""How different many texts are: of one n-best list, of samples, of a whole output."""

from collections.abc import Sequence

from sacrebleu.metrics.bleu import BLEU

from core.analysis.edits import counted_words


def distinct_n(texts: Sequence[str], n: int) -> float:
    """Different n-grams of words per n-gram written, over all texts (Li et al. 2016, section 5): in (0, 1].

    0 when no text has n words. Characters count as words in scripts without spaces.
    Example: `distinct_n(["a b a"], 1)` is 2/3."""
    grams = [
        tuple(words[start : start + n])
        for words in map(counted_words, texts)
        for start in range(len(words) - n + 1)
    ]
    return len(set(grams)) / len(grams) if grams else 0.0


def self_bleu(texts: Sequence[str], tokenizer: str = "13a") -> float:
    """Mean BLEU of each text against all others (Zhu et al. 2018): 0 to 100, 100 when all are equal.

    `tokenizer`: sacreBLEU's. Raises `ValueError` for fewer than two texts."""
    if len(texts) < 2:
        raise ValueError(f"Self-BLEU needs at least 2 texts, but has {len(texts)}.")
    metric = BLEU(tokenize=tokenizer, effective_order=True)
    scores = [
        metric.sentence_score(text, [*texts[:place], *texts[place + 1 :]]).score
        for place, text in enumerate(texts)
    ]
    return float(sum(scores) / len(scores))
