"""What each piece of a source adds to the probability of a given piece, by gradient. Searches nothing.

Letters: B = 1 sentence, S source, T target, E embedding width, V vocabulary."""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import nn

from core.decoding.search import SpecialIds
from core.nn.seq2seq import Seq2SeqModel
from core.results import FloatArray


def gradient_times_input(
    model: Seq2SeqModel,
    source_ids_S: torch.Tensor,
    target_ids: Sequence[int],
    places: range,
    special: SpecialIds,
) -> FloatArray:
    """(S,) inner product of each source embedding with the gradient of what `places` of the target sum to.

    Of their log-probabilities, that is (Denil et al. 2014, section 4). Nothing of the model changes."""
    source_BS = source_ids_S.unsqueeze(0)
    target_in_BT = torch.tensor([[special.bos, *target_ids[:-1]]], device=source_BS.device)
    with torch.inference_mode(False), torch.enable_grad():
        twin = _twin(model)
        embedded_BSE = twin.embed_source(source_BS.clone()).detach().requires_grad_(True)
        memory = twin.read(embedded_BSE, torch.ones_like(source_BS, dtype=torch.bool))
        features_BTE, _ = twin.decode(memory, target_in_BT)
        logits_TV = twin.logits(features_BTE[:, places.start : places.stop])[0]
        chosen = torch.tensor(target_ids[places.start : places.stop], device=source_BS.device)
        log_probs_TV = logits_TV.log_softmax(1, dtype=torch.float32)
        total = log_probs_TV.gather(1, chosen.unsqueeze(1)).sum()
        (gradient_BSE,) = torch.autograd.grad(total, embedded_BSE)
        share_BS = (gradient_BSE * embedded_BSE).sum(2)
    found: FloatArray = share_BS[0].detach().float().cpu().numpy()
    return found


def _twin(model: Seq2SeqModel) -> Seq2SeqModel:
    """The network on the same weights, its recurrent layers in training mode, without dropout.

    cuDNN goes backwards through nothing else, and the mode of the model itself belongs to all its users."""
    tensors = (*model.parameters(), *model.buffers())
    twin = deepcopy(model, {id(tensor): tensor for tensor in tensors})
    for module in twin.modules():
        if isinstance(module, nn.RNNBase):
            module.train()
            module.dropout = 0.0
    return twin
