"""How good a model in fine-tuning is: on feedback held out, and on a general set that it must not forget."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.nn.seq2seq import Seq2SeqModel
from core.text.tokenizer import Tokenizer
from core.training.data import DevSet
from core.training.dev import BATCH_TOKENS, dev_bleu, mean_loss
from core.training.feedback import FeedbackExample
from core.training.feedback_rows import FeedbackRow, batches_of, encode_feedback
from core.training.finetune_config import FinetuneConfig
from core.training.recipe import TrainConfig

FORBIDDEN = -1e6
"""Weights with a score below this fell too far on the general set."""


@dataclass(frozen=True)
class _Set:
    """One of the two, as the loss and as search take it."""

    rows: list[FeedbackRow]
    dev: list[DevSet]


class Judge:
    """Measures weights, and says which are better."""

    def __init__(
        self,
        held_out: Sequence[FeedbackExample],
        general: Sequence[FeedbackExample],
        tokenizer: Tokenizer,
        config: FinetuneConfig,
        training: TrainConfig,
    ) -> None:
        """Of each set and direction, the first `dev_sentences` count; either may be empty."""
        self.tokenizer, self.config, self.training = tokenizer, config, training
        found = {"held_out": held_out, "general": general}
        self.sets = {name: self._make(examples) for name, examples in found.items() if examples}

    @property
    def is_asked(self) -> bool:
        """Whether there is a held-out set, so that some weights are better than others."""
        return "held_out" in self.sets

    def measure(self, model: Seq2SeqModel) -> dict[str, Any]:
        """Of each set: loss in nats a piece, BLEU of greedy search by direction. Leaves the model in eval
        mode."""
        return {name: self._measure_set(model, one) for name, one in self.sets.items()}

    def loss(self, model: Seq2SeqModel, name: str) -> float:
        """Of one set, nats a piece, as `measure` has it, but without a search."""
        return round(self._loss(model, self.sets[name].rows), 4)

    def score(self, found: dict[str, Any], base: dict[str, Any], is_strict: bool = True) -> float:
        """Higher is better. `is_strict`: below `FORBIDDEN` where the general set fell by more than
        `general_margin` below the base's."""
        held_out = found["held_out"]
        value = float(-held_out["loss"] if self.config.criterion == "loss" else _mean_bleu(held_out))
        return 2 * FORBIDDEN + value if is_strict and self._falls(found, base) else value

    def _falls(self, found: dict[str, Any], base: dict[str, Any]) -> bool:
        if "general" not in found:
            return False
        fall = _mean_bleu(base["general"]) - _mean_bleu(found["general"])
        return fall > self.config.general_margin + 1e-9

    def _make(self, examples: Sequence[FeedbackExample]) -> _Set:
        limit, taken = self.config.dev_sentences, []
        dev = []
        for direction in sorted({one.direction for one in examples}):
            chosen = [one for one in examples if one.direction == direction][:limit]
            taken.extend(chosen)
            dev.append(DevSet(direction, [one.source for one in chosen], [one.target for one in chosen]))
        return _Set(encode_feedback(taken, self.tokenizer, self.config.max_pieces), dev)

    def _measure_set(self, model: Seq2SeqModel, one: _Set) -> dict[str, Any]:
        directions = [dev.direction for dev in one.dev]
        bleu = dev_bleu(model, self.tokenizer, directions, one.dev)
        return {
            "loss": round(self._loss(model, one.rows), 4),
            "bleu": {name: round(value, 2) for name, value in bleu.items()},
        }

    def _loss(self, model: Seq2SeqModel, rows: Sequence[FeedbackRow]) -> float:
        plan = batches_of(rows, BATCH_TOKENS, np.random.default_rng(0))
        return mean_loss(model, self.training, ([rows[place].row for place in index] for index in plan))


def _mean_bleu(found: dict[str, Any]) -> float:
    """Over the directions."""
    values = found["bleu"].values()
    return float(sum(values) / len(values))
