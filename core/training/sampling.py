"""Scheduled sampling: the decoder learns to go on from its own predictions, more and more of them.

Letters: B rows, T target, N = B x (T - 1), V vocabulary."""

import math
from typing import Any

import torch
from torch import Tensor

from core.nn.seq2seq import Seq2SeqModel
from core.training.recipe import TrainConfig


def sampling_share(config: TrainConfig, step: int, total_steps: int) -> float:
    """Probability that a piece is read from the model instead of the reference, at step 1, 2, ...

    Grows from 0 to `sampling_share`, by a line or an inverse sigmoid (Bengio et al. 2015, section 2.4)."""
    if config.sampling == "none":
        return 0.0
    if config.sampling_growth == "linear":
        return config.sampling_share * step / total_steps
    k = _sigmoid_constant(total_steps / 2)
    return config.sampling_share * (1 - k / (k + math.exp(step / k)))


def _sigmoid_constant(middle: float) -> float:
    """k of k / (k + exp(i / k)) for which i = `middle` gives a half: k ln k = middle, by Newton's method."""
    k = max(math.e, middle)
    for _ in range(50):
        k -= (k * math.log(k) - middle) / (math.log(k) + 1)
    return k


def sampled_logits(model: Seq2SeqModel, memory: Any, target_in_BT: Tensor, share: float) -> Tensor:
    """(B, T, V) after prefixes in which each piece is replaced, with probability `share`, by one drawn
    from the model's own prediction at that place (Bengio et al. 2015). No gradient runs through the draw."""
    state, previous_B, logits = model.start(memory), target_in_BT[:, 0], []
    for position in range(target_in_BT.shape[1]):
        output = model.step(previous_B, state, memory)
        logits_BV, state = output.logits_BV, output.state
        logits.append(logits_BV)
        if position + 1 < target_in_BT.shape[1]:
            previous_B = _mix(target_in_BT[:, position + 1], logits_BV, share)
    return torch.stack(logits, dim=1)


def mix_predictions(model: Seq2SeqModel, memory: Any, target_in_BT: Tensor, share: float) -> Tensor:
    """Target inputs of the second of two passes (Mihaylova & Martins 2019): predictions come from a first,
    teacher-forced pass, so that a model which reads all positions at once need not write them one by one."""
    with torch.no_grad():
        features_BTE, _ = model.decode(memory, target_in_BT)
        logits_BTV = features_BTE @ model.output_weight.to(features_BTE.dtype).t()
        predictions_NV = logits_BTV[:, :-1].flatten(0, 1)
        mixed_BX = _mix(target_in_BT[:, 1:].flatten(), predictions_NV, share).view(len(target_in_BT), -1)
    return torch.cat([target_in_BT[:, :1], mixed_BX], dim=1)


@torch.no_grad()
def _mix(gold_B: Tensor, logits_BV: Tensor, share: float) -> Tensor:
    """Pieces drawn from the prediction in a `share` of the places, the reference in the others."""
    drawn_B = torch.multinomial(torch.softmax(logits_BV.float(), dim=1), 1).squeeze(1)
    return torch.where(torch.rand(gold_B.shape, device=gold_B.device) < share, drawn_B, gold_B)
