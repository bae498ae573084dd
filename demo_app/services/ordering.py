"""What to annotate first, and why. Pure: knows no model, no store and no clock.

A control slice is drawn by chance before anything is measured, and lies at random places: what is evaluated
on it is as in the file. The others come by uncertainty x diversity x disagreement, each from 0 to 1."""

import heapq
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from random import Random
from typing import Any, Literal

from sacrebleu.metrics.chrf import CHRF

from core.analysis.edits import counted_words

FLOOR = 0.05
"""What a factor of 0 counts as: where two models agree to the letter, the other two still tell."""
Rule = Literal["control", "active", "duplicate"]
_DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A text with what is known of it before anybody sees it. None: not known, and not counted."""

    text: str
    uncertainty: float | None = None
    disagreement: float | None = None
    is_check: bool = False
    """Whether its answer is known. Such a text is placed by chance, so that no place gives it away."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a text goes."""

    rank: float
    """0 first, below 1. Of two sets arranged apart, the first halves come before the second ones."""
    is_control: bool
    reason: dict[str, Any]
    """`rule` and the figures that gave the rank, rounded."""


def uncertainty(n_best: Sequence[Sequence[float]]) -> float | None:
    """How unsure a model is of its own translation: 0 sure, 1 not at all; None where it said nothing.

    `n_best`: log-probabilities of the tokens of each hypothesis, nats, best first. With P the geometric mean
    of their probabilities, (1 - P1) / 2 + min(1, P2 / P1) / 2; with one hypothesis 1 - P1. The first half is
    the length-normalised uncertainty of Shen et al. (2018, MNLP), the second margin sampling (Scheffer et al.
    2001) as a ratio.
    Example: `uncertainty([[log(0.5), log(0.5)], [log(0.25)]])` is 0.5."""
    means = [math.exp(math.fsum(tokens) / len(tokens)) for tokens in n_best[:2] if tokens]
    if not means:
        return None
    if len(means) == 1:
        return 1 - means[0]
    closeness = min(1.0, means[1] / means[0]) if means[0] else 1.0
    return (1 - means[0] + closeness) / 2


def disagreement(texts: Sequence[str]) -> float | None:
    """How much several outputs differ: the mean of 1 - chrF / 100 over all pairs, in both directions.

    chrF is that of sacreBLEU (Popović 2015, beta 2, 6-grams), which is not the same both ways. None for
    fewer than two."""
    pairs = list(combinations(texts, 2))
    if not pairs:
        return None
    return math.fsum(_apart(one, other) for one, other in pairs) / len(pairs)


def arrange(texts: Sequence[Measured], control_share: float, dice: Random) -> list[Place]:
    """A place for each, in their order. The same dice give the same places.

    Diversity is the share of a text's words and pairs of neighbours, weighted by how rare they are among
    the texts (log(1 + N / n)), that no text before it has. A text that came before, whatever the case and
    spacing, goes behind all that did not."""
    checks = {index for index, one in enumerate(texts) if one.is_check}
    others = [index for index in range(len(texts)) if index not in checks]
    wanted = control_share * len(others)
    # Where a part of an item is wanted, it is drawn with that chance: many small files have their share too.
    count = int(wanted) + (dice.random() < wanted % 1)
    control = set(dice.sample(others, min(count, len(others))))
    places = {
        index: _by_chance(texts[index], dice.random(), index in control) for index in sorted(control | checks)
    }
    places |= _actively(texts, control)
    return [places[index] for index in range(len(texts))]


def _by_chance(one: Measured, rank: float, is_control: bool) -> Place:
    return Place(rank=rank, is_control=is_control, reason=_reason("control", one))


def _actively(texts: Sequence[Measured], control: set[int]) -> dict[int, Place]:
    """Places of all that neither chance nor a check has placed."""
    seen = {_key(texts[index].text) for index in control}
    fresh: list[int] = []
    repeated: list[int] = []
    for index, one in enumerate(texts):
        if index in control or one.is_check:
            continue
        key = _key(one.text)
        (repeated if key in seen else fresh).append(index)
        seen.add(key)
    places, total = {}, len(fresh) + len(repeated)
    for place, (index, diversity) in enumerate(_greedy(texts, fresh, control)):
        one = texts[index]
        figures = {"diversity": diversity, "priority": _worth(one) * _factor(diversity)}
        places[index] = Place(
            rank=(place + 0.5) / total, is_control=False, reason=_reason("active", one, **figures)
        )
    for place, index in enumerate(repeated, start=len(fresh)):
        reason = _reason("duplicate", texts[index], diversity=0.0)
        places[index] = Place(rank=(place + 0.5) / total, is_control=False, reason=reason)
    return places


def _greedy(texts: Sequence[Measured], fresh: Sequence[int], control: set[int]) -> list[tuple[int, float]]:
    """(index, diversity) in the order of choice: always the one with the highest product.

    What a text would add only shrinks while others are placed, so a stale figure is an upper bound, and only
    the top of the heap is measured again (Minoux 1978)."""
    features = {index: _features(texts[index].text) for index in (*fresh, *control)}
    counts = Counter(feature for index in features for feature in features[index])
    weights = {feature: math.log1p(len(features) / count) for feature, count in counts.items()}
    totals = {index: math.fsum(weights[each] for each in features[index]) for index in fresh}
    covered = {feature for index in control for feature in features[index]}

    def novelty(index: int) -> float:
        new = math.fsum(weights[each] for each in features[index] if each not in covered)
        return new / totals[index] if totals[index] else 0.0

    worth = {index: _worth(texts[index]) for index in fresh}
    heap = [(-worth[index] * _factor(1.0), index, 1.0) for index in fresh]
    heapq.heapify(heap)
    placed = []
    while heap:
        _, index, _ = heap[0]
        now = novelty(index)
        gain = -worth[index] * _factor(now)
        heapq.heapreplace(heap, (gain, index, now))
        if heap[0][:2] == (gain, index):
            heapq.heappop(heap)
            placed.append((index, now))
            covered |= features[index]
    return placed


def _features(text: str) -> frozenset[str]:
    words = counted_words(text.casefold())
    return frozenset(words) | frozenset(f"{one} {other}" for one, other in pairwise(words))


def _worth(one: Measured) -> float:
    """The part of the product that no other text changes."""
    known = [value for value in (one.uncertainty, one.disagreement) if value is not None]
    return math.prod(map(_factor, known))


def _factor(value: float) -> float:
    return FLOOR + (1 - FLOOR) * value


def _reason(rule: Rule, one: Measured, **figures: float) -> dict[str, Any]:
    known = {"uncertainty": one.uncertainty, "disagreement": one.disagreement, **figures}
    return {"rule": rule} | {
        name: None if value is None else round(value, _DIGITS) for name, value in known.items()
    }


def _apart(one: str, other: str) -> float:
    if one == other:
        return 0.0
    metric = _chrf()
    both = (metric.sentence_score(a, [b]).score for a, b in ((one, other), (other, one)))
    return 1 - float(sum(both)) / 200


@cache
def _chrf() -> CHRF:
    return CHRF()


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
