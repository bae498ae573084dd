"""Measures that sacreBLEU lacks, as metrics of its kind: its significance tests then work on them too."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import groupby
from typing import Any

import numpy as np
from sacrebleu.metrics.base import Metric, Score, Signature

from core.analysis.edits import counted_words
from core.analysis.error_rate import count_errors, phones
from core.analysis.scripts import characters, is_unspaced

Words = Callable[[str], Sequence[str]]


class _TextSignature(Signature):
    """sacreBLEU's, with how a text becomes words."""

    def __init__(self, args: dict[str, Any]) -> None:
        super().__init__(args)
        self.info.update(args["settings"])


class RatioMetric(Metric):
    """100 * sum of one number / sum of another, over sentences; subclasses say which."""

    _SIGNATURE_TYPE = _TextSignature

    def __init__(self, name: str, **settings: str) -> None:
        """`settings` go to the signature."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.name = name
        self.settings = settings

    @abstractmethod
    def count(self, answer: str, references: Sequence[str]) -> tuple[float, float]:
        """What one sentence adds above and below the line."""

    def _aggregate_and_compute(self, stats: Any) -> Score:
        return self._compute_score_from_stats(np.sum(np.asarray(stats, dtype=np.float64), axis=0))

    def _compute_score_from_stats(self, stats: Any) -> Score:
        above, below = float(stats[0]), float(stats[1])
        return Score(self.name, 100 * above / max(below, 1.0))

    def _preprocess_segment(self, sent: str) -> str:
        return sent

    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        return {"references": refs}

    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[float]:
        return list(self.count(hypothesis, ref_kwargs["references"]))


class Rouge(RatioMetric):
    """Mean F1 of ROUGE-1, -2 or -L (Lin 2004), computed by rouge-score; the best of several references."""

    def __init__(self, kind: str) -> None:
        """`kind`: 1, 2 or L."""
        # Here, since it brings nltk, a quarter of a second of every start, and the server asks for no ROUGE.
        from rouge_score.rouge_scorer import RougeScorer

        super().__init__(f"ROUGE-{kind}", tok="letters-and-digits", case="lc", rouge=version("rouge-score"))
        self._kind = f"rouge{kind}"
        self._scorer = RougeScorer([self._kind], tokenizer=_RougeTokenizer())

    def count(self, answer: str, references: Sequence[str]) -> tuple[float, float]:
        return float(self._scorer.score_multi(references, answer)[self._kind].fmeasure), 1.0


class ErrorRate(RatioMetric):
    """Edits per word of the nearest reference: WER over words, PER over phonemes."""

    def __init__(self, name: str, words: Words, tok: str) -> None:
        super().__init__(name, tok=tok)
        self._words = words

    def count(self, answer: str, references: Sequence[str]) -> tuple[float, float]:
        found = count_errors(self._words(answer), [self._words(text) for text in references])
        return float(found.edits), float(found.length)


class ExactMatch(RatioMetric):
    """Share of answers that are, word for word, one of the references."""

    def __init__(self) -> None:
        super().__init__("exact match", tok="words", case="mixed")

    def count(self, answer: str, references: Sequence[str]) -> tuple[float, float]:
        return float(any(answer.split() == text.split() for text in references)), 1.0


class WrongPronunciations(RatioMetric):
    """Share of words with a wrong phoneme; papers on pronunciation call it word error rate."""

    def __init__(self) -> None:
        super().__init__("words mispronounced", tok="phones-without-stress")

    def count(self, answer: str, references: Sequence[str]) -> tuple[float, float]:
        return float(all(phones(answer) != phones(text) for text in references)), 1.0


def word_error_rate() -> ErrorRate:
    """WER, case counts; characters count as words in scripts without spaces."""
    return ErrorRate("WER", counted_words, "words")


def phoneme_error_rate() -> ErrorRate:
    """PER without stress marks."""
    return ErrorRate("PER", phones, "phones-without-stress")


class _RougeTokenizer:
    """Lower-cased runs of letters and digits, as rouge-score's own, but of any script.

    The library's own keeps a-z and 0-9 alone, so that Chinese scores 0; scripts without spaces are cut into
    characters. No stemming."""

    def tokenize(self, text: str) -> list[str]:
        words: list[str] = []
        for kind, group in groupby(characters(text.lower()), key=_kind):
            found = list(group)
            if kind == "character":
                words.extend(found)
            elif kind == "letters":
                words.append("".join(found))
        return words


def _kind(character: str) -> str:
    if is_unspaced(character):
        return "character" if character[0].isalnum() else "sign"
    return "letters" if character[0].isalnum() else "sign"
