"""Dropout drops the share it was told, keeps the mean, and is the same for the same seed."""

import pytest
import torch

from core.nn.dropout import Dropout

SHARES = (0.1, 0.3, 0.5, 0.999)


@pytest.mark.parametrize("share", SHARES)
def test_the_share_and_the_mean_are_kept(share: float) -> None:
    torch.manual_seed(1)
    ones = torch.ones(1000, 1001)
    dropped = Dropout(share)(ones)
    assert (dropped == 0).float().mean().item() == pytest.approx(share, abs=1 / 256)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.05)
    assert len(dropped.unique()) == 2


def test_neighbours_share_no_fate() -> None:
    """Eight elements come from one draw: whether one falls says nothing of the next ones."""
    torch.manual_seed(2)
    kept = (Dropout(0.5)(torch.ones(80_000, 8)) > 0).float()
    assert torch.corrcoef(kept.T).sub(torch.eye(8)).abs().max() < 0.02


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5, 7), (0, 4)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_any_shape_and_kind_of_number_stays_what_it_is(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    dropped = Dropout(0.3)(torch.ones(shape, dtype=dtype))
    assert (dropped.shape, dropped.dtype) == (torch.Size(shape), dtype)


def test_the_gradient_passes_where_the_value_did() -> None:
    x = torch.full((50, 50), 2.0, requires_grad=True)
    dropped = Dropout(0.3)(x)
    dropped.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad * 2.0, dropped)


def test_the_same_seed_drops_the_same_and_another_does_not() -> None:
    def drop(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        dropped: torch.Tensor = Dropout(0.3)(torch.ones(64, 64))
        return dropped

    assert torch.equal(drop(3), drop(3))
    assert not torch.equal(drop(3), drop(4))


def test_out_of_training_nothing_is_dropped() -> None:
    x = torch.randn(9, 9)
    assert torch.equal(Dropout(0.5).eval()(x), x)
