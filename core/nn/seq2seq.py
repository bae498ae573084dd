"""The contract of every model: what search, training and attention views may know of one.

Dimension letters: B batch rows, S source, T target, E output features, V vocabulary, L layers, H heads.
State is an argument, never an attribute: two users may step the same model in turns."""

from typing import Any, NamedTuple, Protocol, Self

from torch import Tensor


class Memory(Protocol):
    """Encoder states of B sentences, and what the decoder precomputes from them. Immutable."""

    def select(self, index: Tensor) -> Self:
        """The given rows, int64 (N,), repeats and drops allowed."""
        ...


class DecoderState(Protocol):
    """Everything a decoder remembers of B prefixes. Immutable."""

    def reorder(self, index: Tensor) -> Self:
        """The given rows, int64 (N,), repeats and drops allowed."""
        ...


class StepOutput(NamedTuple):
    """One piece further."""

    logits_BV: Tensor
    state: DecoderState
    weights_BLHS: Tensor | None
    """Cross-attention of this step; None when the model has none."""


class ForwardOutput(NamedTuple):
    """A whole target at once, teacher-forced."""

    logits_BTV: Tensor
    weights_BLHTS: Tensor | None


class Seq2Seq(Protocol):
    """An encoder-decoder. `memory` and `state` are those that it made itself, opaque to everybody else."""

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> Memory:
        """Read the source once. `mask_BS`: bool, True for real tokens, which come first in each row."""
        ...

    def start(self, memory: Any) -> DecoderState:
        """The state before the first piece."""
        ...

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        """Read one piece per row and score the next."""
        ...

    def forward(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> ForwardOutput:
        """Logits after every prefix of `target_in_BT` (which starts with BOS): equals `step` run T times."""
        ...
