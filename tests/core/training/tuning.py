"""A fine-tuning that takes a tenth of a second: ten sentences, networks of a few units."""

from pathlib import Path
from typing import Any

import torch

from core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core.config import ConvolutionalConfig, ModelConfig, TransformerConfig
from core.training.feedback import FeedbackExample
from core.training.feedback_rows import FeedbackBatch, encode_feedback
from core.training.finetune import TuningData, finetune
from core.training.finetune_config import FinetuneConfig
from core.training.finetune_loop import TuningStep
from tests.core.training.toy import CPU, PAIRS
from tests.tiny import CONFIG, tiny_checkpoint, tiny_tokenizer

CONFIGS: tuple[ModelConfig, ...] = (
    CONFIG,
    ConvolutionalConfig(vocab_size=400, embed_dim=13, encoder_dim=11, decoder_dim=17, max_positions=140),
    TransformerConfig(
        vocab_size=400, embed_dim=12, heads=2, encoder_layers=1, decoder_layers=1, feedforward_dim=17
    ),
)
EXAMPLES = [FeedbackExample(french, english, ("fr", "en")) for french, english in PAIRS[:3]]
REPLAY = [FeedbackExample(english, french, ("en", "fr")) for french, english in PAIRS]
CORRECTED = FeedbackExample(*PAIRS[0], ("fr", "en"), rejected="The ferry burns the island at nine.")


def quiet(step: TuningStep) -> None:
    """Somebody who watches, so that there is no bar."""


def options(**values: Any) -> FinetuneConfig:
    """Six steps or so, with products that every processor makes alike."""
    small = {"epochs": 2, "batch_tokens": 60, "learning_rate": 0.01, "warmup_steps": 2, "replay_ratio": 1.0}
    plain = {"precision": "float32", "save_every_s": 1e9, "label_smoothing": 0.0, "average_with_base": "no"}
    return FinetuneConfig(**{**small, **plain, **values})


def write_base(folder: Path, config: ModelConfig = CONFIG, dtype: torch.dtype = torch.float32) -> Path:
    save_checkpoint(folder / "base", tiny_checkpoint(config), dtype)
    return folder / "base"


def tune(folder: Path, data: TuningData | None = None, name: str = "run", **values: Any) -> Checkpoint:
    """The model that comes of the tiny one in `folder/base`, made where it is not there."""
    base = folder / "base"
    if not base.exists():
        write_base(folder)
    data = data or TuningData(EXAMPLES, REPLAY)
    return load_checkpoint(finetune(base, data, options(**values), folder / name, CPU, quiet))


def batch_of(*examples: FeedbackExample) -> FeedbackBatch:
    return FeedbackBatch(tuple(encode_feedback(examples, tiny_tokenizer(), 128)))
