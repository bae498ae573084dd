"""Every candidate of every step of a beam search, for those who want to watch. Knows no rule of choosing.

Letters: N sentences carried, W hypotheses that a step went on from, R = N x W rows, V vocabulary, K beam."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from torch import Tensor

from core.decoding.beam_trace import End
from core.decoding.scoring import Continuations, best_continuations
from core.results import TraceCandidate


class Step(NamedTuple):
    """One step of the search as it was made."""

    number: int
    """1 for the first piece."""
    carried: Sequence[int]
    open_N: Sequence[bool]
    """Whether each sentence was still searched."""
    sums_NW: Tensor
    scores_RV: Tensor
    """By which pieces were chosen; -inf for EOS and for what was forbidden."""
    log_probs_RV: Tensor
    """The model's own."""


class StepLog:
    """Fills as the search runs; sentences x groups."""

    def __init__(self, eos: int, groups: int = 1) -> None:
        self._eos, self._groups = eos, groups
        self._found: dict[int, list[TraceCandidate]] = {}

    def fresh(self) -> "StepLog":
        """An empty one for the same kind of search."""
        return StepLog(self._eos, self._groups)

    def replace(self, sentence: int, candidates: Sequence[TraceCandidate]) -> None:
        """Another search of the sentence counts instead."""
        self._found[sentence] = list(candidates)

    def of(self, sentence: int) -> tuple[TraceCandidate, ...]:
        """All candidates of a sentence, step by step, group by group, best first."""
        return tuple(sorted(self._found.get(sentence, []), key=lambda one: (one.step, one.group, -one.score)))

    def add(self, step: Step, kept: Continuations, new_ends: Sequence[Sequence[End]]) -> None:
        """The 2K best continuations of each sentence, its new ends, and the kept, if not among the best."""
        best = best_continuations(step.sums_NW, step.scores_RV, 2 * kept.ids_NK.shape[1])
        for row, place in enumerate(step.carried):
            if not step.open_N[row]:
                continue
            slots = {pair: slot for slot, pair in enumerate(_pairs(kept, row))}
            found = [
                self._candidate(step, row, pair, slots)
                for pair in {**slots, **dict.fromkeys(_pairs(best, row))}
            ]
            found += [self._end(step, row, end) for end in new_ends[place] if end.eos]
            self._found.setdefault(place // self._groups, []).extend(
                one for one in found if one.score != -inf
            )

    def _candidate(
        self, step: Step, row: int, pair: tuple[int, int], slots: dict[tuple[int, int], int]
    ) -> TraceCandidate:
        parent, piece = pair
        line = row * step.sums_NW.shape[1] + parent
        return TraceCandidate(
            step=step.number,
            group=step.carried[row] % self._groups,
            parent=parent,
            id=piece,
            log_prob=float(step.log_probs_RV[line, piece]),
            score=float(step.sums_NW[row, parent] + step.scores_RV[line, piece]),
            fate="kept" if pair in slots else "pruned",
            slot=slots.get(pair),
        )

    def _end(self, step: Step, row: int, end: End) -> TraceCandidate:
        log_prob = end.log_prob - float(step.sums_NW[row, end.slot])
        group = step.carried[row] % self._groups
        return TraceCandidate(
            step.number, group, end.slot, self._eos, log_prob, end.log_prob, "finished", None
        )


def _pairs(found: Continuations, row: int) -> list[tuple[int, int]]:
    """(parent, piece) of each."""
    return list(zip(found.parents_NK[row].tolist(), found.ids_NK[row].tolist(), strict=True))
