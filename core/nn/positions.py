"""Where a piece stands, as a vector that is added to its embedding. Nothing here is learned.

Letters: B batch, T pieces, P positions, E embedding width."""

import math

import torch
from torch import Tensor, nn

from core.config import Layout
from core.errors import TextTooLongError


def sinusoids(positions: int, width: int, layout: Layout = "interleaved") -> Tensor:
    """(P, E): sin and cos of p / 10000^(2i/E) (Vaswani et al. 2017, section 3.5); float32.

    In turns, or as `halves`: first all sines, then all cosines. An odd width leaves the last cosine out."""
    # Marian's tables are made in double precision, ours never were: at position 500 that is 3e-5 apart.
    dtype = torch.float64 if layout == "halves" else torch.float32
    frequency_F = torch.exp(torch.arange(0, width, 2, dtype=dtype) * (-math.log(10_000.0) / width))
    angle_PF = torch.arange(positions).unsqueeze(1) * frequency_F
    if layout == "halves":
        return torch.cat([angle_PF.sin(), angle_PF.cos()], dim=1)[:, :width].float()
    # (P, F, 2) -> (P, 2F)
    return torch.stack([angle_PF.sin(), angle_PF.cos()], dim=2).flatten(1)[:, :width]


class Positions(nn.Module):
    """sqrt(E) x embedding + sinusoid (Vaswani et al. 2017, section 3.4).

    Embeddings start with a length of about 1, sinusoids have sqrt(E / 2): the factor keeps them level."""

    def __init__(
        self, width: int, max_positions: int, layout: Layout = "interleaved", scaled: bool = True
    ) -> None:
        """`scaled`: False leaves the factor out."""
        super().__init__()
        self.scale = math.sqrt(width) if scaled else 1.0
        self.register_buffer("sinusoids_PE", sinusoids(max_positions, width, layout), persistent=False)

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
