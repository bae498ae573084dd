"""Phrases that must appear, by dynamic beam allocation (Post & Vilar 2018). Knows no model.

The hypotheses of a sentence are banked by how many required pieces they have written, and the beam is dealt
out to the banks, so that one which has just begun a phrase need not beat those that avoid it.

Letters: N sentences, W live hypotheses of each, R = N x W rows, T pieces written, V vocabulary, K beam."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from math import inf, isnan
from typing import NamedTuple, Self

import torch
from torch import Tensor

from core.decoding.scoring import Continuations
from core.decoding.search import Written
from core.decoding.wish import Phrase, RequiredText, Wish


class Progress(NamedTuple):
    """How much of its phrases a hypothesis has written."""

    missing: tuple[Phrase, ...]
    """As the pieces that would write them."""
    begun: tuple[int, ...]
    """Of each missing phrase, how many of its pieces are the last that were written."""

    @classmethod
    def of(cls, phrases: Sequence[RequiredText], ids: Phrase) -> Self:
        missing = tuple(phrase.pieces for phrase in phrases if not phrase.is_in(ids))
        return cls(missing, tuple(_begun(phrase, ids) for phrase in missing))

    @property
    def needed(self) -> int:
        """Pieces that complete all, if nothing else is written between."""
        return sum(map(len, self.missing)) - max(self.begun, default=0)

    def next_pieces(self, least: int = 0) -> set[int]:
        """The pieces that take phrases on of which at least so many pieces are written."""
        pairs = zip(self.missing, self.begun, strict=True)
        return {phrase[count] for phrase, count in pairs if count >= least}


class RequiredPhrases:
    """The rule that nothing ends incomplete, and the choice of who survives a step."""

    def __init__(self, wishes: Sequence[Wish], limits: Sequence[int], eos: int) -> None:
        """`limits`: pieces at most of each sentence, with room for its prefix, its phrases and EOS."""
        self._wishes, self._limits, self._eos = wishes, limits, eos

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        """Forbid EOS while a phrase is missing, and all but the phrases when they only just fit, or when
        nothing else may be written; they overrule what forbids their pieces."""
        for row, sentence in enumerate(written.sentences_R.tolist()):
            if not (phrases := self._wishes[sentence].required):
                continue
            ids = tuple(written.ids_RT[row].tolist())
            progress = Progress.of(phrases, ids)
            if progress.missing:
                scores_RV[row, self._eos] = -inf
                # a free piece could break off a phrase that is begun, so that all of it is needed again
                is_tight = self._limits[sentence] - len(ids) < sum(map(len, progress.missing)) + 2
                if is_tight or scores_RV[row].amax() == -inf:
                    pieces = list(progress.next_pieces(least=max(progress.begun)))
                    scores_RV[row] = -inf
                    scores_RV[row, pieces] = written.log_probs_RV[row, pieces]

    def choose(
        self, sums_NW: Tensor, scores_RV: Tensor, written: Written, plain: Continuations
    ) -> Continuations:
        """The K survivors of each sentence. `plain`: those without phrases; `scores_RV` holds no EOS."""
        width, size = sums_NW.shape[1], plain.ids_NK.shape[1]
        scores_NK, parents_NK, ids_NK = plain.scores_NK.cpu().numpy(), plain.parents_NK, plain.ids_NK
        complete_NK = ids_NK >= 0
        for row, sentence in enumerate(written.sentences_R[::width].tolist()):
            if not (phrases := self._wishes[sentence].required):
                continue
            rows = slice(row * width, row * width + width)
            histories = [tuple(ids) for ids in written.ids_RT[rows].tolist()]
            pairs = set(zip(parents_NK[row].tolist(), ids_NK[row].tolist(), strict=True))
            pairs |= _pairs(phrases, scores_RV[rows], histories)
            survivors = _deal(_candidates(pairs, phrases, sums_NW[row], scores_RV[rows], histories), size)
            dead = _Survivor(-inf, 0, 0, 1)
            for slot, one in enumerate([*survivors, *[dead] * (size - len(survivors))]):
                scores_NK[row, slot], parents_NK[row, slot], ids_NK[row, slot] = one[:3]
                complete_NK[row, slot] = one.needed == 0
        return Continuations(torch.from_numpy(scores_NK).to(sums_NW), parents_NK, ids_NK, complete_NK)


class _Survivor(NamedTuple):
    score: float
    parent: int
    piece: int
    needed: int
    """Required pieces still to be written after this one: the bank, counted from the other end."""


def _pairs(
    phrases: Sequence[RequiredText], scores_WV: Tensor, histories: list[Phrase]
) -> set[tuple[int, int]]:
    """(hypothesis, piece): the best piece of each hypothesis, and those that take a phrase on."""
    best_W = scores_WV.argmax(1).tolist()
    return {
        (parent, piece)
        for parent, ids in enumerate(histories)
        for piece in (best_W[parent], *Progress.of(phrases, ids).next_pieces())
    }


def _candidates(
    pairs: set[tuple[int, int]],
    phrases: Sequence[RequiredText],
    sums_W: Tensor,
    scores_WV: Tensor,
    histories: list[Phrase],
) -> list[_Survivor]:
    """All that may live, best first; NaN counts as best."""
    ordered = sorted(pairs)
    parents, pieces = torch.tensor(ordered, device=scores_WV.device).unbind(1)
    totals = (sums_W[parents] + scores_WV[parents, pieces]).tolist()
    found = [
        _Survivor(total, parent, piece, Progress.of(phrases, (*histories[parent], piece)).needed)
        for total, (parent, piece) in zip(totals, ordered, strict=True)
        if total != -inf
    ]
    return sorted(found, key=_rank)


def _rank(one: _Survivor) -> float:
    return -inf if isnan(one.score) else -one.score


def _deal(candidates: list[_Survivor], size: int) -> list[_Survivor]:
    """One to each bank in turn, from the fullest bank down, until `size` are dealt; best first."""
    banks: dict[int, list[_Survivor]] = defaultdict(list)
    for one in candidates:
        banks[one.needed].append(one)
    rounds = zip_longest(*(banks[needed] for needed in sorted(banks)))
    dealt = [one for turn in rounds for one in turn if one is not None]
    return sorted(dealt[:size], key=_rank)


def _begun(phrase: Phrase, ids: Phrase) -> int:
    """Length of the longest beginning of the phrase that the ids end with."""
    longest = min(len(phrase) - 1, len(ids))
    return next(size for size in range(longest, -1, -1) if ids[len(ids) - size :] == phrase[:size])
