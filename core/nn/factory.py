"""From a configuration to a network."""

import torch
from torch import Tensor

from core.config import ConvolutionalConfig, ModelConfig, RecurrentConfig, TransformerConfig
from core.errors import ConfigError, CorruptCheckpointError
from core.nn.recurrent import RecurrentSeq2Seq
from core.nn.seq2seq import Seq2SeqModel
from core.nn.transformer import TransformerSeq2Seq


def build_model(config: ModelConfig, seed: int = 0) -> Seq2SeqModel:
    """A freshly initialised model in float32 on the CPU, the same for the same seed; global RNG untouched."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _network(config)
        model.draw_weights()
        return model


def restore_model(config: ModelConfig, weights: dict[str, Tensor]) -> Seq2SeqModel:
    """A model in float32 with the given weights; raises `CorruptCheckpointError` unless they are its own."""
    with torch.random.fork_rng(devices=[]):
        model = _network(config)
    try:
        model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    except RuntimeError as error:
        raise CorruptCheckpointError(
            f"The weights must be those of the {config.architecture} model that config.json describes, but "
            "are of another; copy the model again."
        ) from error
    return model


def _network(config: ModelConfig) -> RecurrentSeq2Seq | TransformerSeq2Seq:
    if isinstance(config, RecurrentConfig | ConvolutionalConfig):
        return RecurrentSeq2Seq(config)
    if isinstance(config, TransformerConfig):
        return TransformerSeq2Seq(config)
    raise ConfigError(f"There is no network for {type(config).__name__}; take one of core/config.py.")
