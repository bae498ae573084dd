"""The parts of the encoders and decoders, each by what it is there for."""

import math
from dataclasses import replace

import pytest
import torch

from core.config import ConvolutionalConfig, RecurrentConfig
from core.errors import TextTooLongError
from core.nn.encoders import ConvolutionalEncoder
from core.nn.positions import Positions, sinusoids
from core.nn.stack import ResidualStack

LENGTH, WIDTH = 7, 11


def test_sinusoids_by_hand() -> None:
    slow = 3.0 / math.sqrt(10_000.0)
    expected = torch.tensor([math.sin(3.0), math.cos(3.0), math.sin(slow), math.cos(slow)])
    torch.testing.assert_close(sinusoids(5, 4)[3], expected)
    assert sinusoids(LENGTH, WIDTH).shape == (LENGTH, WIDTH)


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
