"""Several models with one vocabulary as one. Knows no architecture and no search.

Letters: B batch rows, T target, S source, V vocabulary, L layers, H heads, M models."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.errors import ConfigError
from core.nn.seq2seq import DecoderState, ForwardOutput, Memory, Seq2SeqModel, StepOutput


@dataclass(frozen=True)
class EnsembleMemory:
    """What each model has read."""

    parts: tuple[Memory, ...]

    def select(self, index: Tensor) -> "EnsembleMemory":
        return EnsembleMemory(tuple(part.select(index) for part in self.parts))


@dataclass(frozen=True)
class EnsembleState:
    """Where each model stands."""

    parts: tuple[DecoderState, ...]

    def reorder(self, index: Tensor) -> "EnsembleState":
        return EnsembleState(tuple(part.reorder(index) for part in self.parts))


class Ensemble(nn.Module):
    """Obeys the `Seq2Seq` contract; its logits are logarithms of the mean of the models' probabilities.

    Its attention is the mean of the models', if all have some of the same shape; otherwise it has none."""

    attention_layers: int
    attention_heads: int
    max_positions: int | None

    def __init__(self, models: "Sequence[Seq2SeqModel | Ensemble]") -> None:
        """Raises `ConfigError` unless there are two models or more, their vocabularies equally large."""
        super().__init__()
        sizes = {len(model.output_weight) for model in models}
        if len(models) < 2 or len(sizes) > 1:
            raise ConfigError(
                f"An ensemble needs two models or more with one vocabulary, but got {len(models)} with "
                f"vocabularies of {', '.join(map(str, sorted(sizes)))} pieces."
            )
        self.models = nn.ModuleList(models)
        shapes = {(model.attention_layers, model.attention_heads) for model in models}
        self.attention_layers, self.attention_heads = shapes.pop() if len(shapes) == 1 else (0, 0)
        positions = [model.max_positions for model in models if model.max_positions is not None]
        self.max_positions = min(positions, default=None)

    @property
    def output_weight(self) -> Tensor:
        """The first model's: where the ensemble lives, not what it computes with."""
        weight: Tensor = self._parts[0].output_weight
        return weight

    @property
    def _parts(self) -> list[Any]:
        return list(self.models)

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> EnsembleMemory:
        return EnsembleMemory(tuple(model.encode(source_ids_BS, mask_BS) for model in self._parts))

    def start(self, memory: EnsembleMemory) -> EnsembleState:
        pairs = zip(self._parts, memory.parts, strict=True)
        return EnsembleState(tuple(model.start(part) for model, part in pairs))

    def step(self, previous_ids_B: Tensor, state: EnsembleState, memory: EnsembleMemory) -> StepOutput:
        outputs = [
            model.step(previous_ids_B, *parts)
            for model, *parts in zip(self._parts, state.parts, memory.parts, strict=True)
        ]
        return StepOutput(
            mean_logits([output.logits_BV for output in outputs]),
            EnsembleState(tuple(output.state for output in outputs)),
            self._mean_weights([output.weights_BLHS for output in outputs]),
        )

    def forward(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> ForwardOutput:
        outputs = [model(source_ids_BS, mask_BS, target_in_BT) for model in self._parts]
        return ForwardOutput(
            mean_logits([output.logits_BTV for output in outputs]),
            self._mean_weights([output.weights_BLHTS for output in outputs]),
        )

    def _mean_weights(self, weights: list[Tensor | None]) -> Tensor | None:
        if not self.attention_layers:
            return None
        return torch.stack([one for one in weights if one is not None]).mean(0)


def mean_logits(logits: Sequence[Tensor]) -> Tensor:
    """Logarithm of the mean of probabilities, float32, as wide as each of the logits."""
    log_probs_M = torch.stack([one.log_softmax(-1, dtype=torch.float32) for one in logits])
    return log_probs_M.logsumexp(0) - math.log(len(logits))
