"""Where a piece stands, as a vector that is added to its embedding. Nothing here is learned.

Letters: B batch, T pieces, P positions, E embedding width."""

import math

import torch
from torch import Tensor, nn

from core.errors import TextTooLongError


def sinusoids(positions: int, width: int) -> Tensor:
    """(P, E): sin and cos of p / 10000^(2i/E) in turns (Vaswani et al. 2017, section 3.5)."""
    frequency_F = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angle_PF = torch.arange(positions).unsqueeze(1) * frequency_F
    # (P, F, 2) -> (P, 2F): each sine beside its cosine; an odd width leaves the last cosine out
    return torch.stack([angle_PF.sin(), angle_PF.cos()], dim=2).flatten(1)[:, :width]


class Positions(nn.Module):
    """sqrt(E) x embedding + sinusoid (Vaswani et al. 2017, section 3.4).

    Embeddings start with a length of about 1, sinusoids have sqrt(E / 2): the factor keeps them level."""

    def __init__(self, width: int, max_positions: int) -> None:
        super().__init__()
        self.scale = math.sqrt(width)
        self.register_buffer("sinusoids_PE", sinusoids(max_positions, width), persistent=False)

    def forward(self, embedded_BTE: Tensor, start: int = 0) -> Tensor:
        """(B, T, E); the first column stands at position `start`. Raises `TextTooLongError`."""
        table_PE = self.get_buffer("sinusoids_PE")
        end = start + embedded_BTE.shape[1]
        if end > len(table_PE):
            raise TextTooLongError(
                f"A sentence for this model may have at most {len(table_PE)} pieces, but this one has {end}; "
                "shorten it."
            )
        return self.scale * embedded_BTE + table_PE[start:end]
