"""Cross-entropy with label smoothing, fused with the output layer: the largest cost of training.

Letters: N tokens, E features, V vocabulary, C candidates among it."""

from typing import Any, NamedTuple

import torch
from torch import Tensor

_CHUNK_ROWS = 1024  # logits of a chunk stay near the caches: 1024 x 8000 in bfloat16 is 16 MB


class Candidates(NamedTuple):
    """Pieces that stand for the whole vocabulary in one softmax (Jean et al. 2015, section 3)."""

    ids_C: Tensor
    """Those of the targets first."""
    targets_N: Tensor
    """Places of the targets in `ids_C`."""
    counts_C: Tensor
    """How many pieces each stands for, float32: 1 for those of the targets, more for those drawn. So the sum
    of the exponentials, thus weighted, is that over all pieces on average."""


class _Goal(NamedTuple):
    """What is to be predicted, and what counts how often."""

    targets_N: Tensor
    shares_N: Tensor | None = None
    """How often each target counts; None: once."""
    counts_V: Tensor | None = None
    """How many pieces each row of the weights stands for; None: one."""


class _LinearCrossEntropy(torch.autograd.Function):
    """Sum over N of the smoothed cross-entropy of softmax(features @ weight.T).

    Both gradients are made while a chunk's probabilities are at hand, so (N, V) is never kept."""

    @staticmethod
    def forward(
        ctx: Any, features_NE: Tensor, weight_VE: Tensor, smoothing: float, goal: _Goal
    ) -> tuple[Tensor, Tensor]:
        targets_N, shares_N, counts_V = goal
        even_V = weight_VE.new_ones(len(weight_VE)) if counts_V is None else counts_V
        even_V = even_V / even_V.sum()
        mean_E = even_V @ weight_VE.float()
        weight = weight_VE.to(features_NE.dtype)
        grad_features = torch.empty_like(features_NE)
        grad_weight = torch.zeros_like(weight_VE)
        smooth_sum = features_NE.new_zeros((), dtype=torch.float32)
        plain_N = features_NE.new_zeros(len(targets_N), dtype=torch.float32)
        for start in range(0, len(targets_N), _CHUNK_ROWS):
            rows = slice(start, start + _CHUNK_ROWS)
            features, targets = features_NE[rows], targets_N[rows].unsqueeze(1)
            logits = features @ weight.t()
            if counts_V is not None:
                logits += counts_V.log()
            best, best_index = logits.max(dim=1, keepdim=True)
            probs = torch.softmax(logits, dim=1, dtype=torch.float32)
            # The largest probability is at least 1/V, so its logarithm is safe.
            log_sum = best.float() - probs.gather(1, best_index).log()
            losses = log_sum - logits.gather(1, targets).float()
            mean_logit = features.float() @ mean_E.unsqueeze(1)
            smoothed = (1 - smoothing) * losses + smoothing * (log_sum - mean_logit)
            grad = probs.sub_(smoothing * even_V)
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
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None]:
        grad_features, grad_weight = ctx.saved_tensors
        scale = grads[0]
        return grad_features * scale.to(grad_features.dtype), grad_weight * scale, None, None


def linear_cross_entropy(
    features_NE: Tensor, weight_VE: Tensor, targets_N: Tensor, smoothing: float
) -> tuple[Tensor, Tensor]:
    """(loss, plain): sums over the N targets in nats; `plain` is without smoothing and carries no gradient.

    `smoothing`: share of the target probability spread evenly over the vocabulary, 0 to 0.5
    (Szegedy et al. 2016, section 7)."""
    loss, plain_N = shared_cross_entropy(features_NE, weight_VE, targets_N, smoothing, None)
    return loss, plain_N.sum()


def sampled_cross_entropy(
    features_NE: Tensor, weight_VE: Tensor, targets_N: Tensor, smoothing: float, drawn: int
) -> tuple[Tensor, Tensor]:
    """As `linear_cross_entropy`, estimated: each target is compared with those of the other rows and with
    `drawn` more pieces, instead of with all."""
    ids_C, places_N, counts_C = draw_candidates(targets_N, len(weight_VE), drawn)
    with torch.autocast(features_NE.device.type, enabled=False):
        loss, plain_N = _LinearCrossEntropy.apply(  # type: ignore[no-untyped-call]
            features_NE, weight_VE[ids_C], smoothing, _Goal(places_N, None, counts_C)
        )
    return loss, plain_N.sum()


def draw_candidates(targets_N: Tensor, vocabulary: int, drawn: int) -> Candidates:
    """All targets, and `drawn` of the other pieces (all, where there are fewer), each as likely as the next.

    From torch's global random numbers, so that a resumed run draws the same."""
    sure_U, places_N = torch.unique(targets_N, return_inverse=True)
    is_other_V = torch.ones(vocabulary, dtype=torch.bool, device=targets_N.device)
    is_other_V[sure_U] = False
    others_R = is_other_V.nonzero().squeeze(1)
    taken_D = others_R[torch.randperm(len(others_R), device=targets_N.device)[:drawn]]
    each = len(others_R) / max(len(taken_D), 1)
    counts_C = torch.ones(len(sure_U) + len(taken_D), device=targets_N.device)
    counts_C[len(sure_U) :] = each
    return Candidates(torch.cat([sure_U, taken_D]), places_N, counts_C)


def shared_cross_entropy(
    features_NE: Tensor, weight_VE: Tensor, targets_N: Tensor, smoothing: float, shares_N: Tensor | None
) -> tuple[Tensor, Tensor]:
    """As `linear_cross_entropy`, but the loss counts each target as often as its share says, and what is
    plain is told of each target, once."""
    with torch.autocast(features_NE.device.type, enabled=False):
        loss, plain_N = _LinearCrossEntropy.apply(  # type: ignore[no-untyped-call]
            features_NE, weight_VE, smoothing, _Goal(targets_N, shares_N)
        )
    return loss, plain_N
