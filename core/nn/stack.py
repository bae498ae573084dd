"""Recurrent layers one above the other: torch's own, or with short cuts between them.

Letters: B batch, T time, X input width, D hidden units, L layers (x directions)."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from core.config import DecoderConfig
from core.nn.dropout import Dropout

_CELLS: dict[str, type[nn.GRU] | type[nn.LSTM]] = {"gru": nn.GRU, "lstm": nn.LSTM}

Sequence = Tensor | PackedSequence
"""(B, T, X), padded or packed."""
Carried = Tensor | tuple[Tensor, Tensor]
"""Hidden states (L, B, D) of a GRU; hidden and cell states of an LSTM."""


class ResidualStack(nn.Module):
    """Every layer above the first adds its input to its output (Wu et al. 2016, eq. 6).

    Called as torch's stacks are: a sequence, and what is carried, in; the same out."""

    def __init__(
        self, config: DecoderConfig, input_dim: int, width: int, layers: int, bidirectional: bool
    ) -> None:
        super().__init__()
        self.directions = 2 if bidirectional else 1
        widths = [input_dim] + [width * self.directions] * (layers - 1)
        kind = _CELLS[config.cell]
        self.layers = nn.ModuleList(
            kind(size, width, bidirectional=bidirectional, batch_first=True) for size in widths
        )
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Sequence, carried: Carried | None = None) -> tuple[Sequence, Carried]:
        lasts: list[tuple[Tensor, ...]] = []
        for level, layer in enumerate(self.layers):
            own = slice(level * self.directions, (level + 1) * self.directions)
            dropped = _with_data(x, self.dropout(_data(x))) if level else x
            output, last = layer(dropped, _levels(carried, own))
            x = _with_data(output, _data(output) + _data(x)) if level else output
            lasts.append(last if isinstance(last, tuple) else (last,))
        joined = [torch.cat(parts) for parts in zip(*lasts, strict=True)]
        return x, joined[0] if len(joined) == 1 else (joined[0], joined[1])


def build_stack(
    config: DecoderConfig, input_dim: int, width: int, layers: int, bidirectional: bool = False
) -> nn.GRU | nn.LSTM | ResidualStack:
    """GRUs or LSTMs as the configuration has them."""
    if config.residual and layers > 1:
        return ResidualStack(config, input_dim, width, layers, bidirectional)
    dropout = config.dropout if layers > 1 else 0.0  # torch's is between layers only
    return _CELLS[config.cell](
        input_dim, width, layers, bidirectional=bidirectional, dropout=dropout, batch_first=True
    )


def _levels(carried: Carried | None, own: slice) -> Carried | None:
    """What one layer carries."""
    if isinstance(carried, tuple):
        return carried[0][own].contiguous(), carried[1][own].contiguous()
    return None if carried is None else carried[own].contiguous()


def _data(sequence: Sequence) -> Tensor:
    """All vectors of it; those of two packed sequences with equal lengths line up."""
    return sequence.data if isinstance(sequence, PackedSequence) else sequence


def _with_data(sequence: Sequence, data: Tensor) -> Sequence:
    return sequence._replace(data=data) if isinstance(sequence, PackedSequence) else data
