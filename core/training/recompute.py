"""Activation checkpointing: layers forget what they computed and compute it again for the backward pass."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from core.errors import ConfigError


def recompute_layers(model: nn.Module) -> None:
    """Pay a second forward pass for the memory of all but one layer (Chen et al. 2016); gradients stay.

    For models that are stacks of layers (`ModuleList`); raises `ConfigError` for others."""
    layers = [layer for stack in model.modules() if isinstance(stack, nn.ModuleList) for layer in stack]
    if not layers:
        raise ConfigError(
            f"`recompute` needs a model that is a stack of layers, but {type(model).__name__} is not; "
            "leave it out."
        )
    for layer in layers:
        layer.forward = _forgetful(layer, layer.forward)


def _forgetful(layer: nn.Module, forward: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any, **options: Any) -> Any:
        if layer.training and torch.is_grad_enabled():
            return checkpoint(forward, *arguments, use_reentrant=False, **options)
        return forward(*arguments, **options)

    return run
