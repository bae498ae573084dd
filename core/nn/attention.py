"""Attention: scores between decoder and encoder states, and the weighted sum. Remembers nothing.

Letters: B batch, T target, S source, D decoder width, M memory width, A attention width."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.config import Attention, DecoderConfig
from core.nn.rows import Row, with_rows


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


class CoverageAttention(AdditiveAttention):
    """v . tanh(W_q q + W_k k + w_c c), c being the attention that the piece got so far (See et al. 2017,
    eq. 11), so that what was said need not be said again."""

    def __init__(self, query_dim: int, memory_dim: int, width: int) -> None:
        super().__init__(query_dim, memory_dim, width)
        self.covered = nn.Linear(1, width, bias=False)

    def covered_scores(self, query_B1D: Tensor, keys_BSA: Tensor, coverage_BS: Tensor) -> Tensor:
        # What was covered moves a key just as the query moves it: (B, S, 1) -> (B, S, A)
        moved_BSA = self.covered(coverage_BS.unsqueeze(2).to(keys_BSA.dtype))
        return self.scores(query_B1D, keys_BSA + moved_BSA)


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


def build_attention(config: DecoderConfig) -> AttentionScorer | None:
    """The scorer that the configuration names, as wide as the decoder; None for `none`."""
    if config.attention == "none":
        return None
    scorer = CoverageAttention if config.coverage else _SCORERS[config.attention]
    return scorer(config.decoder_dim, config.memory_dim, config.decoder_dim)


def weighted_sum(
    scores_BTS: Tensor, mask_BS: Tensor, values_BSM: Tensor, rows: Sequence[Row] = (), start: int = 0
) -> tuple[Tensor, Tensor]:
    """Context (B, T, M) and weights (B, T, S).

    The softmax runs in float32; padding gets a weight of exactly 0 and rows sum to 1. `rows` replace those
    of the weights, the first of which stands at position `start`."""
    masked = scores_BTS.float().masked_fill(~mask_BS.unsqueeze(1), float("-inf"))
    weights_BTS = torch.softmax(masked, dim=-1)
    if rows:
        weights_BTS = with_rows(weights_BTS.unsqueeze(1), rows, start).squeeze(1)
    return weights_BTS.to(values_BSM.dtype) @ values_BSM, weights_BTS
