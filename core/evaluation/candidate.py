"""A candidate beside the model in use: the same sentences, both outputs, what changed for better or worse."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.chrf import CHRF

from core.evaluation.directions import DirectionGain, gains_by_direction
from core.evaluation.forced import forced_counts
from core.evaluation.measures import make_metrics, perplexity
from core.evaluation.significance import Comparison, compare_outputs
from core.options import DecodeOptions, GreedyOptions
from core.translator import Translator

MEASURES = ("bleu", "chrf", "ter")
_TRIALS = 1000
"""Of approximate randomisation: that many are quick, and p is told to three digits."""
_AT_ONCE = 512
"""Sentences between two words to who watches."""
Watch = Callable[[int], object]
"""Told how many more sentences were translated; what it raises ends the call."""
Outcome = Literal["worse", "equal", "better"]
OUTCOMES: tuple[Outcome, ...] = ("worse", "equal", "better")


@dataclass(frozen=True)
class Sentence:
    """One to judge by."""

    source_language: str
    target_language: str
    source: str
    references: tuple[str, ...]
    """At least one."""


@dataclass(frozen=True)
class Change:
    """A sentence that the two models translate differently."""

    source: str
    reference: str
    before: str
    after: str
    chrf_before: float
    chrf_after: float
    source_language: str
    target_language: str

    @property
    def gain(self) -> float:
        """chrF of the candidate's sentence minus that of production's."""
        return self.chrf_after - self.chrf_before

    @property
    def outcome(self) -> Outcome:
        return "better" if self.gain > 0 else "worse" if self.gain < 0 else "equal"


@dataclass(frozen=True)
class Output:
    """What one model wrote of a set, and how well it foresaw the first reference of each sentence."""

    texts: tuple[str, ...]
    perplexity: float


@dataclass(frozen=True)
class JudgedSet:
    """Both models over one set of sentences, which may be of several directions."""

    sentences: tuple[Sentence, ...]
    production: Output
    candidate: Output

    @property
    def references(self) -> list[tuple[str, ...]]:
        return [sentence.references for sentence in self.sentences]

    @property
    def metrics(self) -> dict[str, Metric]:
        """New ones. Where Chinese is among the targets all is counted as Chinese is: letters stay words."""
        chinese = any(sentence.target_language == "zh" for sentence in self.sentences)
        made = make_metrics("zh" if chinese else "en")
        return {name: made[name] for name in MEASURES}

    @cached_property
    def measures(self) -> tuple[Comparison, ...]:
        """A is production, B the candidate; nothing of no sentence."""
        if not self.sentences:
            return ()
        outputs = self.production.texts, self.candidate.texts
        return tuple(compare_outputs(*outputs, self.references, self.metrics, trials=_TRIALS))

    @cached_property
    def by_direction(self) -> tuple[DirectionGain, ...]:
        """BLEU and chrF of each direction, where there are several."""
        ways = [(one.source_language, one.target_language) for one in self.sentences]
        return gains_by_direction(ways, self.production.texts, self.candidate.texts, self.references)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The worst first."""
        metric = CHRF()
        rows = zip(self.sentences, self.production.texts, self.candidate.texts, strict=True)
        found = [_change(metric, *row) for row in rows if row[1] != row[2]]
        return tuple(sorted(found, key=lambda change: change.gain))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, every change among them."""
        counts = {kind: sum(one.outcome == kind for one in self.changes) for kind in OUTCOMES}
        return {
            "sentences": len(self.sentences),
            "directions": sorted({f"{one.source_language}-{one.target_language}" for one in self.sentences}),
            "measures": [{**asdict(row), "difference": row.difference} for row in self.measures],
            "by_direction": [row.to_dict() for row in self.by_direction],
            "perplexity": {
                "production": _finite(self.production.perplexity),
                "candidate": _finite(self.candidate.perplexity),
            },
            "changed": {"total": len(self.changes), **counts},
            "changes": [{**asdict(one), "outcome": one.outcome} for one in self.changes],
        }


def judge_models(
    production: Translator,
    candidate: Translator,
    sentences: Sequence[Sentence],
    options: DecodeOptions | None = None,
    watch: Watch = lambda sentences: None,
) -> JudgedSet:
    """Translate every sentence with both. Greedy unless told otherwise."""
    options = options or GreedyOptions()
    outputs = [output_of(one, sentences, options, watch) for one in (production, candidate)]
    return JudgedSet(tuple(sentences), *outputs)


def output_of(
    translator: Translator,
    sentences: Sequence[Sentence],
    options: DecodeOptions,
    watch: Watch = lambda sentences: None,
) -> Output:
    """In the order of the sentences."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(sentences):
        places[one.source_language, one.target_language].append(place)
    texts, nll, pieces = [""] * len(sentences), 0.0, 0
    blocks = (
        (way, every[start : start + _AT_ONCE])
        for way, every in places.items()
        for start in range(0, len(every), _AT_ONCE)
    )
    for (source, target), rows in blocks:
        found = translator.translate_segments(
            [sentences[row].source for row in rows], source, target, options
        )
        for row, result in zip(rows, found, strict=True):
            texts[row] = result.best.text
        targets = [translator.encode_target(sentences[row].references[0]) for row in rows]
        counts = forced_counts(translator, [one.source_ids for one in found], targets)
        nll, pieces = nll + counts.nll, pieces + counts.pieces
        watch(len(rows))
    return Output(tuple(texts), perplexity(nll / max(pieces, 1)))


def _change(metric: CHRF, sentence: Sentence, before: str, after: str) -> Change:
    references = list(sentence.references)
    scores = [round(float(metric.sentence_score(text, references).score), 2) for text in (before, after)]
    return Change(
        source=sentence.source,
        reference=references[0],
        before=before,
        after=after,
        chrf_before=scores[0],
        chrf_after=scores[1],
        source_language=sentence.source_language,
        target_language=sentence.target_language,
    )


def _finite(value: float) -> float | None:
    """JSON has no infinity."""
    return round(value, 3) if math.isfinite(value) else None
