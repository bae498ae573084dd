"""What to change inside a model for once, to see what it does then: plain values. Knows no tensor."""

import math
from dataclasses import dataclass
from typing import Literal

from core.config import require_range
from core.errors import ConfigError

_FAR = 1_000_000


@dataclass(frozen=True)
class AttentionEdit:
    """One row of cross-attention, replaced; all others are then what the model makes of it."""

    position: int
    """Row of the attention map, from 0: where the piece to be written looks. Beyond the end of what is
    written it changes nothing."""
    weights: tuple[float, ...]
    """One for each source piece, none negative; divided by their sum."""
    layer: int | None = None
    """None means every layer."""
    head: int | None = None
    """None means every head."""

    def __post_init__(self) -> None:
        require_range("position", self.position, 0, _FAR)
        total = math.fsum(self.weights) if all(map(math.isfinite, self.weights)) else math.nan
        if not total > 0 or min(self.weights) < 0:
            raise ConfigError(
                "`weights` must be numbers of which none is negative and one at least is positive; change "
                "them."
            )


@dataclass(frozen=True)
class Head:
    """One head of a Transformer."""

    kind: Literal["cross", "encoder", "decoder"]
    """Attention to the source, or self-attention of the encoder or of the decoder."""
    layer: int
    head: int


@dataclass(frozen=True)
class Change:
    """Nothing, unless something is given."""

    edits: tuple[AttentionEdit, ...] = ()
    """The later one wins where two meet."""
    heads_off: frozenset[Head] = frozenset()
    """What these heads find is taken for zero (Michel et al. 2019, section 2.3)."""

    def __bool__(self) -> bool:
        return bool(self.edits or self.heads_off)

    def __add__(self, other: "Change") -> "Change":
        """Both at once."""
        return Change(self.edits + other.edits, self.heads_off | other.heads_off)
