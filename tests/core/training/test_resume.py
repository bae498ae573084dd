"""A run that was cut off ends exactly where an unbroken one does."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.training.log import MetricsLog
from core.training.loop import Trainer
from core.training.recipe import Recipe, recipe_from_dict
from core.training.run import train
from tests.tiny import CONFIG, SENTENCES

PAIRS = list(zip(SENTENCES[5:], SENTENCES[:5], strict=True))
RECIPE = {
    "name": "toy",
    "data": {
        "train": ["toy.fr-en.train.tsv"],
        "dev": ["toy.fr-en.dev.tsv"],
        "directions": [["fr", "en"], ["en", "fr"]],
        "vocab_size": CONFIG.vocab_size,
    },
    "model": {"embed_dim": 13, "encoder_dim": 11, "decoder_dim": 17, "dropout": 0.3},
    "training": {
        "epochs": 6,
        "batch_tokens": 60,
        "warmup_steps": 5,
        "precision": "float32",
        "save_every_s": 0.0,
        "patience": 99,
    },
}


class KilledError(Exception):
    """Stands for the moment of the kill."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for part in ("train", "dev"):
        rows = "".join(f"{french}\t{english}\n" for french, english in PAIRS)
        (tmp_path / f"toy.fr-en.{part}.tsv").write_text(rows, encoding="utf-8")
    return tmp_path


def toy_recipe() -> Recipe:
    return recipe_from_dict(RECIPE)


def weights_of(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def test_a_cut_run_gives_the_weights_and_losses_of_an_unbroken_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = torch.device("cpu")
    whole = train(toy_recipe(), data, tmp_path / "whole", device, show_progress=False)
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "tokenizer.model").write_bytes((tmp_path / "whole" / "tokenizer.model").read_bytes())
    step_once = Trainer._train_step

    def step_until_killed(trainer: Trainer, batch: object) -> None:
        if trainer.progress.step == 7:
            raise KilledError
        step_once(trainer, batch)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "_train_step", step_until_killed)
        with pytest.raises(KilledError):
            train(toy_recipe(), data, tmp_path / "cut", device, show_progress=False)
    cut = train(toy_recipe(), data, tmp_path / "cut", device, show_progress=False)
    assert weights_of(cut) == weights_of(whole)
    losses = [
        [
            (row["step"], row["dev_loss"])
            for row in MetricsLog(tmp_path / run / "metrics.jsonl").read()
            if "dev_loss" in row
        ]
        for run in ("whole", "cut")
    ]
    assert losses[0] == losses[1]


def test_training_lowers_the_loss(data: Path, tmp_path: Path) -> None:
    recipe = toy_recipe()
    longer = replace(recipe, training=replace(recipe.training, epochs=40, learning_rate=0.02))
    train(longer, data, tmp_path / "run", torch.device("cpu"), show_progress=False)
    rows = [row for row in MetricsLog(tmp_path / "run" / "metrics.jsonl").read() if "dev_loss" in row]
    assert rows[-1]["dev_loss"] < 0.7 * rows[0]["dev_loss"]
