"""A whole run: files in, a finished model folder out."""

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from core.checkpoint import Checkpoint, save_checkpoint
from core.device import device_name, keep_few_kernels
from core.nn.factory import build_model
from core.text.tokenizer import Tokenizer, load_tokenizer
from core.training.averaging import average_weights
from core.training.data import (
    TrainingData,
    learn_tokenizer,
    load_dev_sets,
    load_examples,
    load_training_examples,
)
from core.training.dev import dev_bleu, dev_loss
from core.training.files import alone_in, saving, write_whole
from core.training.log import training_curve
from core.training.loop import Trainer
from core.training.objective import usable_precision
from core.training.plan import Shard
from core.training.recipe import Recipe
from core.training.shards import load_shards
from core.training.start import load_start, start_from
from core.training.world import World

logger = logging.getLogger(__name__)


def train(recipe: Recipe, data: Path, out: Path, device: torch.device, show_progress: bool = True) -> Path:
    """As `train_together`, in this process alone."""
    return train_together(World(device), recipe, data, out, show_progress)


def train_together(world: World, recipe: Recipe, data: Path, out: Path, show_progress: bool = True) -> Path:
    """Train, or go on with, the run in `out`; write `out/model`, `out/curve.html`; return the model folder.

    `data`: folder of the corpora that the recipe names. The average of the best checkpoints is kept if its
    dev BLEU (dev loss, where `dev_sentences` is 0) is no worse than that of the best single one. All
    processes of `world` learn one model, which the first one writes; they must see the same folders. Raises
    `ConfigError` while another run has `out`."""
    with alone_in(out) if world.is_first else nullcontext():
        return _train(world, recipe, data, out, show_progress)


def _train(world: World, recipe: Recipe, data: Path, out: Path, show_progress: bool) -> Path:
    keep_few_kernels()
    # First of all: nobody waits for a vocabulary to be told that the model is not there.
    parent = load_start(recipe.start) if recipe.start else None
    loaded = _load(recipe, data, out, world)
    model = build_model(recipe.model, recipe.training.seed)
    if parent is not None:
        start_from(parent, model, loaded.tokenizer)
    model.to(world.device)
    count = sum(parameter.numel() for parameter in model.parameters())
    trainer = Trainer(recipe, model, loaded, out, world, show_progress)
    if world.is_first:
        logger.info("%d batches an epoch, %d parameters", trainer.plan.batches_per_epoch, count)
    best_files = trainer.run()
    if world.is_first:
        _finish(trainer, best_files)
    return out / "model"


def _load(recipe: Recipe, data: Path, out: Path, world: World) -> TrainingData:
    """Vocabulary and examples; what is kept on disk is made by the first process."""
    if world.is_first:
        _tokenizer(recipe, data, out)
    world.wait()
    tokenizer = _tokenizer(recipe, data, out)
    shards = _shards(recipe, data, out, tokenizer, world)
    dev = load_examples(data, recipe.data.dev, recipe.data, tokenizer)
    return TrainingData(tokenizer, shards, dev, load_dev_sets(data, recipe.data, tokenizer))


def _shards(recipe: Recipe, data: Path, out: Path, tokenizer: Tokenizer, world: World) -> Sequence[Shard]:
    """The training examples: all of them in memory, or parts on disk that the first process encodes."""
    if not recipe.data.shard_pairs:
        examples = load_training_examples(data, recipe.data, tokenizer)
        return [lambda: examples]
    if world.is_first:
        load_shards(out / "ids", data, recipe.data, tokenizer)
    world.wait()
    return load_shards(out / "ids", data, recipe.data, tokenizer)


def _finish(trainer: Trainer, best_files: list[Path]) -> None:
    """Write the finished model, with how it came to be, and the training curve."""
    recipe, out = trainer.recipe, trainer.folder
    weights, score = choose_weights(trainer, best_files)
    facts = {
        "recipe": recipe.to_dict(),
        "steps": trainer.progress.step,
        "tokens_seen": trainer.progress.tokens_seen,
        "duration_s": round(trainer.progress.seconds),
        "device": device_name(trainer.world.device),
        "processes": trainer.world.size,
        "precision": usable_precision(recipe.training, trainer.world.device),
        "torch": torch.__version__,
        **({"dev_bleu_greedy": round(score, 2)} if trainer.data.dev_sets else {"dev_loss": round(-score, 4)}),
        "averaged_checkpoints": len(best_files) if weights is not None else 1,
    }
    chosen = weights if weights is not None else load_file(best_files[0])
    checkpoint = Checkpoint(
        recipe.name,
        recipe.model,
        recipe.data.distinct_directions,
        chosen,
        trainer.data.tokenizer,
        facts,
        piece_counts=_piece_counts(trainer.data),
    )
    with saving("The finished model"):
        save_checkpoint(out / "model", checkpoint, torch.float16)
        training_curve(trainer.log.read()).write_html(out / "curve.html")


def _piece_counts(data: TrainingData) -> tuple[int, ...]:
    """Of all that was learned from, each pair counted once; none where the sides have pieces of their own."""
    if data.tokenizer.target is not data.tokenizer:
        return ()
    size = data.tokenizer.vocab_size
    counts = np.sum([shard().piece_counts(size) for shard in data.shards], axis=0)
    return tuple(counts.tolist())


def _tokenizer(recipe: Recipe, data: Path, out: Path) -> Tokenizer:
    """The run's own vocabulary, learned once."""
    path = out / "tokenizer.model"
    if not path.exists():
        learned = learn_tokenizer(data, recipe.data)
        with saving("The vocabulary"):
            write_whole(path, learned.serialized)
    return load_tokenizer(path)


def choose_weights(trainer: Trainer, files: list[Path]) -> tuple[dict[str, Tensor] | None, float]:
    """The averaged weights if no worse than the best single file, else None; and the winner's score."""
    single = _score(trainer, load_file(files[0]))
    if len(files) == 1:
        return None, single
    weights = average_weights(files)
    averaged = _score(trainer, weights)
    logger.info(
        "dev score of the best checkpoint %.2f, of the average of %d %.2f", single, len(files), averaged
    )
    return (weights, averaged) if averaged >= single else (None, single)


def _score(trainer: Trainer, weights: dict[str, Tensor]) -> float:
    """Mean dev BLEU over the directions; without sentences to translate, the dev loss, negative."""
    trainer.model.load_state_dict(weights)
    data, directions = trainer.data, trainer.recipe.data.distinct_directions
    if not data.dev_sets:
        return -dev_loss(trainer.model, data.dev, trainer.config)
    scores = dev_bleu(trainer.model, data.tokenizer, directions, data.dev_sets)
    return sum(scores.values()) / len(scores)
