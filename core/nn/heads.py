"""Attention with many heads (Vaswani et al. 2017, section 3.2). Remembers nothing.

Letters: B batch, T queries, S keys, P earlier positions, D model width, H heads, A width of one head."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from core.nn.rows import UNCHANGED, LayerChange, Row, with_rows


class KeysValues(NamedTuple):
    """What queries look at, head by head."""

    keys_BHSA: Tensor
    values_BHSA: Tensor

    def select(self, index: Tensor) -> "KeysValues":
        return KeysValues(self.keys_BHSA.index_select(0, index), self.values_BHSA.index_select(0, index))

    def append(self, other: "KeysValues") -> "KeysValues":
        """These positions, then those of `other`."""
        keys_BHSA = torch.cat([self.keys_BHSA, other.keys_BHSA], dim=2)
        return KeysValues(keys_BHSA, torch.cat([self.values_BHSA, other.values_BHSA], dim=2))


def attend_with_weights(
    query_BHTA: Tensor,
    seen: KeysValues,
    mask_B11S: Tensor | None = None,
    rows: Sequence[Row] = (),
    start: int = 0,
) -> tuple[Tensor, Tensor]:
    """softmax(Q K^T / sqrt(A)) V (eq. 1), as it is written: context (B, H, T, A) and weights (B, H, T, S).

    The softmax runs in float32; what the mask hides (False) gets a weight of exactly 0. `rows` replace those
    of the weights, the first of which stands at position `start`."""
    scores_BHTS = (query_BHTA * query_BHTA.shape[-1] ** -0.5) @ seen.keys_BHSA.transpose(2, 3)
    if mask_B11S is not None:
        scores_BHTS = scores_BHTS.masked_fill(~mask_B11S, float("-inf"))
    weights_BHTS = torch.softmax(scores_BHTS, dim=-1, dtype=torch.float32)
    if rows:
        weights_BHTS = with_rows(weights_BHTS, rows, start)
    return weights_BHTS.to(seen.values_BHSA.dtype) @ seen.values_BHSA, weights_BHTS


def attend(
    query_BHTA: Tensor, seen: KeysValues, mask_B11S: Tensor | None = None, causal: bool = False
) -> Tensor:
    """The context of `attend_with_weights` by torch's fused kernels, which never store the weights.

    `causal`: query t sees keys 0 to t only."""
    if query_BHTA.is_cpu and query_BHTA.dtype == torch.bfloat16:
        # There the fused kernel is the slower way, up to seven times at 25 pieces, most of it backwards.
        if causal:
            mask_B11S = query_BHTA.new_ones(
                query_BHTA.shape[2], seen.keys_BHSA.shape[2], dtype=torch.bool
            ).tril()
        return attend_with_weights(query_BHTA, seen, mask_B11S)[0]
    return scaled_dot_product_attention(
        query_BHTA, seen.keys_BHSA, seen.values_BHSA, attn_mask=mask_B11S, is_causal=causal
    )


class SelfAttention(nn.Module):
    """Every position looks at positions of its own sequence."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(
        self,
        x_BTD: Tensor,
        past: KeysValues | None,
        mask_B11S: Tensor | None = None,
        causal: bool = False,
        kept_H11: Tensor | None = None,
    ) -> tuple[Tensor, KeysValues]:
        """What was found (B, T, D), and the keys and values of `past` and of these T positions.

        `kept_H11`: 0 for heads that are to find nothing."""
        query_BHTA, keys_BHTA, values_BHTA = split_heads(self.project(x_BTD), self.heads, 3)
        seen = KeysValues(keys_BHTA, values_BHTA)
        if past is not None:
            seen = past.append(seen)
        return self.out(join_heads(attend(query_BHTA, seen, mask_B11S, causal), kept_H11)), seen

    def weights(self, x_BTD: Tensor, mask_B11T: Tensor) -> Tensor:
        """(B, H, T, T): who looks at whom in `forward`, which itself never knows."""
        query_BHTA, keys_BHTA, values_BHTA = split_heads(self.project(x_BTD), self.heads, 3)
        return attend_with_weights(query_BHTA, KeysValues(keys_BHTA, values_BHTA), mask_B11T)[1]


class CrossAttention(nn.Module):
    """Every target position looks at the source."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.project = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def look_at(self, states_BSD: Tensor) -> KeysValues:
        """Keys and values of the source, made once a sentence and laid out for reading at every step."""
        keys_BHSA, values_BHSA = split_heads(self.project(states_BSD), self.heads, 2)
        return KeysValues(keys_BHSA.contiguous(), values_BHSA.contiguous())

    def forward(
        self,
        x_BTD: Tensor,
        source: KeysValues,
        mask_B11S: Tensor,
        need_weights: bool,
        change: LayerChange = UNCHANGED,
        start: int = 0,
    ) -> tuple[Tensor, Tensor | None]:
        """What was found (B, T, D), and weights (B, H, T, S) if they are wanted.

        The first of `x_BTD` stands at position `start`."""
        (query_BHTA,) = split_heads(self.query(x_BTD), self.heads, 1)
        weights_BHTS = None
        if need_weights or change.rows:
            context_BHTA, weights_BHTS = attend_with_weights(
                query_BHTA, source, mask_B11S, change.rows, start
            )
        else:
            context_BHTA = attend(query_BHTA, source, mask_B11S)
        return self.out(join_heads(context_BHTA, change.kept_cross_H11)), weights_BHTS


def split_heads(joined_BTX: Tensor, heads: int, parts: int) -> tuple[Tensor, ...]:
    """`parts` tensors (B, H, T, A) out of one (B, T, parts x H x A)."""
    rows, length, width = joined_BTX.shape
    parted = joined_BTX.view(rows, length, parts, heads, width // (parts * heads))
    return parted.permute(2, 0, 3, 1, 4).unbind(0)


def join_heads(parted_BHTA: Tensor, kept_H11: Tensor | None = None) -> Tensor:
    """(B, H, T, A) -> (B, T, H x A), zero for heads that are not kept."""
    if kept_H11 is not None:
        parted_BHTA = parted_BHTA * kept_H11.to(parted_BHTA.dtype)
    return parted_BHTA.transpose(1, 2).flatten(2)
