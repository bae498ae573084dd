"""The contract of every model: what search, training and attention views may know of one.

Dimension letters: B batch rows, S source, T target, E output features, V vocabulary, L layers, H heads.
State is an argument, never an attribute: two users may step the same model in turns."""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Protocol, Self

from torch import Tensor, nn

from core.changes import Change
from core.config import ModelConfig


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
    features_BE: Tensor | None = None
    """What `decode` gives for the place, where the model has it: it tells places apart that are alike."""


class ForwardOutput(NamedTuple):
    """A whole target at once, teacher-forced."""

    logits_BTV: Tensor
    weights_BLHTS: Tensor | None


class SelfWeights(NamedTuple):
    """Who looked at whom within one side; rows sum to 1."""

    encoder_BLHSS: Tensor
    decoder_BLHTT: Tensor
    """Nobody looks ahead."""


class Seq2Seq(Protocol):
    """What search needs. `memory` and `state` are those that the model made itself, opaque to others."""

    @property
    def max_positions(self) -> int | None:
        """Longest source, and longest target with BOS, in pieces; None when there is no limit."""
        ...

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


class Seq2SeqModel(nn.Module, ABC):
    """What training and the facade need beyond search: every architecture is one of these."""

    config: ModelConfig
    attention_layers: int
    """L of the attention weights; 0 when the model has no attention."""
    attention_heads: int
    """H of the attention weights; 0 when the model has no attention."""
    max_positions: int | None
    """As in `Seq2Seq`."""

    @property
    @abstractmethod
    def output_weight(self) -> Tensor:
        """(V, E): scores a feature vector against every piece."""

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> Memory:
        """As in `Seq2Seq`."""
        return self.read(self.embed_source(source_ids_BS), mask_BS)

    @abstractmethod
    def embed_source(self, source_ids_BS: Tensor) -> Tensor:
        """(B, S, E) rows of the embedding, as they are learned."""

    @abstractmethod
    def read(self, embedded_BSE: Tensor, mask_BS: Tensor, change: Change | None = None) -> Memory:
        """As `encode`, from embeddings. What is changed goes with the memory into all that follows from it,
        for every row alike; raises `ConfigError` for a change that does not fit model and source."""

    @abstractmethod
    def start(self, memory: Any) -> DecoderState:
        """As in `Seq2Seq`."""

    @abstractmethod
    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        """As in `Seq2Seq`."""

    @abstractmethod
    def decode(
        self, memory: Any, target_in_BT: Tensor, need_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Features (B, T, E), one product with `output_weight` short of logits, and weights (B, L, H, T, S).

        Training calls this, for its loss multiplies and normalises in one go. Weights are None unless they
        are asked for, because without them an architecture may take a faster way to the same features."""

    def logits(self, features_BTE: Tensor) -> Tensor:
        """(B, T, V): that product."""
        return features_BTE @ self.output_weight.t()

    def forward(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> ForwardOutput:
        """As in `Seq2Seq`."""
        memory = self.encode(source_ids_BS, mask_BS)
        features_BTE, weights_BLHTS = self.decode(memory, target_in_BT, need_weights=True)
        return ForwardOutput(self.logits(features_BTE), weights_BLHTS)

    def self_attention(
        self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor, change: Change | None = None
    ) -> SelfWeights | None:
        """None for a model that has no attention within a side."""
        return None
