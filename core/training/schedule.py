"""Learning rate by step; inverse_sqrt is of Vaswani et al. 2017, cosine of Loshchilov & Hutter 2017."""

import math

from core.training.recipe import TrainConfig

_FLOOR = 0.02


def learning_rate(config: TrainConfig, step: int, total_steps: int, cuts: int = 0) -> float:
    """Rate of step 1, 2, ...: linear warm-up to the peak, then the configured decay. Never 0.

    `cuts`: how often a plateau was met so far."""
    if step <= config.warmup_steps:
        return config.learning_rate * step / config.warmup_steps
    if config.decay == "constant":
        return config.learning_rate
    if config.decay == "plateau":
        return float(config.learning_rate * 0.5**cuts)
    if config.decay == "inverse_sqrt":
        return config.learning_rate * math.sqrt(max(config.warmup_steps, 1) / step)
    left = (total_steps - step) / max(total_steps - config.warmup_steps, 1)
    if config.decay == "cosine":
        return config.learning_rate * (_FLOOR + (1 - _FLOOR) * (1 + math.cos(math.pi * (1 - left))) / 2)
    return config.learning_rate * max(_FLOOR, left)
