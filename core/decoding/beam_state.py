"""Live and retired hypotheses of a batch, and the way back through them. Knows no model.

Letters: N sentences carried, W live hypotheses each (1 before the first step, then K), R = N x W rows,
V vocabulary, T steps. A slot is a hypothesis's place, 0 to W - 1, within its sentence, best first."""

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import pad

from core.decoding.beam_trace import BeamTrace, End
from core.decoding.diverse import Diversity
from core.decoding.live import LiveSentences
from core.decoding.required import RequiredPhrases
from core.decoding.rules import Rules
from core.decoding.scoring import Continuations, IntArray, best_continuations, forbid, length_penalty
from core.decoding.search import Candidate, Sources, SpecialIds, Written, non_finite_scores
from core.decoding.step_log import Step, StepLog

FloatArray = npt.NDArray[np.floating[Any]]


class BeamRule(NamedTuple):
    """What a person may choose about a beam."""

    size: int
    """K, live hypotheses per sentence."""
    alpha: float
    """Exponent of the length penalty."""
    n_best: int
    """Candidates to return at most, 1 to K."""


class Guide(NamedTuple):
    """What makes a beam search other than plain; all of it is optional."""

    rules: Rules | None = None
    required: RequiredPhrases | None = None
    """Only beside `rules` that hold it too."""
    diversity: Diversity | None = None
    """Then each sentence stands in the batch once for each group."""
    log: StepLog | None = None


class Move(NamedTuple):
    """How to take the next step."""

    ids: Tensor
    """(N x K,) pieces to read."""
    rows: Tensor
    """(N x K,) rows of the last step that they follow."""
    memory_rows: Tensor | None
    """(N x K,) rows of the memory to go on with; None when they stay as they are."""


