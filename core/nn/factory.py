"""From a configuration to a network."""

import torch

from core.config import ModelConfig
from core.nn.recurrent import RecurrentSeq2Seq


def build_model(config: ModelConfig, seed: int = 0) -> RecurrentSeq2Seq:
    """A freshly initialised model in float32 on the CPU, the same for the same seed; global RNG untouched."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return RecurrentSeq2Seq(config)
