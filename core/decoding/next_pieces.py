"""What a model would write next after a given beginning. Searches nothing.

Letters: B = 1 sentence, S source, T target, R rows, V vocabulary."""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.decoding.scoring import forbid
from core.decoding.search import SpecialIds, non_finite_scores
from core.nn.seq2seq import Seq2Seq


@torch.inference_mode()
def next_pieces(
    model: Seq2Seq, source_ids_S: Tensor, prefix_ids: Sequence[int], count: int, special: SpecialIds
) -> list[tuple[int, float]]:
    """The `count` most probable ids behind the prefix with their probabilities, highest first.

    EOS may be among them, other special pieces not. Raises `NonFiniteScoresError`."""
    source_ids_BS = source_ids_S.unsqueeze(0)
    target_in_BT = torch.tensor([[special.bos, *prefix_ids]], device=source_ids_S.device)
    output = model.forward(source_ids_BS, torch.ones_like(source_ids_BS, dtype=torch.bool), target_in_BT)
    log_probs_BV = output.logits_BTV[:, -1].log_softmax(1, dtype=torch.float32)
    if log_probs_BV.isnan().any():
        raise non_finite_scores()
    return most_probable(log_probs_BV, count, special)[0]


def most_probable(log_probs_RV: Tensor, count: int, special: SpecialIds) -> list[list[tuple[int, float]]]:
    """Of each row the `count` most probable ids that may be written, with probabilities, highest first.

    Overwrites what is never written with -inf."""
    forbid(log_probs_RV, torch.tensor(special.forbidden, device=log_probs_RV.device))
    best = log_probs_RV.topk(min(count, log_probs_RV.shape[1] - len(special.forbidden)))
    rows = zip(best.indices.tolist(), best.values.exp().tolist(), strict=True)
    return [list(zip(ids, shares, strict=True)) for ids, shares in rows]
