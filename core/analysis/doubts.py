"""Which words of a translation and of its source are to be doubted, and why. Knows no model and no colours.

The reasons are signs, not verdicts: each has its threshold here, to be read beside its number."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.analysis.alignment import links_by_argmax
from core.analysis.attention_map import select, to_words
from core.analysis.coverage import OVER_ATTENDED, UNDER_ATTENDED, source_coverage
from core.analysis.words import group_pieces, is_special, word_text
from core.results import AttentionMap, PieceJudgement

IMPROBABLE = 0.4
"""A less probable word is in doubt. In 400 test sentences that the shipped model translated from French,
these are a fifth of all words; a third of them are in the reference, of the others 84%."""
OMITTED = 0.5
"""Nats. A source word is in doubt if the translation gains more without it. Any gain is a sign (Vamvas &
Sennrich 2022); this much is not rounding, and leaves function words alone more often."""
RARE = 50
"""A piece seen less often in training is in doubt; where the authors of subword-nmt advise to cut
vocabularies as well."""

TargetReason = Literal["improbable", "repeats", "rare"]
SourceReason = Literal["omitted", "unattended", "attended_twice", "rare"]
PieceCounts = Mapping[int, int]
"""How often each piece id was seen in training; those that are missing never were."""


@dataclass(frozen=True)
class JudgedWord:
    """One word of a target: the worst of its pieces."""

    text: str
    piece_range: range
    """Its pieces within the target."""
    prob: float
    """0 to 1: the product over its pieces."""
    rank: int
    """The highest of its pieces."""
    entropy: float
    """Nats; the greatest of its pieces."""
    margin: float
    """The least of its pieces."""
    reasons: tuple[TargetReason, ...]
    """`improbable`: `prob` is under `IMPROBABLE`. `repeats`: the same word stands before, looks most at the
    same source word, and that one got more attention than `OVER_ATTENDED`. `rare`: holds a piece under
    `RARE`."""


@dataclass(frozen=True)
class ReadWord:
    """One word of a source, as the translation read it."""

    text: str
    piece_range: range
    """Its pieces within the source."""
    coverage: float | None
    """Attention that it got from all target words together; None for a model without attention."""
    loss: float | None
    """Nats that the translation's log-probability loses where the word is left out of the source; negative
    where the translation suits the source better without it. None if that was not computed."""
    reasons: tuple[SourceReason, ...]
    """`omitted`: the translation gains more than `OMITTED` without it. `unattended`: `coverage` is under
    `UNDER_ATTENDED`, which also befalls words that the decoder knows from elsewhere, above all recurrent
    ones. `attended_twice`: over `OVER_ATTENDED`. `rare`: holds a piece under `RARE`."""


@dataclass(frozen=True)
class Doubts:
    """A translation and its source, word by word."""

    target: tuple[JudgedWord, ...]
    source: tuple[ReadWord, ...]


def judge_words(
    judgements: Sequence[PieceJudgement], map: AttentionMap | None = None, counts: PieceCounts | None = None
) -> tuple[JudgedWord, ...]:
    """Every word of a target in order, EOS left out. Without a map nothing repeats, without counts nothing is
    rare. `map`: cross-attention of the same pieces."""
    groups = group_pieces([one.piece for one in judgements])
    repeats = set() if map is None else _repeats(to_words(map))
    found = []
    for index, group in enumerate(groups):
        pieces = judgements[group.start : group.stop]
        if is_special(text := word_text([one.piece for one in pieces])):
            continue
        prob = math.exp(math.fsum(one.log_prob for one in pieces))
        signs: dict[TargetReason, bool] = {
            "improbable": prob < IMPROBABLE,
            "repeats": index in repeats,
            "rare": _is_rare([one.id for one in pieces], counts),
        }
        reasons = tuple(reason for reason, holds in signs.items() if holds)
        rank, entropy = max(one.rank for one in pieces), max(one.entropy for one in pieces)
        margin = min(one.margin for one in pieces)
        found.append(JudgedWord(text, group, prob, rank, entropy, margin, reasons))
    return tuple(found)


def read_words(
    source_ids: Sequence[int],
    source_pieces: Sequence[str],
    map: AttentionMap | None = None,
    losses: Sequence[float] | None = None,
    counts: PieceCounts | None = None,
) -> tuple[ReadWord, ...]:
    """Every word of a source in order, tag and EOS left out: those of `ordinary_words`.

    `map`: cross-attention of a translation to the same pieces. `losses`: one a word."""
    received = None if map is None else source_coverage(to_words(map)).tolist()
    found: list[ReadWord] = []
    for index, group in enumerate(group_pieces(source_pieces)):
        if is_special(text := word_text(source_pieces[group.start : group.stop])):
            continue
        coverage = None if received is None else received[index]
        loss = None if losses is None else losses[len(found)]
        signs: dict[SourceReason, bool] = {
            "omitted": loss is not None and loss < -OMITTED,
            "unattended": coverage is not None and coverage < UNDER_ATTENDED,
            "attended_twice": coverage is not None and coverage > OVER_ATTENDED,
            "rare": _is_rare(source_ids[group.start : group.stop], counts),
        }
        reasons = tuple(reason for reason, holds in signs.items() if holds)
        found.append(ReadWord(text, group, coverage, loss, reasons))
    return tuple(found)


def _repeats(words: AttentionMap) -> set[int]:
    """Target words that say again what was said of a source word that got too much attention."""
    coverage, said, found = source_coverage(words), set(), set()
    links = links_by_argmax(select(words, None, None))
    for source, target in sorted(links, key=lambda link: link[1]):
        saying = (source, words.target_units[target].casefold())
        if saying in said and coverage[source] > OVER_ATTENDED:
            found.add(target)
        said.add(saying)
    return found


def _is_rare(ids: Sequence[int], counts: PieceCounts | None) -> bool:
    return counts is not None and any(counts.get(i, 0) < RARE for i in ids)
