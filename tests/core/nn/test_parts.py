"""The parts of the encoders and decoders, each by what it is there for."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from core.config import ConvolutionalConfig, RecurrentConfig
from core.errors import TextTooLongError
from core.nn.encoders import ConvolutionalEncoder
from core.nn.positions import Positions, sinusoids
from core.nn.recurrent import RecurrentSeq2Seq
from core.nn.stack import ResidualStack

LENGTH, WIDTH = 7, 11


def test_sinusoids_by_hand() -> None:
    slow = 3.0 / math.sqrt(10_000.0)
    expected = torch.tensor([math.sin(3.0), math.cos(3.0), math.sin(slow), math.cos(slow)])
    torch.testing.assert_close(sinusoids(5, 4)[3], expected)
    assert sinusoids(LENGTH, WIDTH).shape == (LENGTH, WIDTH)
    halves = torch.tensor([math.sin(3.0), math.sin(slow), math.cos(3.0), math.cos(slow)])
    torch.testing.assert_close(sinusoids(5, 4, "halves")[3], halves)
    assert sinusoids(LENGTH, WIDTH, "halves").shape == (LENGTH, WIDTH)


def test_embeddings_are_raised_to_the_height_of_the_sinusoids() -> None:
    embedded = torch.randn(1, LENGTH, WIDTH)
    added = Positions(WIDTH, LENGTH)(embedded) - sinusoids(LENGTH, WIDTH)
    torch.testing.assert_close(added, math.sqrt(WIDTH) * embedded)
    plain = Positions(WIDTH, LENGTH, scaled=False)(embedded) - sinusoids(LENGTH, WIDTH)
    torch.testing.assert_close(plain, embedded)


def test_coverage_is_the_sum_of_the_attention_so_far() -> None:
    config = RecurrentConfig(vocab_size=29, embed_dim=5, encoder_dim=7, decoder_dim=WIDTH, coverage=True)
    model = RecurrentSeq2Seq(config).eval().requires_grad_(False)
    memory: Any = model.encode(torch.randint(4, 29, (2, LENGTH)), torch.ones(2, LENGTH, dtype=torch.bool))
    state: Any = model.start(memory)
    total = torch.zeros(2, LENGTH)
    for piece in (2, 5, 9):
        _, state, weights, _ = model.step(torch.tensor([piece, piece + 1]), state, memory)
        assert weights is not None
        total += weights[:, 0, 0]
        torch.testing.assert_close(state.coverage_BS, total)


def test_a_later_start_gives_later_positions() -> None:
    positions, embedded = Positions(WIDTH, LENGTH), torch.randn(1, 4, WIDTH)
    whole = positions(embedded.repeat(1, 2, 1)[:, :LENGTH])
    torch.testing.assert_close(positions(embedded[:, :3], start=4), whole[:, 4:])
    with pytest.raises(TextTooLongError, match=f"at most {LENGTH} pieces, but this one has {LENGTH + 1}"):
        positions(embedded, start=4)


@pytest.mark.parametrize(("layers", "kernel", "reach"), [(1, 3, 1), (2, 3, 2), (1, 5, 2)])
def test_a_convolution_sees_as_far_as_its_kernels_reach(layers: int, kernel: int, reach: int) -> None:
    config = ConvolutionalConfig(embed_dim=5, encoder_dim=WIDTH, encoder_layers=layers, kernel_width=kernel)
    encoder, mask = ConvolutionalEncoder(config).eval(), torch.ones(1, LENGTH, dtype=torch.bool)
    embedded = torch.randn(1, LENGTH, 5)
    changed = embedded.clone()
    changed[:, 3] += 1.0
    differs = (encoder(embedded, mask)[0] != encoder(changed, mask)[0]).any(2).squeeze(0)
    assert differs.nonzero().flatten().tolist() == list(range(3 - reach, 3 + reach + 1))


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_silent_upper_layer_hands_its_input_on(cell: str) -> None:
    config = RecurrentConfig(cell=cell, encoder_layers=2, residual=True)  # type: ignore[arg-type]
    stack = ResidualStack(config, 5, WIDTH, 2, bidirectional=True).eval()
    for parameter in stack.layers[1].parameters():
        torch.nn.init.zeros_(parameter)
    inputs = torch.randn(3, LENGTH, 5)
    lower, _ = stack.layers[0](inputs)
    assert torch.equal(stack(inputs)[0], lower)


def test_dropout_between_residual_layers_is_drawn_only_while_training() -> None:
    config = replace(RecurrentConfig(encoder_layers=2, residual=True), dropout=0.5)
    stack, inputs = ResidualStack(config, 5, WIDTH, 2, bidirectional=False), torch.randn(3, LENGTH, 5)
    assert not torch.equal(stack(inputs)[0], stack(inputs)[0])
    stack.eval()
    assert torch.equal(stack(inputs)[0], stack(inputs)[0])
