"""What goes into a search and what comes out of it. Knows no rule of choosing.

Letters: B sentences, S source, T target, L layers, H heads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from torch import Tensor

from core.decoding.scoring import IntArray
from core.errors import NonFiniteScoresError
from core.results import FloatArray

LENGTH_CAP = 512
"""Pieces that a sentence without a limit of its own may grow to, however long its source."""


class SpecialIds(NamedTuple):
    """Ids that mean something to the search. All are lower than any ordinary piece's id."""

    pad: int
    bos: int
    eos: int
    unk: int

    @property
    def forbidden(self) -> tuple[int, int, int]:
        """Ids that are never generated."""
        return self.pad, self.bos, self.unk


@dataclass(frozen=True)
class Candidate:
    """One target sequence with what the model thought of it."""

    ids: tuple[int, ...]
    """Ends with EOS if and only if `finished`."""
    token_log_probs: tuple[float, ...]
    """Nats, one per id; the model's own, over the whole vocabulary."""
    score: float
    """What search ranks by: the sum of `token_log_probs`, under beam search divided by the length penalty,
    with repetition and coverage penalties where asked for."""
    finished: bool
    """False when the length limit cut it before EOS."""
    weights_LHTS: FloatArray | None
    """Cross-attention as wide as the sentence itself, its padding cut off; None without attention."""


@dataclass(frozen=True)
class Sources:
    """A padded batch of source sentences, and how many pieces each may become."""

    ids_BS: Tensor
    mask_BS: Tensor
    """bool, True for real tokens, which come first in each row."""
    lengths: tuple[int, ...]
    limits: tuple[int, ...]
    """Target pieces at most, EOS counted; each >= 1."""

    @classmethod
    def of(cls, ids_BS: Tensor, mask_BS: Tensor, max_length: int, max_positions: int | None = None) -> Self:
        """`max_length` 0 allows 2 x source + 10 pieces, at most `LENGTH_CAP` and the model's positions."""
        lengths = tuple(mask_BS.sum(1).tolist())
        limits = tuple(max_length or min(2 * length + 10, LENGTH_CAP) for length in lengths)
        if max_positions is not None:
            limits = tuple(min(limit, max_positions) for limit in limits)
        return cls(ids_BS, mask_BS, lengths, limits)

    def __len__(self) -> int:
        return len(self.lengths)

    def select(self, rows: Sequence[int]) -> Self:
        """Some of the sentences, as wide as before."""
        lengths, limits = (tuple(ones[row] for row in rows) for ones in (self.lengths, self.limits))
        chosen = list(rows)
        return replace(
            self, ids_BS=self.ids_BS[chosen], mask_BS=self.mask_BS[chosen], lengths=lengths, limits=limits
        )

    def repeat(self, copies: int) -> Self:
        """Each sentence so many times, equal ones side by side."""
        lengths, limits = (
            tuple(one for one in ones for _ in range(copies)) for ones in (self.lengths, self.limits)
        )
        ids_BS, mask_BS = (rows.repeat_interleave(copies, dim=0) for rows in (self.ids_BS, self.mask_BS))
        return replace(self, ids_BS=ids_BS, mask_BS=mask_BS, lengths=lengths, limits=limits)


class Written(NamedTuple):
    """What the rows of a step, R hypotheses, have written."""

    sentences_R: IntArray
    """The sentence of each row."""
    ids_RT: IntArray
    log_probs_RV: Tensor
    """The model's own for the next piece, whatever rules say of it."""


class Scored(NamedTuple):
    """A target sequence as a search or a forced pass leaves it: arrays, with the batch's padding."""

    ids: Sequence[int]
    log_probs_T: npt.NDArray[np.floating[Any]]
    weights_TLHS: npt.NDArray[Any] | None

    def candidate(
        self, source_length: int, eos: int, penalty: float = 1.0, total: float | None = None
    ) -> Candidate:
        """Plain values of its own, the padding cut off; raises `NonFiniteScoresError`.

        `total`: what rules made of the sum of log-probabilities, to be its score before the penalty."""
        if not np.isfinite(self.log_probs_T).all():
            raise non_finite_scores()
        token_log_probs = tuple(self.log_probs_T.tolist())
        weights_LHTS = None
        if self.weights_TLHS is not None:
            own = self.weights_TLHS[..., :source_length].transpose(1, 2, 0, 3)
            weights_LHTS = np.array(own, dtype=np.float32, order="C")
        return Candidate(
            ids=tuple(self.ids),
            token_log_probs=token_log_probs,
            score=(sum(token_log_probs) if total is None else total) / penalty,
            finished=bool(self.ids) and self.ids[-1] == eos,
            weights_LHTS=weights_LHTS,
        )


def non_finite_scores() -> NonFiniteScoresError:
    """The error for a model that returned NaN, or infinity where a choice was needed."""
    return NonFiniteScoresError(
        "Every score of the model must be a finite number, but it returned NaN or infinity; "
        "its weights are damaged or its training diverged, so use another checkpoint."
    )
