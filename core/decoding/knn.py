"""Examples as a memory of the decoder: kNN machine translation (Khandelwal et al. 2021). Knows no text.

Every place of every example is kept as the decoder's state there, and which piece followed. At each step of a
search the places nearest to its state are found, exactly, by one matrix product; what followed there, the
nearer the more, is mixed into the model's own probabilities.

Letters: B rows, T target, N places of examples, E features, K neighbours, V vocabulary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.decoding.search import SpecialIds
from core.errors import ConfigError
from core.nn.seq2seq import DecoderState, ForwardOutput, Memory, Seq2SeqModel, StepOutput
from core.nn.wrapped import Wrapped
from core.options import KnnOptions

EVERYBODY = -1
_LEAST = 1e-30
"""Of a probability, so that its logarithm is a number whatever the weight."""
Ids = tuple[int, ...]


@dataclass(frozen=True)
class Datastore:
    """Places of examples, as one model sees them: another one's states mean nothing."""

    keys_NE: Tensor
    pieces_N: Tensor
    """What followed, int64."""
    groups_N: Tensor
    """Which sources may look at it, int64; all where every place is of `EVERYBODY`."""

    @property
    def scale(self) -> float:
        """Mean squared length of a key."""
        return max(float(self.keys_NE.square().sum(1).mean()), _LEAST)

    @classmethod
    def joined(cls, parts: Sequence["Datastore"]) -> "Datastore":
        """One of several."""
        fields = zip(*((part.keys_NE, part.pieces_N, part.groups_N) for part in parts), strict=True)
        return cls(*(torch.cat(list(field)) for field in fields))


@torch.inference_mode()
def remember(
    model: Seq2SeqModel,
    source_ids_BS: Tensor,
    mask_BS: Tensor,
    targets: Sequence[Ids],
    special: SpecialIds,
    groups: Sequence[int] | None = None,
) -> Datastore:
    """The places of a batch of examples, by one forced pass. `targets` end with EOS."""
    lengths_B1 = torch.tensor([[len(ids)] for ids in targets], device=source_ids_BS.device)
    width = int(lengths_B1.max())
    rows = [[*ids, *[special.pad] * (width - len(ids))] for ids in targets]
    target_BT = torch.tensor(rows, device=source_ids_BS.device)
    target_in_BT = target_BT.roll(1, dims=1)
    target_in_BT[:, 0] = special.bos
    features_BTE, _ = model.decode(model.encode(source_ids_BS, mask_BS), target_in_BT)
    real_BT = torch.arange(width, device=target_BT.device) < lengths_B1
    groups_B1 = torch.tensor(groups or [EVERYBODY] * len(targets), device=target_BT.device).unsqueeze(1)
    return Datastore(features_BTE[real_BT].float(), target_BT[real_BT], groups_B1.expand_as(real_BT)[real_BT])


@dataclass(frozen=True)
class KnnMemory:
    """What the model has read, and which group of places each row may look at."""

    part: Memory
    groups_B: Tensor

    def select(self, index: Tensor) -> "KnnMemory":
        return KnnMemory(self.part.select(index), self.groups_B[index])


class WithNeighbours(Wrapped):
    """Its logits are logarithms of the mixed probabilities."""

    def __init__(
        self,
        model: Seq2SeqModel,
        store: Datastore,
        options: KnnOptions,
        groups: Mapping[Ids, int] | None = None,
    ) -> None:
        """`groups`: by source ids, which of the places that source may look at; None: all look at all.

        Raises `ConfigError` for a store without a place."""
        super().__init__(model)
        if not len(store.pieces_N):
            raise ConfigError(
                "There must be examples to take neighbours from, but there are none; give some."
            )
        self.store, self.options = store, options
        self._groups, self._scale = groups, store.scale
        self._squares_N = store.keys_NE.square().sum(1)

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> KnnMemory:
        groups = [EVERYBODY] * len(source_ids_BS)
        if self._groups is not None:
            rows = zip(source_ids_BS.tolist(), mask_BS.sum(1).tolist(), strict=True)
            # A source without places of its own has a group that no place is of.
            groups = [self._groups.get(tuple(ids[:length]), EVERYBODY - 1) for ids, length in rows]
        groups_B = torch.tensor(groups, device=source_ids_BS.device)
        return KnnMemory(self.model.encode(source_ids_BS, mask_BS), groups_B)

    def start(self, memory: KnnMemory) -> DecoderState:
        return self.model.start(memory.part)

    def step(self, previous_ids_B: Tensor, state: Any, memory: KnnMemory) -> StepOutput:
        output = self.model.step(previous_ids_B, state, memory.part)
        if output.features_BE is None:
            raise ConfigError("Neighbours need a model that shows its states, but this one does not.")
        return output._replace(logits_BV=self._mixed(output.logits_BV, output.features_BE, memory.groups_B))

    def forward(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> ForwardOutput:
        memory = self.encode(source_ids_BS, mask_BS)
        features_BTE, weights = self.model.decode(memory.part, target_in_BT, need_weights=True)
        logits_BTV = self.model.logits(features_BTE)
        groups = memory.groups_B.repeat_interleave(target_in_BT.shape[1])
        mixed = self._mixed(logits_BTV.flatten(0, 1), features_BTE.flatten(0, 1), groups)
        return ForwardOutput(mixed.view_as(logits_BTV), weights)

    def _mixed(self, logits_BV: Tensor, features_BE: Tensor, groups_B: Tensor) -> Tensor:
        """(B, V) float32 log-probabilities; the model's own logits where no neighbour has a say."""
        options, store = self.options, self.store
        if not options.weight:
            return logits_BV
        features_BE = features_BE.float()
        squares_B1 = features_BE.square().sum(1, keepdim=True)
        far_BN = squares_B1 + self._squares_N - 2 * features_BE @ store.keys_NE.t()
        far_BN = far_BN.clamp_min(0) / self._scale
        if self._groups is not None:
            far_BN = far_BN.masked_fill(groups_B.unsqueeze(1) != store.groups_N, float("inf"))
        far_BK, places_BK = far_BN.topk(min(options.neighbours, len(store.pieces_N)), dim=1, largest=False)
        nearest_B1 = far_BK[:, :1]
        weight_B1 = torch.where(nearest_B1.isfinite(), options.weight, 0.0)
        if options.reach:
            weight_B1 = weight_B1 * (1 - nearest_B1 / options.reach).clamp(0, 1).nan_to_num(0)
        shares_BK = (
            ((nearest_B1 - far_BK) / options.temperature).nan_to_num(0, neginf=float("-inf")).softmax(1)
        )
        own_BV = logits_BV.log_softmax(1, dtype=torch.float32)
        likely_BV = torch.zeros_like(own_BV).scatter_add_(1, store.pieces_N[places_BK], shares_BK)
        mixed_BV = (own_BV.exp() * (1 - weight_B1) + likely_BV * weight_B1).clamp_min(_LEAST).log()
        return torch.where(weight_B1 > 0, mixed_BV, own_BV)
