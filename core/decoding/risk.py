"""Minimum Bayes risk: of many samples, the one that is most like all others. Knows no model.

Eikema & Aziz 2020, section 5: samples are both the candidates and the texts that these are compared with."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sacrebleu.metrics.chrf import CHRF

from core.results import SegmentTranslation

Utility = Callable[[str, str], float]
"""How well a text serves where another is right: utility(text, right)."""


def sentence_chrf() -> Utility:
    """Sentence chrF of sacreBLEU (Popović 2015), 0 to 100."""
    return partial(_chrf, CHRF())


def _chrf(metric: CHRF, text: str, right: str) -> float:
    return float(metric.sentence_score(text, [right]).score)


def expected_utilities(texts: Sequence[str], utility: Utility) -> dict[str, float]:
    """Of each distinct text, its mean utility over all texts, equal ones counted each; best first.

    The more frequent wins a tie, then the earlier."""
    counts = Counter(texts)
    expected = {
        text: sum(count * utility(text, right) for right, count in counts.items()) / len(texts)
        for text in counts
    }
    return dict(sorted(expected.items(), key=lambda item: (-item[1], -counts[item[0]])))


def rank_by_utility(segment: SegmentTranslation, utility: Utility) -> SegmentTranslation:
    """The distinct texts among the hypotheses, which are samples, with expected utilities as their scores."""
    expected = expected_utilities([one.text for one in segment.hypotheses], utility)
    first = {one.text: one for one in reversed(segment.hypotheses)}
    ranked = tuple(replace(first[text], score=score) for text, score in expected.items())
    return replace(segment, hypotheses=ranked)
