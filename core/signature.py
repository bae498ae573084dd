"""What a result depends on besides the model, its options and its input: releases and device. No torch."""

from functools import cache
from importlib.metadata import version

VERSION = "0.1.0"
"""Of this program."""


def signature(device: str, dtype: str) -> str:
    """As sacreBLEU spells its own, for instance `interlinear:0.1.0|torch:2.9.1|device:cpu|dtype:float32`."""
    return f"interlinear:{VERSION}|torch:{_torch_version()}|device:{device}|dtype:{dtype}"


@cache
def _torch_version() -> str:
    return version("torch")
