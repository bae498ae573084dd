"""Scores of targets that somebody else chose: teacher forcing. Searches nothing.

Letters: B sentences, S source, T target, V vocabulary, L layers, H heads."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.decoding.search import Candidate, Scored, SpecialIds
from core.nn.seq2seq import Seq2Seq


@torch.inference_mode()
def force(
    model: Seq2Seq,
    source_ids_BS: Tensor,
    mask_BS: Tensor,
    target_ids: Sequence[Sequence[int]],
    special: SpecialIds,
) -> list[Candidate]:
    """The given targets with the log-probabilities and attention that search would have seen.

    A target may end with EOS or not, and may be empty. Scores are plain sums of log-probabilities.
    Raises `NonFiniteScoresError`; `ValueError` unless there is one target per source."""
    if len(target_ids) != len(source_ids_BS):
        raise ValueError(f"Every source needs one target, but {len(source_ids_BS)} have {len(target_ids)}.")
    if not target_ids:
        return []
    target_BT = _pad(target_ids, special.pad).to(source_ids_BS.device)
    target_in_BT = target_BT.roll(1, dims=1)
    target_in_BT[:, 0] = special.bos
    output = model.forward(source_ids_BS, mask_BS, target_in_BT)
    log_probs_BTV = torch.log_softmax(output.logits_BTV, dim=2, dtype=torch.float32)
    log_probs_BT = log_probs_BTV.gather(2, target_BT.unsqueeze(2)).squeeze(2).cpu().numpy()
    weights = output.weights_BLHTS
    weights_BTLHS = None if weights is None else weights.permute(0, 3, 1, 2, 4).float().cpu().numpy()
    candidates = []
    for row, (ids, source_length) in enumerate(zip(target_ids, mask_BS.sum(1).tolist(), strict=True)):
        weights_TLHS = None if weights_BTLHS is None else weights_BTLHS[row, : len(ids)]
        scored = Scored(ids, log_probs_BT[row, : len(ids)], weights_TLHS)
        candidates.append(scored.candidate(source_length, special.eos))
    return candidates


def _pad(rows: Sequence[Sequence[int]], pad: int) -> Tensor:
    """(B, T) int64, T at least 1 so that the model has something to read."""
    width = max(1, *(len(row) for row in rows))
    return torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows], dtype=torch.int64)
