"""The fused loss is cross-entropy: values and gradients, with and without smoothing, over several chunks."""

import pytest
import torch
from torch.nn import functional

from core.training.loss import (
    draw_candidates,
    linear_cross_entropy,
    sampled_cross_entropy,
    shared_cross_entropy,
)

TOKENS, WIDTH, VOCABULARY = 2311, 7, 19  # three chunks, the last one short


def problem() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    features = torch.randn(TOKENS, WIDTH, requires_grad=True)
    weight = torch.randn(VOCABULARY, WIDTH, requires_grad=True)
    return features, weight, torch.randint(VOCABULARY, (TOKENS,))


def require_same_gradients(
    found: torch.Tensor, wanted: torch.Tensor, inputs: tuple[torch.Tensor, ...]
) -> None:
    ours, theirs = torch.autograd.grad(found, inputs), torch.autograd.grad(wanted, inputs)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_values_and_gradients_are_those_of_cross_entropy(smoothing: float) -> None:
    features, weight, targets = problem()
    logits = features @ weight.t()
    expected = functional.cross_entropy(logits, targets, reduction="sum", label_smoothing=smoothing)
    loss, plain = linear_cross_entropy(features, weight, targets, smoothing)
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=0)
    torch.testing.assert_close(plain, functional.cross_entropy(logits, targets, reduction="sum"))
    require_same_gradients(loss / 3, expected / 3, (features, weight))


def test_a_share_of_three_is_to_be_there_three_times() -> None:
    features, weight, targets = problem()
    shares = torch.arange(TOKENS) % 4  # none, once, twice, three times
    repeated = torch.repeat_interleave(torch.arange(TOKENS), shares)
    expected = linear_cross_entropy(features[repeated], weight, targets[repeated], 0.1)
    found = shared_cross_entropy(features, weight, targets, 0.1, shares.float())
    torch.testing.assert_close(found[0], expected[0])
    torch.testing.assert_close((found[1] * shares).sum(), expected[1])
    require_same_gradients(found[0], expected[0], (features, weight))


def test_the_plain_loss_carries_no_gradient() -> None:
    assert not linear_cross_entropy(*problem(), 0.1)[1].requires_grad


def test_bfloat16_features_give_nearly_the_same_loss() -> None:
    features, weight, targets = problem()
    exact, _ = linear_cross_entropy(features, weight, targets, 0.1)
    low, _ = linear_cross_entropy(features.bfloat16(), weight, targets, 0.1)
    torch.testing.assert_close(low, exact, rtol=1e-2, atol=0)


def test_logits_too_large_for_a_plain_softmax_stay_finite() -> None:
    features, weight, targets = problem()
    loss, _ = linear_cross_entropy(features * 300, weight, targets, 0.1)
    assert torch.isfinite(loss)
    assert torch.isfinite(torch.autograd.grad(loss, features)[0]).all()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_with_every_other_piece_drawn_the_loss_is_that_of_all(smoothing: float) -> None:
    features, weight, _ = problem()
    targets = torch.randint(VOCABULARY // 2, (TOKENS,))  # so that others are left to be drawn
    exact = linear_cross_entropy(features, weight, targets, smoothing)
    found = sampled_cross_entropy(features, weight, targets, smoothing, VOCABULARY)
    torch.testing.assert_close(found, exact)
    require_same_gradients(found[0], exact[0], (features, weight))


def test_candidates_stand_for_all_pieces_and_hold_each_target_once() -> None:
    targets = torch.tensor([5, 3, 5, 11])
    ids, places, counts = draw_candidates(targets, 23, 4)
    assert ids[places].tolist() == targets.tolist()
    assert len(ids) == len(set(ids.tolist())) == 7
    assert counts.tolist() == [1, 1, 1, 5, 5, 5, 5]  # 3 targets, and 4 for the other 20


def test_the_weighted_sum_over_candidates_is_that_over_all_on_average() -> None:
    torch.manual_seed(2)
    exponentials, targets = torch.rand(101) + 0.5, torch.arange(7)
    found = []
    for _ in range(400):
        ids, _, counts = draw_candidates(targets, 101, 13)
        found.append(float(counts @ exponentials[ids]))
    assert sum(found) / len(found) == pytest.approx(float(exponentials.sum()), rel=0.01)


@pytest.mark.parametrize("drawn", [1, 7])
def test_nothing_is_left_to_draw_when_each_piece_is_a_target(drawn: int) -> None:
    ids, _, counts = draw_candidates(torch.arange(9), 9, drawn)
    assert ids.tolist() == list(range(9)) and counts.tolist() == [1] * 9
