"""A run that begins with what another model knows (Zoph et al. 2016), though it may cut texts otherwise."""

import logging
from pathlib import Path

import torch
from torch import Tensor

from core.checkpoint import Checkpoint, load_checkpoint
from core.errors import CheckpointNotFoundError, ConfigError
from core.nn.seq2seq import Seq2SeqModel
from core.text.tokenizer import Tokenizer

logger = logging.getLogger(__name__)
_BY_PIECE = ("embedding.weight", "output_bias")
"""Weights with a row for each piece."""


def load_start(start: str) -> Checkpoint:
    """The model that a recipe names; raises the `CheckpointError` tree."""
    try:
        return load_checkpoint(Path(start))
    except CheckpointNotFoundError as error:
        raise CheckpointNotFoundError(
            f"`start` must name a model folder, but {start} is none; make it first, by the recipe of that "
            "name where there is one, or leave `start` out."
        ) from error


def start_from(parent: Checkpoint, model: Seq2SeqModel, tokenizer: Tokenizer) -> int:
    """Give `model` the weights of `parent`, and of its pieces those that both vocabularies have; returns how
    many these are. Another architecture takes the pieces alone. Raises `ConfigError` for a network of another
    shape."""
    ours, theirs = _shared_ids(tokenizer, parent)
    weights = model.state_dict()
    same = type(model.config) is type(parent.config)
    for name in weights if same else set(_BY_PIECE) & set(weights) & set(parent.weights):
        weight, source = weights[name], parent.weights.get(name)
        if source is None or source.shape[1:] != weight.shape[1:]:
            raise _misfit(parent.name, name)
        if name in _BY_PIECE:
            weight[ours] = source[theirs].to(weight.dtype)
        elif len(source) == len(weight):
            weight.copy_(source)
        else:
            raise _misfit(parent.name, name)
    model.load_state_dict(weights)
    logger.info("%d of %d pieces begin as %s knows them", len(ours), tokenizer.vocab_size, parent.model_id)
    return len(ours)


def _shared_ids(tokenizer: Tokenizer, parent: Checkpoint) -> tuple[Tensor, Tensor]:
    """Ids of the pieces that both have: in ours, in the parent's."""
    size = parent.tokenizer.vocab_size
    known = {piece: theirs for theirs, piece in enumerate(parent.tokenizer.pieces(range(size)))}
    pieces = enumerate(tokenizer.pieces(range(tokenizer.vocab_size)))
    pairs = [(ours, known[piece]) for ours, piece in pieces if piece in known]
    return torch.tensor([ours for ours, _ in pairs]), torch.tensor([theirs for _, theirs in pairs])


def _misfit(parent: str, name: str) -> ConfigError:
    return ConfigError(
        f"`start` must name a model with the same network, but `{name}` of {parent} is another or missing; "
        "give [model] the options of that model."
    )
