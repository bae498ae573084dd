"""What a beam search left behind, and the way back through it. Knows no rule of choosing.

Letters: N sentences carried, K hypotheses each, T steps, L layers, H heads, S source."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from torch import Tensor

from core.decoding.live import History
from core.decoding.scoring import IntArray
from core.decoding.search import Scored


class End(NamedTuple):
    """A hypothesis that grows no more."""

    log_prob: float
    steps: int
    """Pieces before EOS, or all of them when the limit cut it."""
    slot: int
    """Its place in the beam after the last of these steps."""
    eos: bool

    @property
    def length(self) -> int:
        """Pieces, EOS counted."""
        return self.steps + self.eos


class BeamTrace:
    """Each step's pieces, scores, attention and back-pointers, left where the step put them.

    Nothing is re-indexed while the search runs: `back` follows the pointers once, from the end."""

    def __init__(self, sentences: int) -> None:
        self._sentences = sentences
        self._parents, self._ids, self._scores, self._weights = (History() for _ in range(4))
        self._own, self._own_eos = History(), History()

    def add(
        self, carried: tuple[int, ...], parents_NK: IntArray, ids_NK: IntArray, scores_NK: npt.NDArray[Any]
    ) -> None:
        """`carried`: the sentence of each row. Scores are sums of log-probabilities."""
        self._parents.add(carried, parents_NK)
        self._ids.add(carried, ids_NK)
        self._scores.add(carried, scores_NK)

    def add_own(
        self, carried: tuple[int, ...], own_NK: npt.NDArray[Any], own_eos_NW: npt.NDArray[Any]
    ) -> None:
        """The model's own log-probabilities of the pieces, and of EOS there; for where rules change sums."""
        self._own.add(carried, own_NK)
        self._own_eos.add(carried, np.broadcast_to(own_eos_NW, own_NK.shape))

    def add_weights(self, carried: tuple[int, ...], weights_NWLHS: Tensor, size: int) -> None:
        """Attention of the hypotheses that the step continued: one a sentence at first, then `size`."""
        if weights_NWLHS.shape[1] != size:
            weights_NWLHS = weights_NWLHS.expand(-1, size, -1, -1, -1)
        self._weights.add(carried, weights_NWLHS)

    def back(self, ends: list[list[End]], eos: int) -> Iterator[list[Scored]]:
        """The whole sequences of these ends, sentence by sentence."""
        histories = (self._parents, self._ids, self._scores)
        parents_BTK, ids_BTK, scores_BTK = (history.dense(self._sentences) for history in histories)
        weights_BTKLHS, own_BTK, own_eos_BTK = (
            history.dense(self._sentences) if history else None
            for history in (self._weights, self._own, self._own_eos)
        )
        for row, row_ends in enumerate(ends):
            found = []
            for end in row_ends:
                slots = _slots(parents_BTK[row], end)
                steps = np.arange(end.steps)
                ids, sums = ids_BTK[row, steps, slots].tolist(), scores_BTK[row, steps, slots]
                if end.eos:
                    ids, sums = [*ids, eos], np.append(sums, end.log_prob)
                log_probs_T = np.diff(sums, prepend=0.0)
                if own_BTK is not None and own_eos_BTK is not None:
                    last = [own_eos_BTK[row, end.steps, end.slot]] if end.eos else []
                    log_probs_T = np.append(own_BTK[row, steps, slots], last)
                weights_TLHS = None
                if weights_BTKLHS is not None:  # a piece's attention was its parent's
                    parents = [0, *slots][: end.length]
                    weights_TLHS = weights_BTKLHS[row, np.arange(end.length), parents]
                found.append(Scored(ids, log_probs_T, weights_TLHS))
            yield found


def _slots(parents_TK: IntArray, end: End) -> list[int]:
    """The hypothesis's place in the beam after each of its steps."""
    slot, slots = end.slot, []
    for step in range(end.steps - 1, -1, -1):
        slots.append(slot)
        slot = int(parents_TK[step, slot])
    return slots[::-1]
