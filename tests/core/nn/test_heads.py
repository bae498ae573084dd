"""Attention with many heads: torch's fused kernels and the formula as it is written agree."""

import math

import pytest
import torch

from core.nn.heads import KeysValues, attend, attend_with_weights, join_heads, split_heads

ROWS, HEADS, QUERIES, KEYS, WIDTH = 3, 2, 5, 7, 11


def draw(length: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    return torch.randn(ROWS, HEADS, length, WIDTH, device=device).to(dtype)


def test_weights_and_context_by_hand() -> None:
    query = torch.tensor([[[[2.0, 0.0, 0.0, 0.0]]]])
    keys = torch.tensor([[[[math.log(3.0), 9.0, 9.0, 9.0], [0.0, 9.0, 9.0, 9.0], [50.0, 0.0, 0.0, 0.0]]]])
    values = torch.tensor([[[[4.0], [8.0], [1e6]]]])
    mask = torch.tensor([[[[True, True, False]]]])
    context, weights = attend_with_weights(query, KeysValues(keys, values), mask)
    torch.testing.assert_close(weights, torch.tensor([[[[0.75, 0.25, 0.0]]]]))
    torch.testing.assert_close(context, torch.tensor([[[[5.0]]]]))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
def test_the_fused_kernel_computes_the_formula(
    dtype: torch.dtype, tolerance: float, device: torch.device
) -> None:
    query = draw(QUERIES, dtype, device)
    seen = KeysValues(draw(KEYS, dtype, device), draw(KEYS, dtype, device))
    mask = torch.arange(KEYS, device=device) < torch.tensor([[7], [4], [1]], device=device)
    plain, _ = attend_with_weights(query, seen, mask[:, None, None])
    fused = attend(query, seen, mask[:, None, None])
    torch.testing.assert_close(fused, plain, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_nobody_looks_ahead(dtype: torch.dtype, device: torch.device) -> None:
    query, keys, values = (draw(QUERIES, dtype, device) for _ in range(3))
    before = attend(query, KeysValues(keys, values), causal=True)
    keys[:, :, 3:], values[:, :, 3:] = 9.0, 9.0
    after = attend(query, KeysValues(keys, values), causal=True)
    assert torch.equal(before[:, :, :3], after[:, :, :3])
    assert not torch.isclose(before[:, :, 3:], after[:, :, 3:]).any()


def test_joining_undoes_splitting() -> None:
    joined = torch.randn(ROWS, QUERIES, HEADS * WIDTH)
    (parted,) = split_heads(joined, HEADS, 1)
    assert parted.shape == (ROWS, HEADS, QUERIES, WIDTH)
    assert torch.equal(join_heads(parted), joined)
