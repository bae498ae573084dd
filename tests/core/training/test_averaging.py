"""The mean of checkpoints is the arithmetic mean, name by name."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core.errors import ConfigError
from core.training.averaging import average_weights


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
