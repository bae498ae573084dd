"""Models for tests of search: their scores come from a table, so that nothing needs to be trained."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.decoding.forbidden import joining_ids
from core.decoding.search import SpecialIds
from core.decoding.wish import Phrase, RequiredText
from core.nn.seq2seq import ForwardOutput, StepOutput

SPECIAL = SpecialIds(pad=0, unk=1, bos=2, eos=3)
FIRST_PIECE = 4
LAYERS, HEADS = 2, 3
_ROWS = 1009
_LARGE = 1_000_003


@dataclass(frozen=True)
class ScriptedMemory:
    """One number for each source sentence, and where its real tokens are."""

    code_B: Tensor
    mask_BS: Tensor

    def select(self, index: Tensor) -> "ScriptedMemory":
        return ScriptedMemory(self.code_B[index], self.mask_BS[index])


@dataclass(frozen=True)
class ScriptedState:
    """One number for each prefix: another prefix, another number (nearly always)."""

    code_B: Tensor

    def reorder(self, index: Tensor) -> "ScriptedState":
        return ScriptedState(self.code_B[index])


@dataclass
class ScriptedModel:
    """Logits and attention looked up by source sentence and whole prefix; the same seed, the same tables."""

    vocab_size: int = 11
    seed: int = 0
    eos_bias: float = 0.0
    levels: int = 0
    """Round logits to this many steps a unit, so that many are equal; 0 leaves them as drawn."""
    attention: bool = True
    max_positions: int | None = None
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    rows_seen: list[int] = field(default_factory=list)
    """Rows of each step taken, for tests of how much was computed."""

    def __post_init__(self) -> None:
        generator = torch.Generator().manual_seed(self.seed)
        logits = 2.0 * torch.randn(_ROWS, self.vocab_size, generator=generator)
        if self.levels:
            logits = (logits * self.levels).round() / self.levels
        logits[:, SPECIAL.eos] += self.eos_bias
        self.logits = logits.to(self.device)
        self.waves_LH = torch.rand(LAYERS, HEADS, 1, generator=generator).to(self.device)

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> ScriptedMemory:
        places_S = torch.arange(1, source_ids_BS.shape[1] + 1, device=source_ids_BS.device)
        return ScriptedMemory((source_ids_BS * mask_BS * places_S**2).sum(1), mask_BS)

    def start(self, memory: Any) -> ScriptedState:
        return ScriptedState(memory.code_B)

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        self.rows_seen.append(len(previous_ids_B))
        code_B = (state.code_B * 31 + previous_ids_B + 7) % _LARGE
        weights = self._look(code_B, memory.mask_BS) if self.attention else None
        return StepOutput(self.logits[code_B % _ROWS], ScriptedState(code_B), weights)

    def forward(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> ForwardOutput:
        memory = self.encode(source_ids_BS, mask_BS)
        outputs = [StepOutput(memory.code_B, self.start(memory), None)]
        for previous_ids_B in target_in_BT.unbind(1):
            outputs.append(self.step(previous_ids_B, outputs[-1].state, memory))
        outputs = outputs[1:]
        weights = [output.weights_BLHS for output in outputs if output.weights_BLHS is not None]
        joined = torch.stack(weights, 3) if weights else None
        return ForwardOutput(torch.stack([output.logits_BV for output in outputs], 1), joined)

    def _look(self, code_B: Tensor, mask_BS: Tensor) -> Tensor:
        """(B, L, H, S) that depends on the whole prefix, so that a wrong re-ordering shows."""
        places_S = torch.arange(1, mask_BS.shape[1] + 1, device=mask_BS.device)
        angles = (code_B % 997).view(-1, 1, 1, 1) * (self.waves_LH + places_S)
        return (3 * torch.sin(angles)).masked_fill(~mask_BS[:, None, None], float("-inf")).softmax(-1)


class PoisonedModel(ScriptedModel):
    """Puts one value among the logits of one piece, from a given row and step on."""

    poison: float = float("nan")
    piece: int = FIRST_PIECE
    from_row: int = 0
    from_step: int = 1

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> StepOutput:
        output = super().step(previous_ids_B, state, memory)
        if len(self.rows_seen) >= self.from_step:
            output.logits_BV[self.from_row :, self.piece] = self.poison
        return output


WORDS = tuple(f" {piece}".encode() for piece in range(97))


def must_hold(phrases: Sequence[Phrase], spellings: Sequence[bytes] = WORDS) -> tuple[RequiredText, ...]:
    """Phrases as wishes have them; by default each piece is a word of its own."""
    return tuple(RequiredText(phrase, spellings, joining_ids(spellings)) for phrase in phrases)


def make_sources(
    lengths: list[int], seed: int = 0, device: torch.device | None = None
) -> tuple[Tensor, Tensor]:
    """Random source ids (B, S) padded with PAD, and their mask."""
    lengths_B1 = torch.tensor(lengths).unsqueeze(1)
    mask_BS = torch.arange(max(lengths)) < lengths_B1
    ids_BS = torch.randint(FIRST_PIECE, 97, mask_BS.shape, generator=torch.Generator().manual_seed(seed))
    return ids_BS.masked_fill(~mask_BS, SPECIAL.pad).to(device), mask_BS.to(device)
