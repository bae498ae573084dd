"""The processes of one run: one, or those that `torchrun` started on one or several machines."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

_Item = TypeVar("_Item")
_PATIENCE = timedelta(hours=24)
"""The others wait while the first process alone learns the vocabulary, encodes the corpus or evaluates: with
ten million pairs longer than NCCL's default of 10 minutes. Who dies meanwhile is noticed by `torchrun`."""


@dataclass(frozen=True)
class World:
    """Who this process is among `size`. Alone, everything here does nothing."""

    device: torch.device
    rank: int = 0
    size: int = 1

    @property
    def is_first(self) -> bool:
        """True for the one process that writes files and talks to people."""
        return self.rank == 0

    def wrap(self, module: nn.Module) -> nn.Module:
        """A module whose backward pass leaves the mean of all processes' gradients in each of them."""
        if self.size == 1:
            return module
        return DistributedDataParallel(module, [self.device] if self.device.type == "cuda" else None)

    def without_sync(self, module: nn.Module) -> AbstractContextManager[Any]:
        """Keep gradients to this process for now."""
        return module.no_sync() if isinstance(module, DistributedDataParallel) else nullcontext()

    def share(self, items: Sequence[_Item]) -> list[_Item]:
        """Every `size`-th item, from the one of this process's rank."""
        return list(items[self.rank :: self.size])

    def seed(self, *numbers: int) -> None:
        """Seed torch by the numbers; differently in each process."""
        own = numbers[0] if self.size == 1 else hash((*numbers, self.rank)) % 2**63
        torch.manual_seed(own)

    def wait(self) -> None:
        """Until all processes are here."""
        self.sum(0.0)

    def sum(self, value: float) -> float:
        """Of all processes' values."""
        if self.size == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64, device=self.device)
        distributed.all_reduce(total)
        return float(total)

    def from_first(self, value: float) -> float:
        """The first process's value, in each."""
        return self.sum(value if self.is_first else 0.0)

    def leave(self) -> None:
        """Say good-bye; the others need not wait any more."""
        if self.size > 1:
            distributed.destroy_process_group()


def join_world(device: torch.device) -> World:
    """The processes that `torchrun` started, one GPU each where there are any; else this process alone."""
    if not distributed.is_torchelastic_launched():
        return World(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=_PATIENCE)
    rank = distributed.get_rank()
    if device.type == "cuda":
        device = torch.device("cuda", rank % torch.cuda.device_count())
        torch.cuda.set_device(device)
    return World(device, rank, distributed.get_world_size())
