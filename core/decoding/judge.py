"""What a model thinks of a target that somebody else chose, piece by piece. Searches nothing.

Letters: B = 1 sentence, S source, T target, V vocabulary, N most probable pieces."""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from core.decoding.next_pieces import most_probable
from core.decoding.search import SpecialIds, non_finite_scores
from core.nn.seq2seq import Seq2Seq


class Judged(NamedTuple):
    """One piece of the target among all that could have stood there."""

    log_prob: float
    rank: int
    entropy: float
    margin: float
    likely: list[tuple[int, float]]
    """Ids with their probabilities, highest first."""


@torch.inference_mode()
def judge(
    model: Seq2Seq, source_ids_S: torch.Tensor, target_ids: Sequence[int], count: int, special: SpecialIds
) -> list[Judged]:
    """One entry for each target id, from one forced pass; the numbers are those of `PieceJudgement`.

    Raises `NonFiniteScoresError`."""
    if not target_ids:
        return []
    source_ids_BS = source_ids_S.unsqueeze(0)
    target_in_BT = torch.tensor([[special.bos, *target_ids[:-1]]], device=source_ids_S.device)
    output = model.forward(source_ids_BS, torch.ones_like(source_ids_BS, dtype=torch.bool), target_in_BT)
    log_probs_TV = output.logits_BTV[0].log_softmax(1, dtype=torch.float32)
    if log_probs_TV.isnan().any():
        raise non_finite_scores()
    entropy_T = torch.special.entr(log_probs_TV.exp()).sum(1)
    target_T1 = torch.tensor(target_ids, device=source_ids_S.device).unsqueeze(1)
    own_T1 = log_probs_TV.gather(1, target_T1)
    likely_TN = most_probable(log_probs_TV, max(count, 2), special)  # also hides what is never written
    # of equals the lowest id stands first, as in search
    ids_V = torch.arange(log_probs_TV.shape[1], device=target_T1.device)
    before_TV = (log_probs_TV > own_T1) | ((log_probs_TV == own_T1) & (ids_V < target_T1))
    ranks = (before_TV.sum(1) + 1).tolist()
    columns = zip(own_T1.squeeze(1).tolist(), ranks, entropy_T.tolist(), likely_TN, strict=True)
    shares = own_T1.squeeze(1).exp().tolist()
    return [
        Judged(own, rank, entropy, _margin(share, rank, likely), likely[:count])
        for (own, rank, entropy, likely), share in zip(columns, shares, strict=True)
    ]


def _margin(share: float, rank: int, likely: list[tuple[int, float]]) -> float:
    """From a piece to its best rival: the second best of the best piece, the best of any other."""
    rivals = [probability for _, probability in likely]
    if rank > 1:
        return share - rivals[0]
    return share - rivals[1] if len(rivals) > 1 else share
