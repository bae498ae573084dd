"""Numbers that a search compares: log-probabilities, the best pieces of a row, the length penalty.

Letters: N sentences, W live hypotheses of each, R = N x W rows, V vocabulary, K beam."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

IntArray = npt.NDArray[np.int64]


def log_probs(logits_RV: Tensor, scratch: Tensor | None = None) -> Tensor:
    """(R, V) float32 nats. `scratch`: an earlier result, to be overwritten if it is big enough.

    A NaN or +inf among the logits makes its whole row NaN, so whatever is chosen there shows it.
    The full log-softmax is one fused kernel and takes half the time of `logsumexp`, which is four;
    fresh memory at every step would cost as much again, in page faults."""
    if scratch is None or len(scratch) < len(logits_RV):
        scratch = torch.empty_like(logits_RV, dtype=torch.float32)
    return torch.log_softmax(logits_RV, dim=1, dtype=torch.float32, out=scratch[: len(logits_RV)])


def forbid(log_probs_RV: Tensor, ids: Tensor) -> None:
    """Put -inf in the columns of these ids, in place."""
    log_probs_RV.index_fill_(1, ids, float("-inf"))


def best_piece(log_probs_RV: Tensor) -> Tensor:
    """(R,) int64: the most probable id of each row, the lowest of equals; NaN counts as highest."""
    if log_probs_RV.is_cpu:  # numpy's argmax is vectorised: about a tenth of torch's time
        return torch.from_numpy(log_probs_RV.numpy().argmax(1))
    return log_probs_RV.argmax(1)


class Continuations(NamedTuple):
    """What to go on with, best first. Places are on the host, where the book-keeping is done."""

    scores_NK: Tensor
    parents_NK: IntArray
    """Which of the sentence's W hypotheses each goes on from."""
    ids_NK: IntArray
    complete_NK: npt.NDArray[np.bool_] | None = None
    """Which have written all that they must; None when that is all of them."""


def best_continuations(scores_NW: Tensor, log_probs_RV: Tensor, size: int) -> Continuations:
    """The `size` best of each sentence's W x V continuations (all of them, if they are fewer).

    `scores_NW`: what the hypotheses, R = N x W, have so far. For `size` 1 the choice is `best_piece`'s.
    Rows are cut into chunks: the best pieces lie in the chunks with the best maxima, and finding maxima
    is many times faster than sorting out the best of a whole row. NaN counts as highest."""
    if size == 1:
        ids_N1 = best_piece(log_probs_RV).unsqueeze(1)
        scores_N1 = scores_NW + log_probs_RV.gather(1, ids_N1)
        ids = ids_N1.cpu().numpy()
        return Continuations(scores_N1, np.zeros_like(ids), ids)
    (sentences, hypotheses), vocab = scores_NW.shape, log_probs_RV.shape[1]
    width = chunk_width(vocab)
    row_chunks = vocab // width
    chunks = log_probs_RV.view(sentences, hypotheses, row_chunks, width)
    maxima = (scores_NW.unsqueeze(2) + chunks.amax(3)).flatten(1)
    best = maxima.topk(min(size, maxima.shape[1]), dim=1, sorted=False).indices
    inside = chunks.flatten(1, 2).gather(1, best.unsqueeze(2).expand(-1, -1, width))
    parents = torch.floor_divide(best, row_chunks)
    totals = (scores_NW.gather(1, parents).unsqueeze(2) + inside).flatten(1)
    scores_NK, places_NK = totals.topk(min(size, totals.shape[1]), dim=1)
    places = places_NK.cpu().numpy()
    chunk, offset = np.divmod(places, width)
    parents_NK, chunk = np.divmod(best.cpu().numpy()[np.arange(sentences)[:, None], chunk], row_chunks)
    return Continuations(scores_NK, parents_NK, chunk * width + offset)


@cache
def chunk_width(vocab: int) -> int:
    """The divisor of `vocab` nearest to 160 by ratio; a prime vocabulary is one slow chunk."""
    divisors = (width for width in range(1, vocab + 1) if vocab % width == 0)
    return min(divisors, key=lambda width: max(width / 160, 160 / width))


def length_penalty(length: int, alpha: float) -> float:
    """Divisor that keeps beam search from favouring short outputs: ((5 + length) / 6) ** alpha.

    Wu et al. 2016, eq. 14. `length` counts EOS; `alpha` 0 turns it off. At least 1, and grows with length.
    Example: `length_penalty(7, 1.0)` is 2.0."""
    return float(((5 + length) / 6) ** alpha)
