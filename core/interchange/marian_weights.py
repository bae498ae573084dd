"""Marian's tensors under our names, and their rows in our order.

Letters: V vocabulary, E embedding width."""

from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from core.config import TransformerConfig
from core.errors import CheckpointNotFoundError, CorruptCheckpointError
from core.interchange.marian_vocabulary import Numbering
from core.nn.positions import sinusoids

WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
"""Best first. The second is a pickle, of which torch reads plain tensors and nothing else."""
NEVER = -100.0
"""Bias of pieces that Marian does not have: no score is so low, and no loss becomes infinite by it."""

Weights = dict[str, Tensor]

_BOTH = {
    "attention.project": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "attention.out": ("self_attn.out_proj",),
    "norm_attention": ("self_attn_layer_norm",),
    "feedforward.0": ("fc1",),
    "feedforward.2": ("fc2",),
    "norm_feedforward": ("final_layer_norm",),
}
_DECODER = _BOTH | {
    "cross.query": ("encoder_attn.q_proj",),
    "cross.project": ("encoder_attn.k_proj", "encoder_attn.v_proj"),
    "cross.out": ("encoder_attn.out_proj",),
    "norm_cross": ("encoder_attn_layer_norm",),
}
"""Our modules, and whose outputs in Marian stand one below the other in each."""


def read_weights(folder: Path) -> Weights:
    """The tensors of a folder; raises `CheckpointNotFoundError`, `CorruptCheckpointError`."""
    readers: dict[str, Callable[[Path], Weights]] = {
        "model.safetensors": load_file,
        "pytorch_model.bin": lambda path: torch.load(path, map_location="cpu", weights_only=True),
    }
    for name in WEIGHT_FILES:
        if (path := folder / name).is_file():
            try:
                return readers[name](path)
            except Exception as error:  # what torch's reader raises for a file of another kind is any error
                raise CorruptCheckpointError(
                    f"{path} must hold tensors and nothing else, but cannot be read so; fetch it again."
                ) from error
    raise CheckpointNotFoundError(
        f"A Marian folder must hold {' or '.join(WEIGHT_FILES)}, but {folder} does not."
    )


def convert_weights(
    marian: Weights, config: TransformerConfig, source: Numbering, target: Numbering
) -> Weights:
    """Weights of our network; raises `CorruptCheckpointError` for what is missing or cannot be."""
    try:
        _require_usual(marian, config)
        target_VE = marian[_first(marian, "model.shared", "model.decoder.embed_tokens", "lm_head")]
        weights = {"embedding.weight": _rows(target_VE, target, 0.0)}
        if config.source_vocab_size:
            weights["source_embedding.weight"] = _rows(
                marian["model.encoder.embed_tokens.weight"], source, 0.0
            )
        weights["output_bias"] = _rows(marian["final_logits_bias"].flatten(), target, NEVER)
        weights.update(_layers(marian, "encoder", config.encoder_layers, _BOTH))
        weights.update(_layers(marian, "decoder", config.decoder_layers, _DECODER))
    except (KeyError, IndexError) as error:
        raise CorruptCheckpointError(
            f"The weights must be those that config.json describes, but are not whole: {error}."
        ) from error
    return weights


def _first(marian: Weights, *modules: str) -> str:
    """The first module's weight that is stored: equal ones are stored once."""
    return next(
        (f"{module}.weight" for module in modules if f"{module}.weight" in marian), f"{modules[0]}.weight"
    )


def _rows(marian: Tensor, numbering: Numbering, otherwise: float) -> Tensor:
    """One row a piece of ours, from Marian's; `otherwise` where there is none."""
    numbers = torch.tensor([-1 if number is None else number for number in numbering.marian_ids])
    rows = marian[numbers.clamp(min=0)].clone()
    rows[numbers < 0] = otherwise
    return rows


def _layers(
    marian: Weights, side: str, count: int, modules: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, Tensor]]:
    for layer in range(count):
        for ours, theirs in modules.items():
            for kind in ("weight", "bias"):
                parts = [marian[f"model.{side}.layers.{layer}.{name}.{kind}"] for name in theirs]
                yield f"{side}.{layer}.{ours}.{kind}", torch.cat(parts)


def _require_usual(marian: Weights, config: TransformerConfig) -> None:
    """Raise `CorruptCheckpointError` for positions that were learned, or an output layer of its own."""
    table_PE = sinusoids(config.max_positions, config.embed_dim, config.position_layout)
    for side in ("encoder", "decoder"):
        stored_PE = marian.get(f"model.{side}.embed_positions.weight", table_PE)
        if stored_PE.shape != table_PE.shape or not torch.allclose(stored_PE.float(), table_PE, atol=2e-3):
            raise CorruptCheckpointError(f"The {side}'s positions must be sinusoids, but are others.")
    embedding = _first(marian, "model.shared", "model.decoder.embed_tokens")
    if "lm_head.weight" in marian and embedding in marian:
        if not torch.equal(marian["lm_head.weight"], marian[embedding]):
            raise CorruptCheckpointError(
                "The output layer must be the embedding of the target, but is another."
            )
