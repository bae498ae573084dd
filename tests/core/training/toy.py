"""A run that takes a tenth of a second: ten sentence pairs, a network of a few units."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from core.nn.factory import build_model
from core.training.data import TrainingData, load_examples
from core.training.examples import Examples
from core.training.log import MetricsLog
from core.training.loop import Trainer
from core.training.recipe import Recipe, recipe_from_dict
from core.training.world import World
from tests.tiny import CONFIG, SENTENCES, tiny_tokenizer

PAIRS = list(zip(SENTENCES[5:], SENTENCES[:5], strict=True))
BEGINNINGS = [(" ".join(french.split()[:2]), " ".join(english.split()[:2])) for french, english in PAIRS]
"""A step takes as long as its sentences. They are too few for a vocabulary of their own of 400 pieces."""
CPU = torch.device("cpu")
RECURRENT: dict[str, Any] = {"embed_dim": 13, "encoder_dim": 11, "decoder_dim": 17, "dropout": 0.3}


class KilledError(Exception):
    """Stands for the moment of a kill."""


def toy_values(**training: Any) -> dict[str, Any]:
    """A recipe of 15 steps in 3 epochs, with other training options where given."""
    return {
        "name": "toy",
        "data": {
            "train": ["toy.fr-en.train.tsv"],
            "dev": ["toy.fr-en.dev.tsv"],
            "directions": [["fr", "en"], ["en", "fr"]],
            "vocab_size": CONFIG.vocab_size,
            "dev_sentences": 0,
        },
        "model": RECURRENT,
        "training": {
            "epochs": 3,
            "batch_tokens": 25,
            "warmup_steps": 5,
            "precision": "float32",
            "save_every_s": 1e9,
            "patience": 99,
            **training,
        },
    }


def toy_recipe(model: dict[str, Any] | None = None, **training: Any) -> Recipe:
    values = toy_values(**training)
    return recipe_from_dict(values if model is None else {**values, "model": model})


def write_toy(folder: Path, pairs: Sequence[tuple[str, str]] = BEGINNINGS) -> Path:
    """The corpora that the recipe names."""
    rows = "".join(f"{french}\t{english}\n" for french, english in pairs)
    for part in ("train", "dev"):
        (folder / f"toy.fr-en.{part}.tsv").write_text(rows, encoding="utf-8")
    return folder


def write_recipe(path: Path, values: dict[str, Any]) -> Path:
    """TOML of plain values: JSON's spelling of texts, numbers, switches and lists is TOML's too."""
    lines = [f"{name} = {json.dumps(values[name])}" for name in ("name", "start") if name in values]
    for section in ("data", "model", "training"):
        lines.append(f"[{section}]")
        lines.extend(f"{name} = {json.dumps(value)}" for name, value in values[section].items())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def toy_trainer(
    recipe: Recipe, data: Path, folder: Path, kind: type[Trainer] = Trainer, shards: Sequence[Examples] = ()
) -> Trainer:
    """A trainer without the search for BLEU, which would be most of the time."""
    examples = load_examples(data, recipe.data.train, recipe.data, tiny_tokenizer())
    opened = [partial(_open, part) for part in shards or (examples,)]
    loaded = TrainingData(tiny_tokenizer(), opened, examples, [])
    model = build_model(recipe.model, recipe.training.seed)
    return kind(recipe, model, loaded, folder, World(CPU), show_progress=False)


def _open(examples: Examples) -> Examples:
    return examples


def losses(folder: Path) -> list[tuple[int, float]]:
    """(step, loss) of everything that a run logged."""
    rows = MetricsLog(folder / "metrics.jsonl").read()
    return [(row["step"], row["loss"] if "loss" in row else row["dev_loss"]) for row in rows]
