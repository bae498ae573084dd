"""What replay teaches: beside the written target, what the base thinks of every next piece.

Letters: B rows, T pieces, N pieces of replay, E features, V vocabulary."""

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from core.nn.seq2seq import Seq2SeqModel
from core.training.feedback_objective import FeedbackObjective
from core.training.feedback_rows import FeedbackTensors
from core.training.finetune_config import FinetuneConfig
from core.training.objective import low_precision
from core.training.recipe import TrainConfig

_CHUNK_ROWS = 1024  # logits of a chunk stay small: 1024 x 8000 in float32 is 33 MB


class DistilledObjective(FeedbackObjective):
    """On rows of replay, cross-entropy to the base's probabilities takes the place of a share of that to the
    text (Li & Hoiem 2016; Dakwale & Monz 2017). Where the model is its base this pulls nowhere, and so
    replay holds it still instead of teaching it the replay anew."""

    def __init__(
        self, model: Seq2SeqModel, config: FinetuneConfig, training: TrainConfig, base: Seq2SeqModel
    ) -> None:
        """`base`: another copy, which is never changed."""
        super().__init__(model, config, training)
        self._base = (base.eval().requires_grad_(False),)  # in a tuple, it is no part of what learns

    def _likelihood(self, features_BTE: Tensor, tensors: FeedbackTensors) -> tuple[Tensor, Tensor]:
        share, is_replay_B = self.config.distillation, tensors.is_replay_B
        weights_B = torch.where(is_replay_B, (1 - share) * tensors.weights_B, tensors.weights_B)
        loss, plain_B = super()._likelihood(features_BTE, tensors._replace(weights_B=weights_B))
        mask_BT = tensors.batch.target_mask_BT & is_replay_B.unsqueeze(1)
        if not bool(mask_BT.any()):
            return loss, plain_B
        return loss + share * self._to_base(features_BTE[mask_BT], tensors, mask_BT), plain_B

    def _to_base(self, features_NE: Tensor, tensors: FeedbackTensors, mask_BT: Tensor) -> Tensor:
        """Cross-entropy to the base's probabilities, summed over the pieces."""
        base_NE = self._base_features(tensors)[mask_BT]
        weight_VE, base_VE = self.model.output_weight, self._base[0].output_weight
        total = features_NE.new_zeros((), dtype=torch.float32)
        for start in range(0, len(features_NE), _CHUNK_ROWS):
            rows = slice(start, start + _CHUNK_ROWS)
            parts = (features_NE[rows], weight_VE, base_NE[rows], base_VE)
            total = total + checkpoint(_soft_cross_entropy, *parts, use_reentrant=False)
        return total

    @torch.no_grad()
    def _base_features(self, tensors: FeedbackTensors) -> Tensor:
        batch, base = tensors.batch, self._base[0]
        with low_precision(self.training_config, batch.source_ids_BS.device):
            memory = base.encode(batch.source_ids_BS, batch.source_mask_BS)
            features_BTE, _ = base.decode(memory, batch.target_in_BT)
        return features_BTE


def _soft_cross_entropy(features_NE: Tensor, weight_VE: Tensor, base_NE: Tensor, base_VE: Tensor) -> Tensor:
    """Made again on the way back, so that logits are kept of one chunk only."""
    probs_NV = (base_NE.float() @ base_VE.float().t()).softmax(1)
    logits_NV = features_NE.float() @ weight_VE.float().t()
    return -(probs_NV * logits_NV.log_softmax(1)).sum()
