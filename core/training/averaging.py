"""The mean of several checkpoints' weights: less noise for nothing (Junczys-Dowmunt et al. 2016)."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from core.errors import ConfigError


def average_weights(files: Sequence[Path]) -> dict[str, Tensor]:
    """Element-wise mean over safetensors files with the same names and shapes, float32.

    Raises `ConfigError` for no files or files that do not match."""
    if not files:
        raise ConfigError("Averaging needs at least one file of weights, but got none.")
    total: dict[str, Tensor] = {}
    for path in files:
        weights = load_file(path)
        if total and {n: t.shape for n, t in weights.items()} != {n: t.shape for n, t in total.items()}:
            raise ConfigError(f"Weights can only be averaged over one architecture, but {path.name} differs.")
        total = {name: tensor.double() + total.get(name, 0.0) for name, tensor in weights.items()}
    return {name: (tensor / len(files)).to(torch.float32) for name, tensor in total.items()}
