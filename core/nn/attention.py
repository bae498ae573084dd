"""Attention: scores between decoder and encoder states, and the weighted sum. Remembers nothing.

Letters: B batch, T target, S source, D decoder width, M memory width, A attention width."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.config import Attention


class Projected(NamedTuple):
    """What attention needs of the encoder, computed once per sentence."""

    keys_BSA: Tensor
    values_BSM: Tensor


class AdditiveAttention(nn.Module):
    """v . tanh(W_q q + W_k k) (Bahdanau et al. 2015, appendix A.1.2)."""

    def __init__(self, query_dim: int, memory_dim: int, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_dim, width, bias=False)
        self.key = nn.Linear(memory_dim, width, bias=False)
        self.energy = nn.Linear(width, 1, bias=False)
        self.value_dim = memory_dim

    def project(self, states_BSM: Tensor) -> Projected:
        return Projected(self.key(states_BSM), states_BSM)

    def scores(self, query_BTD: Tensor, keys_BSA: Tensor) -> Tensor:
        # (B, T, 1, A) + (B, 1, S, A) -> (B, T, S)
        hidden = torch.tanh(self.query(query_BTD).unsqueeze(2) + keys_BSA.unsqueeze(1))
        return torch.as_tensor(self.energy(hidden).squeeze(3))


class DotAttention(nn.Module):
    """q . k, with nothing to learn (Luong et al. 2015, eq. 8)."""

    def __init__(self, query_dim: int, memory_dim: int, width: int) -> None:
        super().__init__()
        self.value_dim = memory_dim

    def project(self, states_BSM: Tensor) -> Projected:
        return Projected(states_BSM, states_BSM)

    def scores(self, query_BTD: Tensor, keys_BSA: Tensor) -> Tensor:
        return query_BTD @ keys_BSA.transpose(1, 2)


class GeneralAttention(nn.Module):
    """q . W k (Luong et al. 2015, eq. 8)."""

    def __init__(self, query_dim: int, memory_dim: int, width: int) -> None:
        super().__init__()
        self.key = nn.Linear(memory_dim, query_dim, bias=False)
        self.value_dim = memory_dim

    def project(self, states_BSM: Tensor) -> Projected:
        return Projected(self.key(states_BSM), states_BSM)

    def scores(self, query_BTD: Tensor, keys_BSA: Tensor) -> Tensor:
        return query_BTD @ keys_BSA.transpose(1, 2)


class ScaledAttention(nn.Module):
    """(W_q q) . (W_k k) / sqrt(A) over values W_v k (Vaswani et al. 2017, eq. 1), one head."""

    def __init__(self, query_dim: int, memory_dim: int, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_dim, width, bias=False)
        self.key = nn.Linear(memory_dim, width, bias=False)
        self.value = nn.Linear(memory_dim, width, bias=False)
        self.value_dim = width

    def project(self, states_BSM: Tensor) -> Projected:
        return Projected(self.key(states_BSM), self.value(states_BSM))

    def scores(self, query_BTD: Tensor, keys_BSA: Tensor) -> Tensor:
        scale = 1.0 / math.sqrt(keys_BSA.shape[-1])
        projected_BTA: Tensor = self.query(query_BTD) * scale
        return projected_BTA @ keys_BSA.transpose(1, 2)


AttentionScorer = AdditiveAttention | DotAttention | GeneralAttention | ScaledAttention

_SCORERS: dict[Attention, type[AttentionScorer]] = {
    "additive": AdditiveAttention,
    "dot": DotAttention,
    "general": GeneralAttention,
    "scaled": ScaledAttention,
}


def build_attention(kind: Attention, query_dim: int, memory_dim: int) -> AttentionScorer | None:
    """The scorer of that name, as wide as the decoder; None for `none`."""
    return None if kind == "none" else _SCORERS[kind](query_dim, memory_dim, query_dim)


def weighted_sum(scores_BTS: Tensor, mask_BS: Tensor, values_BSM: Tensor) -> tuple[Tensor, Tensor]:
    """Context (B, T, M) and weights (B, T, S).

    The softmax runs in float32; padding gets a weight of exactly 0 and rows sum to 1."""
    masked = scores_BTS.float().masked_fill(~mask_BS.unsqueeze(1), float("-inf"))
    weights_BTS = torch.softmax(masked, dim=-1)
    return weights_BTS.to(values_BSM.dtype) @ values_BSM, weights_BTS
