"""What training makes small: the loss of one batch, under whatever the recipe adds to teacher forcing.

Letters: B rows, S source, T target, E features, N target pieces, V vocabulary."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.device import multiplies_bfloat16
from core.nn.seq2seq import Seq2SeqModel
from core.training.examples import Batch
from core.training.loss import linear_cross_entropy, sampled_cross_entropy
from core.training.recipe import Precision, TrainConfig
from core.training.sampling import mix_predictions, sampled_logits

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Objective(nn.Module):
    """A model and how it is judged. One call is one forward pass (which DDP needs)."""

    def __init__(self, model: Seq2SeqModel, config: TrainConfig) -> None:
        super().__init__()
        self.model, self.config = model, config

    def forward(self, batch: Batch, share: float = 0.0) -> tuple[Tensor, Tensor]:
        """(loss, plain): sums over the target pieces, nats; `plain` is cross-entropy and carries no gradient.

        `share`: probability that the decoder reads what it predicted instead of the reference."""
        if self.config.r_drop and self.training:
            return self._regularised(batch)
        targets_N, smoothing = batch.target_out_BT[batch.target_mask_BT], self.config.label_smoothing
        with low_precision(self.config, batch.source_ids_BS.device):
            memory = self.model.encode(batch.source_ids_BS, batch.source_mask_BS)
            target_in_BT = batch.target_in_BT
            if share and self.config.sampling == "steps":
                logits_BTV = sampled_logits(self.model, memory, target_in_BT, share)
                return _cross_entropy(logits_BTV[batch.target_mask_BT], targets_N, smoothing)
            if share:
                target_in_BT = mix_predictions(self.model, memory, target_in_BT, share)
            features_BTE, _ = self.model.decode(memory, target_in_BT)
        features_NE = features_BTE[batch.target_mask_BT]
        if self.config.sampled_pieces and self.training:
            drawn = self.config.sampled_pieces
            return sampled_cross_entropy(features_NE, self.model.output_weight, targets_N, smoothing, drawn)
        return linear_cross_entropy(features_NE, self.model.output_weight, targets_N, smoothing)

    def _regularised(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """R-Drop (Liang et al. 2021, eq. 4), halved so that it counts each piece once as the other losses do:
        two passes under different dropout, and the divergence of their predictions from each other."""
        targets_N = batch.target_out_BT[batch.target_mask_BT]
        twice = Batch(*(torch.cat([tensor, tensor]) for tensor in batch))
        with low_precision(self.config, batch.source_ids_BS.device):
            memory = self.model.encode(twice.source_ids_BS, twice.source_mask_BS)
            features_BTE, _ = self.model.decode(memory, twice.target_in_BT)
            logits_NV = features_BTE[twice.target_mask_BT] @ self.model.output_weight.t()
        loss, plain = _cross_entropy(logits_NV, targets_N.repeat(2), self.config.label_smoothing)
        one_NV, other_NV = torch.log_softmax(logits_NV.float(), dim=1).chunk(2)
        apart = [
            functional.kl_div(a, b, reduction="sum", log_target=True)
            for a, b in ((one_NV, other_NV), (other_NV, one_NV))
        ]
        return (loss + self.config.r_drop * (apart[0] + apart[1]) / 2) / 2, plain / 2


def usable_precision(config: TrainConfig, device: torch.device) -> Precision:
    """The configured one, or float32 where the device has no instructions for bfloat16: torch would emulate
    them, at 1/400 of the speed on a processor with AVX2 alone."""
    return (
        "float32" if config.precision == "bfloat16" and not multiplies_bfloat16(device) else config.precision
    )


def low_precision(config: TrainConfig, device: torch.device) -> torch.autocast:
    """Matrix products in the configured precision, where the device has it."""
    dtype = _DTYPES[usable_precision(config, device)]
    return torch.autocast(device.type, dtype, enabled=dtype != torch.float32)


def _cross_entropy(logits_NV: Tensor, targets_N: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
    """As `linear_cross_entropy`, where logits are at hand already."""
    logits = logits_NV.float()
    loss = functional.cross_entropy(logits, targets_N, reduction="sum", label_smoothing=smoothing)
    return loss, functional.cross_entropy(logits.detach(), targets_N, reduction="sum")
