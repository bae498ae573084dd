"""Where a piece stands, as a vector that is added to its embedding. Nothing here is learned.

Letters: B batch, T pieces, P positions, E embedding width."""

import math

import torch
from torch import Tensor, nn

from core.errors import TextTooLongError


def sinusoids(positions: int, width: int) -> Tensor:
    """(P, E): sin and cos of p / 10000^(2i/E) in turns (Vaswani et al. 2017, section 3.5)."""
    frequency = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angle_PF = torch.arange(positions).unsqueeze(1) * frequency
    # (P, F, 2) -> (P, 2F): each sine beside its cosine; an odd width leaves the last cosine out
    return torch.stack([angle_PF.sin(), angle_PF.cos()], dim=2).flatten(1)[:, :width]


class PositionedEmbedding(nn.Module):
    """sqrt(E) x embedding + sinusoid (Vaswani et al. 2017, section 3.4), so that neither drowns the other."""

    def __init__(self, vocab_size: int, width: int, max_positions: int, dropout: float) -> None:
        super().__init__()
        self.pieces = nn.Embedding(vocab_size, width, padding_idx=0)
        self.dropout = nn.Dropout(dropout)
        self.scale = math.sqrt(width)
        self.register_buffer("sinusoids_PE", sinusoids(max_positions, width), persistent=False)
        nn.init.normal_(self.pieces.weight, std=width**-0.5)

    def forward(self, ids_BT: Tensor, start: int = 0) -> Tensor:
        """(B, T, E); the first column stands at position `start`. Raises `TextTooLongError`."""
        table_PE: Tensor = self.get_buffer("sinusoids_PE")
        end = start + ids_BT.shape[1]
        if end > len(table_PE):
            raise TextTooLongError(
                f"A sentence for this model may have at most {len(table_PE)} pieces, but this one has {end}; "
                "shorten it."
            )
        embedded: Tensor = self.dropout(self.scale * self.pieces(ids_BT) + table_PE[start:end])
        return embedded
