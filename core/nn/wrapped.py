"""A model that behaves as another does, until a subclass says where not."""

from typing import Any

from torch import Tensor

from core.changes import Change
from core.nn.seq2seq import DecoderState, Memory, SelfWeights, Seq2SeqModel, StepOutput


class Wrapped(Seq2SeqModel):
    """Shares the model's weights and hands every question on to it."""

    def __init__(self, model: Seq2SeqModel) -> None:
        super().__init__()
        self.model, self.config = model, model.config
        self.attention_layers, self.attention_heads = model.attention_layers, model.attention_heads
        self.max_positions, self.training = model.max_positions, model.training

    @property
    def output_weight(self) -> Tensor:
        return self.model.output_weight

    def embed_source(self, source_ids_BS: Tensor) -> Tensor:
        return self.model.embed_source(source_ids_BS)

    def read(self, embedded_BSE: Tensor, mask_BS: Tensor, change: Change | None = None) -> Memory:
        return self.model.read(embedded_BSE, mask_BS, change)

    def start(self, memory: Any) -> DecoderState:
        return self.model.start(memory)

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        return self.model.step(previous_ids_B, state, memory)

    def decode(
        self, memory: Any, target_in_BT: Tensor, need_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        return self.model.decode(memory, target_in_BT, need_weights)

    def logits(self, features_BTE: Tensor) -> Tensor:
        return self.model.logits(features_BTE)

    def self_attention(
        self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor, change: Change | None = None
    ) -> SelfWeights | None:
        return self.model.self_attention(source_ids_BS, mask_BS, target_in_BT, change)
