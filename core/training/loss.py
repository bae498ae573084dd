"""Cross-entropy with label smoothing, fused with the output layer: the largest cost of training.

Letters: N tokens, E features, V vocabulary."""

from typing import Any

import torch
from torch import Tensor

_CHUNK_ROWS = 1024  # logits of a chunk stay near the caches: 1024 x 8000 in bfloat16 is 16 MB


class _LinearCrossEntropy(torch.autograd.Function):
    """Sum over N of the smoothed cross-entropy of softmax(features @ weight.T).

    Both gradients are made while a chunk's probabilities are at hand, so (N, V) is never kept."""

    @staticmethod
    def forward(
        ctx: Any,
        features_NE: Tensor,
        weight_VE: Tensor,
        targets_N: Tensor,
        smoothing: float,
        shares_N: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        vocabulary = weight_VE.shape[0]
        weight = weight_VE.to(features_NE.dtype)
        grad_features = torch.empty_like(features_NE)
        grad_weight = torch.zeros_like(weight_VE)
        smooth_sum = features_NE.new_zeros((), dtype=torch.float32)
        plain_N = features_NE.new_zeros(len(targets_N), dtype=torch.float32)
        for start in range(0, len(targets_N), _CHUNK_ROWS):
            rows = slice(start, start + _CHUNK_ROWS)
            features, targets = features_NE[rows], targets_N[rows].unsqueeze(1)
            logits = features @ weight.t()
            best, best_index = logits.max(dim=1, keepdim=True)
            probs = torch.softmax(logits, dim=1, dtype=torch.float32)
            # The largest probability is at least 1/V, so its logarithm is safe.
            log_sum = best.float() - probs.gather(1, best_index).log()
            losses = log_sum - logits.gather(1, targets).float()
            mean_logit = features.float() @ weight_VE.float().mean(0).unsqueeze(1)
            smoothed = (1 - smoothing) * losses + smoothing * (log_sum - mean_logit)
            grad = probs.sub_(smoothing / vocabulary)
            grad.scatter_add_(1, targets, torch.full_like(losses, smoothing - 1))
            if shares_N is not None:
                shares = shares_N[rows].unsqueeze(1)
                smoothed, grad = smoothed * shares, grad.mul_(shares)
            plain_N[rows] = losses.squeeze(1)
            smooth_sum += smoothed.sum()
            grad = grad.to(features.dtype)
            torch.mm(grad, weight, out=grad_features[rows])
            grad_weight += (grad.t() @ features).float()
        ctx.save_for_backward(grad_features, grad_weight)
        ctx.mark_non_differentiable(plain_N)
        return smooth_sum, plain_N

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        grad_features, grad_weight = ctx.saved_tensors
        scale = grads[0]
        return grad_features * scale.to(grad_features.dtype), grad_weight * scale, None, None, None


def linear_cross_entropy(
    features_NE: Tensor, weight_VE: Tensor, targets_N: Tensor, smoothing: float
) -> tuple[Tensor, Tensor]:
    """(loss, plain): sums over the N targets in nats; `plain` is without smoothing and carries no gradient.

    `smoothing`: share of the target probability spread evenly over the vocabulary, 0 to 0.5
    (Szegedy et al. 2016, section 7)."""
    loss, plain_N = shared_cross_entropy(features_NE, weight_VE, targets_N, smoothing, None)
    return loss, plain_N.sum()


def shared_cross_entropy(
    features_NE: Tensor, weight_VE: Tensor, targets_N: Tensor, smoothing: float, shares_N: Tensor | None
) -> tuple[Tensor, Tensor]:
    """As `linear_cross_entropy`, but the loss counts each target as often as its share says, and what is
    plain is told of each target, once."""
    with torch.autocast(features_NE.device.type, enabled=False):
        loss, plain_N = _LinearCrossEntropy.apply(features_NE, weight_VE, targets_N, smoothing, shares_N)  # type: ignore[no-untyped-call]
    return loss, plain_N
