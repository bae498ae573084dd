"""Where a run stands, on disk: enough to go on after a kill exactly as if nothing had happened. No pickle."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from core.checkpoint import recover_folder, replace_folder
from core.errors import CheckpointNotFoundError, ConfigError
from core.training.files import saving
from core.training.step import Stepper

_TENSORS, _PROGRESS = "state.safetensors", "state.json"


@dataclass
class Progress:
    """Counters of a run, all zero before the first step, and what they count."""

    order: dict[str, Any] = field(default_factory=dict)
    """What decides which examples each step learns from; empty where it was not kept yet, or is seen to
    elsewhere."""
    step: int = 0
    tokens_seen: int = 0
    """Target pieces, EOS counted."""
    seconds: float = 0.0
    """Time spent training and evaluating, over all restarts."""
    best: list[tuple[float, int]] = field(default_factory=list)
    """(dev BLEU, step) of the kept checkpoints, best first."""
    evaluated_step: int = 0
    """The last one that was."""
    evaluations_without_gain: int = 0
    plateaus: int = 0
    """Evaluations that were no better than the best before them."""
    window_loss: float = 0.0
    window_tokens: float = 0
    """Sums since the last line of the log; each token by its weight, where there are weights."""
    window_parts: list[float] = field(default_factory=list)
    """As `window_loss`, of what else the objective tells."""


def save_state(folder: Path, stepper: Stepper, progress: Progress) -> None:
    """Write weights, their average, optimiser moments, loss scale, random state and counters, atomically."""
    tensors = {f"model.{name}": tensor for name, tensor in stepper.model.state_dict().items()}
    if stepper.ema is not None:
        tensors |= {f"ema.{name}": tensor for name, tensor in stepper.ema.state_dict().items()}
    for index, slots in stepper.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{slot}": torch.as_tensor(value) for slot, value in slots.items()}
    tensors |= {f"learned.{name}": tensor for name, tensor in stepper.learned.state().items()}
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    counters = {**asdict(progress), "scaler": stepper.scaler.state_dict()}
    with saving(f"The state of step {progress.step}"):
        replace_folder(folder, {_TENSORS: content, _PROGRESS: json.dumps(counters).encode()})


def load_state(folder: Path, stepper: Stepper, order: Mapping[str, Any]) -> Progress:
    """Restore all of it in place, to go on in the given `order` of the examples.

    Raises `CheckpointNotFoundError` when there is nothing to go on from, `ConfigError` when the run was
    started with another recipe, or in another order."""
    recover_folder(folder)
    try:
        tensors = load((folder / _TENSORS).read_bytes())
        values: dict[str, Any] = json.loads((folder / _PROGRESS).read_text())
    except FileNotFoundError as error:
        raise CheckpointNotFoundError(f"{folder} holds no training state.") from error
    now = json.loads(json.dumps(order))  # tuples are lists in a file
    _require_same_order(folder, values.get("order", {}), now)
    values["order"] = now
    try:
        _restore(tensors, values.pop("scaler", {}), stepper)
    except (RuntimeError, KeyError, ValueError) as error:
        raise ConfigError(
            f"The run in {folder.parent} was started with another recipe, whose network or average differs; "
            "give that recipe, or another folder for a new run."
        ) from error
    torch.set_rng_state(tensors["random.cpu"])
    if torch.cuda.is_available() and "random.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random.cuda"])
    values.setdefault("evaluated_step", values["step"])  # states of before it was kept
    values["best"] = [(float(score), int(step)) for score, step in values["best"]]
    return Progress(**values)


def _require_same_order(folder: Path, before: dict[str, Any], now: dict[str, Any]) -> None:
    changed = sorted(name for name in before if before[name] != now.get(name))
    if changed:
        raise ConfigError(
            f"The run in {folder.parent} must go on with the examples in the order it began with, but was "
            f"started with another {', '.join(changed)}; give that recipe, or another folder for a new run."
        )


def _restore(tensors: dict[str, Tensor], scaler: dict[str, Any], stepper: Stepper) -> None:
    stepper.model.load_state_dict(_under("model.", tensors))
    if stepper.ema is not None:
        stepper.ema.load_state_dict(_under("ema.", tensors))
    for name, tensor in stepper.learned.state().items():
        tensor.data.copy_(tensors[f"learned.{name}"])
    if scaler and stepper.scaler.is_enabled():
        stepper.scaler.load_state_dict(scaler)
    slots: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("optimizer.", tensors).items():
        index, slot = name.split(".")
        slots.setdefault(int(index), {})[slot] = tensor
    stepper.optimizer.load_state_dict({**stepper.optimizer.state_dict(), "state": slots})


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
