"""Where tensors live, and what to do when it is full."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

import torch

from core.errors import ConfigError, DeviceMemoryError

Item = TypeVar("Item")
Made = TypeVar("Made")


def choose_device(name: str = "auto") -> torch.device:
    """`auto` takes the GPU when there is one. Raises `ConfigError` for a device that is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"`device` must be auto, cpu or cuda, but is {name!r}.") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ConfigError("`device` is cuda, but this machine has no usable GPU; use cpu or auto.")
    return device


def device_name(device: torch.device) -> str:
    """The GPU's own name, or the threads that the CPU may use."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


@cache
def multiplies_bfloat16(device: torch.device) -> bool:
    """True where matrix products in bfloat16 have instructions or kernels of their own."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def use_threads(count: int) -> None:
    """Let one operation use so many CPU threads in the whole process; 0 leaves torch's own choice."""
    if count > 0:
        torch.set_num_threads(count)


def keep_few_kernels() -> None:
    """Let oneDNN, which multiplies on a CPU, keep the kernels of 128 shapes in this process instead of 1,024.

    Hardly two batches of sentences have one shape, and a kernel has megabytes: a training grew to 6.5 GB.
    Without effect after the first product."""
    os.putenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")


def is_out_of_memory(error: BaseException) -> bool:
    """True for the ways in which torch says that memory ran out, on GPU or CPU."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)


def in_halves(work: Callable[[Sequence[Item]], Made], items: Sequence[Item]) -> list[Made]:
    """What is made of all items at once, or of as many parts, in order, as the memory asks for.

    Raises `DeviceMemoryError` when one item alone is too much."""
    try:
        return [work(items)]
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        if len(items) == 1:
            raise DeviceMemoryError(
                "The device has too little memory for this sentence; shorten it."
            ) from error
    # Out of the handler, or the error would keep the tensors of its frames.
    middle = len(items) // 2
    return in_halves(work, items[:middle]) + in_halves(work, items[middle:])
