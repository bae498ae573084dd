"""The mean of checkpoints is the arithmetic mean, name by name."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.checkpoint import load_checkpoint
from core.errors import ConfigError
from core.training.averaging import average_weights
from core.training.run import choose_weights, train
from tests.core.training.toy import CPU, PAIRS, toy_recipe, toy_trainer, write_toy


def write(folder: Path, name: str, **tensors: torch.Tensor) -> Path:
    path = folder / f"{name}.safetensors"
    save_file(tensors, path)
    return path


def test_the_average_is_the_arithmetic_mean(tmp_path: Path) -> None:
    made = [{"a": torch.randn(3, 5), "b": torch.randn(7)} for _ in range(4)]
    files = [write(tmp_path, str(index), **tensors) for index, tensors in enumerate(made)]
    for name, tensor in average_weights(files).items():
        torch.testing.assert_close(tensor, torch.stack([tensors[name] for tensors in made]).mean(0))
        assert tensor.dtype == torch.float32


def test_the_average_of_one_is_that_one(tmp_path: Path) -> None:
    weight = torch.randn(11, 3)
    assert torch.equal(average_weights([write(tmp_path, "one", w=weight)])["w"], weight)


def test_without_dev_sentences_the_dev_loss_chooses_between_best_and_average(tmp_path: Path) -> None:
    data = write_toy(tmp_path, PAIRS)
    folder = train(toy_recipe(epochs=2, batch_tokens=60), data, tmp_path / "run", CPU, show_progress=False)
    facts = load_checkpoint(folder).training
    assert "dev_bleu_greedy" not in facts and 0 < facts["dev_loss"] < 10
    best = sorted((tmp_path / "run" / "best").iterdir())[0]
    far = {name: tensor + torch.randn(tensor.shape) for name, tensor in load_file(best).items()}
    trainer = toy_trainer(toy_recipe(), data, tmp_path / "other")
    assert choose_weights(trainer, [best, write(tmp_path, "far", **far)])[0] is None
    assert choose_weights(trainer, [best, best])[0] is not None


def test_weights_that_do_not_match_are_refused(tmp_path: Path) -> None:
    first = write(tmp_path, "first", w=torch.zeros(2, 3))
    for other in (
        write(tmp_path, "shape", w=torch.zeros(3, 2)),
        write(tmp_path, "name", v=torch.zeros(2, 3)),
    ):
        with pytest.raises(ConfigError, match=other.name):
            average_weights([first, other])
    with pytest.raises(ConfigError, match="at least one"):
        average_weights([])
