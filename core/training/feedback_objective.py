"""What fine-tuning makes small: likelihood of what people want, unlikelihood of what they deleted, the
margin between the two, the risk of what the model writes itself.

Letters: B rows, N rejected texts, C candidates, T pieces, E features, V vocabulary, K candidates of a row."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from core.nn.seq2seq import Seq2SeqModel
from core.training.feedback_rows import FeedbackTensors, Texts
from core.training.finetune_config import FinetuneConfig
from core.training.loss import shared_cross_entropy
from core.training.objective import low_precision
from core.training.recipe import TrainConfig

PARTS = ("replay", "replay_weight", "unlikelihood", "preference", "reward")
"""What the sums tell behind the cross-entropy: the replay's share of it, and what that is to be divided by;
the parts that only feedback has."""
_MOST = -1e-6
"""A log-probability above it counts as this: -log(1 - p) must stay finite."""


class FeedbackObjective(nn.Module):
    """A model and how feedback judges it; docs/finetune.md has the formulas."""

    def __init__(self, model: Seq2SeqModel, config: FinetuneConfig, training: TrainConfig) -> None:
        super().__init__()
        self.model, self.config, self.training_config = model, config, training

    def forward(self, tensors: FeedbackTensors, share: float = 0.0) -> tuple[Tensor, Tensor]:
        """(loss, sums): the loss is a sum over target pieces, each as often as its row's weight.

        `sums`: cross-entropy, then `PARTS`, summed likewise, without gradient."""
        batch = tensors.batch
        with low_precision(self.training_config, batch.source_ids_BS.device):
            memory = self.model.encode(batch.source_ids_BS, batch.source_mask_BS)
            features_BTE, _ = self.model.decode(memory, batch.target_in_BT)
        counts_B = tensors.weights_B * batch.target_mask_BT.sum(1)
        loss, plain_B = self._likelihood(features_BTE, tensors)
        unlikelihood = preference = reward = torch.zeros_like(loss)
        if tensors.rejected is not None and self.config.learns_from_rejected:
            log_probs_NT = self._log_probs(memory, tensors.rejected)
            unlikelihood = self._unlikelihood(log_probs_NT, tensors)
            preference = self._preference(features_BTE, log_probs_NT, tensors, counts_B)
        if self.config.objective == "risk":
            reward = self._reward(features_BTE, memory, tensors, counts_B)
        config = self.config
        loss = loss + config.unlikelihood * unlikelihood + config.preference * preference
        loss = loss - config.risk_share / config.risk_sharpness * reward
        plain_B, is_replay_B = plain_B * tensors.weights_B, tensors.is_replay_B
        replay = ((plain_B * is_replay_B).sum(), (counts_B * is_replay_B).sum())
        return loss, torch.stack([plain_B.sum(), *replay, unlikelihood, preference, reward]).detach()

    def _likelihood(self, features_BTE: Tensor, tensors: FeedbackTensors) -> tuple[Tensor, Tensor]:
        """The loss, and plain cross-entropy of each row (B,), which counts once.

        Where candidates or ratings speak, only the rest of `risk_share` is learned."""
        mask_BT, shares_B = tensors.batch.target_mask_BT, tensors.weights_B
        if self.config.objective == "risk":
            shares_B = torch.where(tensors.has_risk_B, (1 - self.config.risk_share) * shares_B, shares_B)
        shares_N = shares_B.unsqueeze(1).expand_as(mask_BT)[mask_BT]
        targets_N, weight_VE = tensors.batch.target_out_BT[mask_BT], self.model.output_weight
        smoothing = self.training_config.label_smoothing
        loss, plain_N = shared_cross_entropy(features_BTE[mask_BT], weight_VE, targets_N, smoothing, shares_N)
        return loss, torch.zeros_like(mask_BT, dtype=plain_N.dtype).masked_scatter(mask_BT, plain_N).sum(1)

    def _log_probs(self, memory: Any, texts: Texts) -> Tensor:
        """(N, T) of each piece given those before it, 0 at padding."""
        with low_precision(self.training_config, texts.out_NT.device):
            features_NTE, _ = self.model.decode(memory.select(texts.rows_N), texts.in_NT)
        return self._chosen(features_NTE, texts.out_NT, texts.mask_NT)

    def _chosen(self, features_BTE: Tensor, out_BT: Tensor, mask_BT: Tensor) -> Tensor:
        """(B, T) log-probabilities of the given pieces, 0 at padding."""
        logits_NV = features_BTE[mask_BT].float() @ self.model.output_weight.float().t()
        log_probs_N = logits_NV.log_softmax(1).gather(1, out_BT[mask_BT].unsqueeze(1)).squeeze(1)
        return torch.zeros_like(out_BT, dtype=log_probs_N.dtype).masked_scatter(mask_BT, log_probs_N)

    def _unlikelihood(self, log_probs_NT: Tensor, tensors: FeedbackTensors) -> Tensor:
        """Of what the person deleted, behind the machine's own words (Welleck et al. 2020)."""
        if tensors.rejected is None or tensors.deleted_NT is None or not self.config.unlikelihood:
            return log_probs_NT.new_zeros(())
        losses_NT = -torch.log(-torch.expm1(log_probs_NT.clamp(max=_MOST)))
        weights_N1 = tensors.weights_B[tensors.rejected.rows_N].unsqueeze(1)
        return (weights_N1 * losses_NT * tensors.deleted_NT).sum()

    def _preference(
        self, features_BTE: Tensor, log_probs_NT: Tensor, tensors: FeedbackTensors, counts_B: Tensor
    ) -> Tensor:
        """The chosen text shall be more probable than the rejected one (Xu et al. 2024)."""
        if tensors.rejected is None or not self.config.preference:
            return log_probs_NT.new_zeros(())
        rows_N, batch = tensors.rejected.rows_N, tensors.batch
        chosen_NT = self._chosen(
            features_BTE[rows_N], batch.target_out_BT[rows_N], batch.target_mask_BT[rows_N]
        )
        margins_N = self.config.preference_beta * (chosen_NT.sum(1) - log_probs_NT.sum(1))
        return -(counts_B[rows_N] * logsigmoid(margins_N)).sum()

    def _reward(
        self, features_BTE: Tensor, memory: Any, tensors: FeedbackTensors, counts_B: Tensor
    ) -> Tensor:
        """Expected reward of each row's candidates (Shen et al. 2016), or of the rated texts of the batch
        (Lawrence et al. 2017; Kreutzer et al. 2018 for people's ratings)."""
        if self.config.reward == "rating":
            return self._rated(features_BTE, tensors, counts_B)
        if tensors.candidates is None or tensors.rewards_C is None:
            return features_BTE.new_zeros((), dtype=torch.float32)
        rows_C = tensors.candidates.rows_N
        sharp_C = self.config.risk_sharpness * self._log_probs(memory, tensors.candidates).sum(1)
        is_of_BC = rows_C.unsqueeze(0) == torch.arange(len(counts_B), device=rows_C.device).unsqueeze(1)
        sums_B = torch.where(is_of_BC, sharp_C, float("-inf")).logsumexp(1)
        shares_C = (sharp_C - sums_B[rows_C]).exp()
        return (counts_B[rows_C] * shares_C * tensors.rewards_C).sum()

    def _rated(self, features_BTE: Tensor, tensors: FeedbackTensors, counts_B: Tensor) -> Tensor:
        rated_B = ~tensors.ratings_B.isnan()
        if not bool(rated_B.any()):
            return features_BTE.new_zeros((), dtype=torch.float32)
        batch = tensors.batch
        log_probs_BT = self._chosen(
            features_BTE[rated_B], batch.target_out_BT[rated_B], batch.target_mask_BT[rated_B]
        )
        sharp_B = self.config.risk_sharpness * log_probs_BT.sum(1) + tensors.weights_B[rated_B].log()
        return counts_B[rated_B].sum() * (sharp_B.softmax(0) * tensors.ratings_B[rated_B]).sum()
