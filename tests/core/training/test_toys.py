"""Copying and reversing digits, learned to 98 % with every kind of attention and with none."""

import random
from pathlib import Path
from typing import Any

import pytest
import torch

from core.options import GreedyOptions
from core.training.recipe import recipe_from_dict
from core.training.run import train
from core.translator import Translator

VOCABULARY = 358  # specials, tags, bytes, and the printable characters of ASCII: digits never merge
DIRECTIONS = [["src", "cpy"], ["src", "rev"]]
EPOCHS = {"none": 10, "additive": 6, "dot": 4, "general": 13, "scaled": 5}
"""Enough for each: what projects nothing learns fastest, one free matrix slowest."""
QUICK = ("dot",)
"""The others only where slow tests are asked for."""


def recipe_values(attention: str) -> dict[str, Any]:
    return {
        "name": "toy",
        "data": {
            "train": ["toy.src-cpy.tsv", "toy.src-rev.tsv"],
            "dev": ["dev.src-cpy.tsv", "dev.src-rev.tsv"],
            "directions": DIRECTIONS,
            "vocab_size": VOCABULARY,
            "dev_sentences": 20,
        },
        "model": {
            "embed_dim": 48,
            "encoder_dim": 48,
            "decoder_dim": 96,
            "attention": attention,
            "dropout": 0.0,
        },
        "training": {
            "epochs": EPOCHS[attention],
            "batch_tokens": 512,
            "learning_rate": 8e-3,
            "warmup_steps": 40,
            "label_smoothing": 0.0,
            "precision": "float32",
            "patience": 99,
            "keep_best": 1,
        },
    }


def digit_rows(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choice("0123456789") for _ in range(rng.randint(2, 4))) for _ in range(count)]


def write_corpus(folder: Path) -> list[str]:
    """Training and dev files of both tasks; returns sequences that are in neither."""
    rows = sorted(set(digit_rows(4000, 1)))
    random.Random(2).shuffle(rows)
    parts = {"dev": rows[:100], "toy": rows[200:]}
    for part, texts in parts.items():
        (folder / f"{part}.src-cpy.tsv").write_text("".join(f"{t}\t{t}\n" for t in texts))
        (folder / f"{part}.src-rev.tsv").write_text("".join(f"{t}\t{t[::-1]}\n" for t in texts))
    return rows[100:200]


@pytest.mark.parametrize(
    "attention", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in EPOCHS]
)
def test_copy_and_reverse_are_learned(attention: str, tmp_path: Path) -> None:
    unseen = write_corpus(tmp_path)
    recipe = recipe_from_dict(recipe_values(attention))
    folder = train(recipe, tmp_path, tmp_path / "run", torch.device("cpu"), show_progress=False)
    translator = Translator.load(folder, "cpu")
    for target, expected in (("cpy", unseen), ("rev", [text[::-1] for text in unseen])):
        found = translator.translate_segments(unseen, "src", target, GreedyOptions())
        right = sum(item.best.text == text for item, text in zip(found, expected, strict=True))
        assert right >= 98, f"{target}: {right} of 100"
