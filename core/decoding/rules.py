"""What may be written next, and what costs more: small rules that search composes. Knows no model.

Letters: N sentences, W live hypotheses of each, R = N x W rows, T pieces written so far, V vocabulary."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from core.decoding.required import RequiredPhrases
from core.decoding.scoring import IntArray, forbid
from core.decoding.search import Sources, SpecialIds, Written
from core.decoding.wish import Wish
from core.options import CommonOptions


class Rule(Protocol):
    """One rule. `scores_RV` are log-probabilities as earlier rules left them, -inf where forbidden."""

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        """Change the scores in place."""
        ...


class RepetitionPenalty:
    """Pieces already written cost more: their log-probability times the penalty.

    Keskar et al. 2019, section 4.1, on log-probabilities, which unlike logits are never positive."""

    def __init__(self, penalty: float) -> None:
        self._penalty = penalty

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        ids_RT = torch.from_numpy(written.ids_RT).to(scores_RV.device)
        scores_RV.scatter_(1, ids_RT, scores_RV.gather(1, ids_RT) * self._penalty)


class NgramBlock:
    """No run of `size` pieces twice."""

    def __init__(self, size: int) -> None:
        self._size = size

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        ids_RT, context = written.ids_RT, self._size - 1
        places = ids_RT.shape[1] - context
        if places <= 0:
            return
        same_RP = np.ones((len(ids_RT), places), dtype=bool)
        for offset in range(context):
            same_RP &= ids_RT[:, offset : offset + places] == ids_RT[:, [places + offset]]
        rows, starts = same_RP.nonzero()
        _forbid_pairs(scores_RV, rows, ids_RT[rows, starts + context])


class MinLength:
    """No EOS before the output has so many pieces, EOS counted."""

    def __init__(self, pieces: int, eos: int) -> None:
        self._pieces, self._eos = pieces, eos

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        if written.ids_RT.shape[1] + 1 < self._pieces:
            scores_RV[:, self._eos] = float("-inf")


class ForbiddenTexts:
    """Words that must not be written, nor required ones become others, sentence by sentence."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        self._wishes = wishes

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        for row, sentence in enumerate(written.sentences_R.tolist()):
            wish = self._wishes[sentence]
            for text in (*wish.forbidden, *wish.required):
                for ids in text.blocked(written.ids_RT[row].tolist()):
                    scores_RV[row].index_fill_(0, ids.to(scores_RV.device), float("-inf"))


class ForcedPrefixes:
    """Each sentence starts with its own prefix; overrules every other rule."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        self._prefixes = [wish.prefix for wish in wishes]
        self._longest = max(map(len, self._prefixes))

    def apply(self, scores_RV: Tensor, written: Written) -> None:
        step = written.ids_RT.shape[1]
        if step >= self._longest:
            return
        pairs = [
            (row, self._prefixes[sentence][step])
            for row, sentence in enumerate(written.sentences_R.tolist())
            if step < len(self._prefixes[sentence])
        ]
        rows, ids = torch.tensor(pairs, dtype=torch.int64, device=scores_RV.device).view(-1, 2).unbind(1)
        scores_RV[rows] = float("-inf")
        scores_RV[rows, ids] = written.log_probs_RV[rows, ids]


def _forbid_pairs(scores_RV: Tensor, rows: IntArray, ids: IntArray) -> None:
    places = (torch.from_numpy(one).to(scores_RV.device) for one in (rows, ids))
    scores_RV[tuple(places)] = float("-inf")


class Rules:
    """All rules of one search, in the order in which they overrule each other."""

    def __init__(self, rules: Sequence[Rule], special: SpecialIds) -> None:
        self._rules, self._eos = rules, special.eos
        self._forbidden = torch.tensor(special.forbidden)

    def scores(self, written: Written, sums_NW: Tensor) -> Tensor:
        """What search compares instead of the model's own log-probabilities: a new tensor (R, V).

        `sums_NW`: what the hypotheses, R = N x W, have so far; -inf for those that are dead. A sentence of
        which no hypothesis may write anything may end, so that every search comes to an end."""
        # never generated: put there for good, so that no choice among nothing looks like a sound one
        forbid(written.log_probs_RV, self._forbidden.to(written.log_probs_RV.device))
        scores_RV = written.log_probs_RV.clone()
        for rule in self._rules:
            rule.apply(scores_RV, written)
        dead_N = (sums_NW + scores_RV.amax(1).view(sums_NW.shape)).amax(1) == float("-inf")
        dead_R = dead_N.repeat_interleave(sums_NW.shape[1])
        scores_RV[dead_R, self._eos] = written.log_probs_RV[dead_R, self._eos]
        return scores_RV


def make_rules(
    options: CommonOptions, sources: Sources, wishes: Sequence[Wish], special: SpecialIds
) -> Rules | None:
    """What options and wishes ask for; None when they ask for nothing, so that search need not look."""
    rules: list[Rule] = []
    if options.repetition_penalty != 1.0:
        rules.append(RepetitionPenalty(options.repetition_penalty))
    if options.no_repeat_ngram:
        rules.append(NgramBlock(options.no_repeat_ngram))
    if options.min_length > 1:
        rules.append(MinLength(options.min_length, special.eos))
    if any(wish.forbidden or wish.required for wish in wishes):
        rules.append(ForbiddenTexts(wishes))
    if any(wish.required for wish in wishes):
        rules.append(RequiredPhrases(wishes, sources.limits, special.eos))
    if any(wish.prefix for wish in wishes):
        rules.append(ForcedPrefixes(wishes))
    return Rules(rules, special) if rules else None
