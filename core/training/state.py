"""Where a run stands, on disk: enough to go on after a kill exactly as if nothing had happened. No pickle."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from core.checkpoint import recover_folder, replace_folder
from core.errors import CheckpointNotFoundError

_TENSORS, _PROGRESS = "state.safetensors", "state.json"


@dataclass
class Progress:
    """Counters of a run; all zero before the first step."""

    step: int = 0
    tokens_seen: int = 0
    """Target pieces, EOS counted."""
    seconds: float = 0.0
    """Time spent training and evaluating, over all restarts."""
    best: list[tuple[float, int]] = field(default_factory=list)
    """(dev BLEU, step) of the kept checkpoints, best first."""
    evaluations_without_gain: int = 0
    window_loss: float = 0.0
    window_tokens: int = 0
    """Sums since the last line of the log."""


def save_state(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    """Write weights, optimiser moments, random state and counters, atomically."""
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for index, slots in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{slot}": torch.as_tensor(value) for slot, value in slots.items()}
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    replace_folder(folder, {_TENSORS: content, _PROGRESS: json.dumps(asdict(progress)).encode()})


def load_state(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Restore all of it in place; raises `CheckpointNotFoundError` when there is nothing to go on from."""
    recover_folder(folder)
    try:
        tensors = load((folder / _TENSORS).read_bytes())
        values: dict[str, Any] = json.loads((folder / _PROGRESS).read_text())
    except FileNotFoundError as error:
        raise CheckpointNotFoundError(f"{folder} holds no training state.") from error
    model.load_state_dict(_under("model.", tensors))
    slots: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("optimizer.", tensors).items():
        index, slot = name.split(".")
        slots.setdefault(int(index), {})[slot] = tensor
    optimizer.load_state_dict({**optimizer.state_dict(), "state": slots})
    torch.set_rng_state(tensors["random.cpu"])
    if torch.cuda.is_available() and "random.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random.cuda"])
    values["best"] = [(float(score), int(step)) for score, step in values["best"]]
    return Progress(**values)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
