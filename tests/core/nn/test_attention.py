"""Attention against numbers worked out by hand."""

import math

import torch

from core.nn.attention import (
    AdditiveAttention,
    CoverageAttention,
    DotAttention,
    ScaledAttention,
    weighted_sum,
)


def test_dot_scores_by_hand() -> None:
    query, keys = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[3.0, 4.0], [5.0, -6.0]]])
    assert DotAttention(2, 2, 2).scores(query, keys).tolist() == [[[11.0, -7.0]]]


def test_scaled_scores_divide_by_the_root_of_the_width() -> None:
    attention = ScaledAttention(2, 2, 2)
    torch.nn.init.eye_(attention.query.weight)
    query, keys = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[3.0, 4.0]]])
    torch.testing.assert_close(attention.scores(query, keys), torch.tensor([[[11.0 / math.sqrt(2.0)]]]))


def test_additive_scores_by_hand() -> None:
    attention = AdditiveAttention(1, 1, 1)
    for layer, value in ((attention.query, 0.5), (attention.key, 2.0), (attention.energy, 3.0)):
        torch.nn.init.constant_(layer.weight, value)
    keys = attention.project(torch.tensor([[[0.25]]])).keys_BSA
    expected = torch.tensor([[[3.0 * math.tanh(0.5 * 1.0 + 2.0 * 0.25)]]])
    torch.testing.assert_close(attention.scores(torch.tensor([[[1.0]]]), keys), expected)


def test_what_was_covered_moves_the_score() -> None:
    attention = CoverageAttention(1, 1, 1)
    weights = (
        (attention.query, 0.5),
        (attention.key, 2.0),
        (attention.energy, 3.0),
        (attention.covered, -0.7),
    )
    for layer, value in weights:
        torch.nn.init.constant_(layer.weight, value)
    keys = attention.project(torch.tensor([[[0.25], [0.25]]])).keys_BSA
    scores = attention.covered_scores(torch.tensor([[[1.0]]]), keys, torch.tensor([[0.0, 0.6]]))
    expected = [3.0 * math.tanh(0.5 + 0.5), 3.0 * math.tanh(0.5 + 0.5 - 0.7 * 0.6)]
    torch.testing.assert_close(scores, torch.tensor([[expected]]))


def test_the_weighted_sum_ignores_what_the_mask_hides() -> None:
    scores = torch.tensor([[[0.0, math.log(3.0), 50.0]]])
    values = torch.tensor([[[4.0], [8.0], [1e6]]])
    context, weights = weighted_sum(scores, torch.tensor([[True, True, False]]), values)
    torch.testing.assert_close(weights, torch.tensor([[[0.25, 0.75, 0.0]]]))
    torch.testing.assert_close(context, torch.tensor([[[7.0]]]))
