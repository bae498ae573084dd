"""A model with something changed inside for once, beside the model itself, which stays as it is."""

from torch import Tensor

from core.changes import Change
from core.nn.seq2seq import Memory, SelfWeights, Seq2SeqModel
from core.nn.wrapped import Wrapped


class Changed(Wrapped):
    """What is changed travels in the memory, so that two users do not meet."""

    def __init__(self, model: Seq2SeqModel, change: Change) -> None:
        super().__init__(model)
        self.change = change

    def read(self, embedded_BSE: Tensor, mask_BS: Tensor, change: Change | None = None) -> Memory:
        return self.model.read(embedded_BSE, mask_BS, self.change + (change or Change()))

    def self_attention(
        self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor, change: Change | None = None
    ) -> SelfWeights | None:
        change = self.change + (change or Change())
        return self.model.self_attention(source_ids_BS, mask_BS, target_in_BT, change)