class BeamState:
    """The search between two steps of the model. `advance` changes it."""

    def __init__(
        self, sources: Sources, rule: BeamRule, special: SpecialIds, guide: Guide | None = None
    ) -> None:
        self.live = LiveSentences(sources.limits)
        self._sources, self._rule, self._eos = sources, rule, special.eos
        self._guide = guide or Guide()
        self._ids_RT = np.zeros((len(sources), 0), np.int64)
        self._ends: list[list[End]] = [[] for _ in range(len(sources))]
        self._steps = 0
        # float64 where the device has it, so that sums neither merge nor swap two float32 log-probabilities
        device = sources.ids_BS.device
        dtype = torch.float32 if device.type == "mps" else torch.float64
        self._scores_NW = torch.zeros(len(sources), 1, dtype=dtype, device=device)
        self._not_live = torch.tensor([*special.forbidden, special.eos], device=device)
        self._trace = BeamTrace(len(sources))

    def advance(self, log_probs_RV: Tensor, weights_RLHS: Tensor | None) -> Move | None:
        """Take every sentence one piece further; None when all are finished. Overwrites its input."""
        before_NW, carried, guide = self._scores_NW, self.live.carried, self._guide
        width = before_NW.shape[1]
        scores_RV = log_probs_RV
        if guide.rules is not None:
            scores_RV = guide.rules.scores(self._written(log_probs_RV), before_NW)
        eos_NW = (before_NW + scores_RV[:, self._eos].view(-1, width)).cpu().numpy()
        forbid(scores_RV, self._not_live)
        found = self._choose(scores_RV, log_probs_RV)
        scores_NK = found.scores_NK.cpu().numpy()
        if weights_RLHS is not None:
            weights_NWLHS = weights_RLHS.view(-1, width, *weights_RLHS.shape[1:])
            self._trace.add_weights(carried, weights_NWLHS, self._rule.size)
        self._trace.add(carried, found.parents_NK, found.ids_NK, scores_NK)
        if guide.rules is not None:
            self._note_own(found, log_probs_RV, width)
        self._scores_NW = found.scores_NK
        self._steps += 1
        ended = None if guide.log is None else [len(ends) for ends in self._ends]
        opened = None if guide.log is None else self._open()
        self._retire(eos_NW, scores_NK, found)
        if guide.log is not None and ended is not None and opened is not None:
            new = [ends[count:] for ends, count in zip(self._ends, ended, strict=True)]
            step = Step(self._steps, carried, opened, before_NW, scores_RV, log_probs_RV)
            guide.log.add(step, found, new)
        return self._move(found.parents_NK, found.ids_NK, width) if self.live else None

    def _written(self, log_probs_RV: Tensor) -> Written:
        sentences_R = np.repeat(self.live.carried, self._scores_NW.shape[1])
        return Written(sentences_R, self._ids_RT, log_probs_RV)

    def _open(self) -> list[bool]:
        """Of each sentence carried, whether it is still searched."""
        return [self.live.is_open(sentence) for sentence in self.live.carried]

    def _choose(self, scores_RV: Tensor, log_probs_RV: Tensor) -> Continuations:
        """K for every sentence, filled up with dead ones where there are fewer pieces than hypotheses."""
        size, diversity, required = self._rule.size, self._guide.diversity, self._guide.required
        if diversity is not None:
            places_N = np.array(self.live.carried)
            return diversity.choose(self._scores_NW, scores_RV, size, places_N, self._open())
        found = best_continuations(self._scores_NW, scores_RV, size)
        if missing := size - found.ids_NK.shape[1]:
            parents, ids = (
                np.pad(places, ((0, 0), (0, missing))) for places in (found.parents_NK, found.ids_NK)
            )
            found = Continuations(pad(found.scores_NK, (0, missing), value=float("-inf")), parents, ids)
        if required is None:
            return found
        return required.choose(self._scores_NW, scores_RV, self._written(log_probs_RV), found)

    def _note_own(self, found: Continuations, log_probs_RV: Tensor, width: int) -> None:
        """Keep what the model itself thought of the pieces, which the rules' sums no longer tell."""
        rows = self._rows(np.arange(0, len(log_probs_RV), width)[:, None] + found.parents_NK)
        own_NK = log_probs_RV[rows, self._rows(found.ids_NK)].view(found.scores_NK.shape)
        own_eos_NW = log_probs_RV[:, self._eos].clone().view(-1, width)  # the rest is scratch
        self._trace.add_own(self.live.carried, own_NK.cpu().numpy(), own_eos_NW.cpu().numpy())

    def _retire(self, eos_NW: FloatArray, scores_NK: FloatArray, found: Continuations) -> None:
        """Retire the hypotheses whose EOS is among the best K of their sentence, and finish sentences.

        Where phrases are required, among the best of those that have written all of them."""
        places_N, complete = [self._rule.size] * len(scores_NK), False
        stuck = [] if self._guide.rules is None else (scores_NK[:, 0] == -np.inf).nonzero()[0].tolist()
        if found.complete_NK is not None:
            scores_NK = np.where(found.complete_NK, scores_NK, -np.inf)
            places_N = found.complete_NK.sum(1).clip(1).tolist()
        for row in (eos_NW.max(1) >= scores_NK[:, -1]).nonzero()[0].tolist():
            sentence = self.live.carried[row]
            ends = self._ends[sentence]
            # EOS stands first, so it wins a tie, having the lowest id
            merged = np.concatenate([eos_NW[row], scores_NK[row]])
            for place in np.argsort(-merged, kind="stable")[: places_N[row]].tolist():
                alive = len(ends) < self._rule.size and self.live.is_open(sentence)
                if alive and place < len(eos_NW[row]) and merged[place] > float("-inf"):
                    ends.append(End(float(merged[place]), self._steps - 1, place, eos=True))
                    complete = complete or len(ends) == self._rule.size
        expired = self._steps >= self.live.next_limit
        if expired:
            self._fill(scores_NK)
        if complete or expired or stuck:
            full = [s for s, ends in enumerate(self._ends) if len(ends) == self._rule.size]
            self.live.finish(self._steps, full + [self.live.carried[row] for row in stuck])

    def _fill(self, scores_NK: FloatArray) -> None:
        """Give the places that are left at the limit to the best live hypotheses."""
        for row, sentence in enumerate(self.live.carried):
            if not self.live.is_open(sentence) or self._steps < self._sources.limits[sentence]:
                continue
            room = self._rule.size - len(self._ends[sentence])
            for slot, log_prob in enumerate(scores_NK[row, :room].tolist()):
                if log_prob != float("-inf"):  # NaN is kept, to be found
                    self._ends[sentence].append(End(log_prob, self._steps, slot, eos=False))

    def _move(self, parents_NK: IntArray, ids_NK: IntArray, width: int) -> Move:
        """Rows of the next step, without finished sentences when it is time to drop them."""
        size, keep = self._rule.size, self.live.drop()
        first_rows_N1 = np.arange(0, len(ids_NK) * width, width)[:, None]
        if keep is not None:
            first_rows_N1, parents_NK, ids_NK = first_rows_N1[keep], parents_NK[keep], ids_NK[keep]
            self._scores_NW = self._scores_NW[keep]
        memory_rows = None
        if keep is not None or width != size:
            memory_rows = self._rows(first_rows_N1 + np.minimum(np.arange(size), width - 1))
        if self._guide.rules is not None:
            rows_NK = first_rows_N1 + parents_NK
            self._ids_RT = np.append(self._ids_RT[rows_NK.reshape(-1)], ids_NK.reshape(-1, 1), axis=1)
        return Move(self._rows(ids_NK), self._rows(first_rows_N1 + parents_NK), memory_rows)

    def _rows(self, values_NK: IntArray) -> Tensor:
        return torch.from_numpy(values_NK.reshape(-1)).to(self._scores_NW.device)

    def n_best(self) -> list[list[Candidate]]:
        """Retired hypotheses of each sentence, best first; the earlier retired wins a tie."""
        if not self._ends:
            return []
        if any(not ends or any(math.isnan(end.log_prob) for end in ends) for ends in self._ends):
            raise non_finite_scores()
        alpha, count = self._rule.alpha, self._rule.n_best
        ranked = [
            sorted(ends, key=lambda end: -end.log_prob / length_penalty(end.length, alpha))[:count]
            for ends in self._ends
        ]
        return [
            [
                scored.candidate(
                    length,
                    self._eos,
                    length_penalty(end.length, alpha),
                    None if self._guide.rules is None else end.log_prob,
                )
                for scored, end in zip(found, ends, strict=True)
            ]
            for found, ends, length in zip(
                self._trace.back(ranked, self._eos), ranked, self._sources.lengths, strict=True
            )
        ]
