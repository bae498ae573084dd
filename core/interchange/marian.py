"""From a MarianMT folder of Hugging Face, the form in which OPUS-MT publishes its models, to a checkpoint."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from core.checkpoint import Checkpoint
from core.config import Activation, TransformerConfig
from core.errors import CheckpointNotFoundError, ConfigError, CorruptCheckpointError
from core.interchange.marian_vocabulary import (
    Numbering,
    Route,
    make_tokenizer,
    number_pieces,
    read_vocabulary,
    require_tags,
    tags_of,
)
from core.interchange.marian_weights import WEIGHT_FILES, convert_weights, read_weights
from core.nn.factory import restore_model

_ACTIVATIONS: dict[str, Activation] = {"swish": "swish", "silu": "swish", "relu": "relu", "gelu": "gelu"}
_SPM_FILES = ("source.spm", "target.spm")
_NEEDED = ("config.json", "vocab.json", *_SPM_FILES)
_WELCOME = ("target_vocab.json", "tokenizer_config.json", "README.md")


@dataclass(frozen=True)
class Origin:
    """Where a folder came from, for the card."""

    address: str
    revision: str = ""
    licence: str = ""


def convert_marian(folder: Path, name: str, routes: Sequence[Route], origin: Origin) -> Checkpoint:
    """A checkpoint that computes what transformers' MarianMTModel computes; files stay as they are.

    `routes`: directions; empty takes those that the folder tells of. Raises `CheckpointNotFoundError` for a
    missing file, `CorruptCheckpointError` for one that is no Marian's, `ConfigError` for directions."""
    theirs = _read_json(folder, "config.json")
    if theirs.get("model_type") != "marian":
        raise CorruptCheckpointError(
            f"{folder} must hold a model of the type marian, but its config.json says "
            f"{theirs.get('model_type')!r}; take a MarianMT model."
        )
    shared = theirs.get("share_encoder_decoder_embeddings", True)
    vocabularies = [_vocabulary(folder, "vocab.json")]
    vocabularies.append(vocabularies[0] if shared else _vocabulary(folder, "target_vocab.json"))
    routes = routes or _told_routes(folder, vocabularies[0])
    require_tags(vocabularies[0], routes)
    target = number_pieces(vocabularies[1], _start_id(theirs), routes)
    source = target if shared else number_pieces(vocabularies[0], None, routes)
    config = _config(folder, theirs, source, target)
    weights = convert_weights(read_weights(folder), config, source, target)
    if weights["embedding.weight"].dtype != torch.float16:
        weights = {key: tensor.float() for key, tensor in weights.items()}
    restore_model(config, weights)
    return Checkpoint(
        name=name,
        config=config,
        directions=tuple((route.source, route.target) for route in routes),
        weights=weights,
        tokenizer=make_tokenizer({file: _read(folder, file) for file in _SPM_FILES}, source, target),
        training={"converted_from": {"format": "marian", **vars(origin)}},
        card=_card(name, routes, origin, folder),
    )


def files_to_fetch(published: Collection[str]) -> tuple[str, ...]:
    """Those of a repository's files that `convert_marian` reads; raises `CheckpointNotFoundError`."""
    weights = [name for name in WEIGHT_FILES if name in published][:1]
    for name in (*_NEEDED, *(weights or WEIGHT_FILES[:1])):
        if name not in published:
            raise CheckpointNotFoundError(f"A Marian model must hold {name}, but this one does not.")
    return (*_NEEDED, *(name for name in _WELCOME if name in published), *weights)


def convert_config(theirs: Mapping[str, Any], source: Numbering, target: Numbering) -> TransformerConfig:
    """Our options for transformers' MarianConfig; raises `CorruptCheckpointError` for what we cannot be."""
    for ours in ("attention_heads", "ffn_dim"):
        if theirs[f"encoder_{ours}"] != theirs[f"decoder_{ours}"]:
            raise CorruptCheckpointError(
                f"Encoder and decoder must have the same {ours}, but have {theirs[f'encoder_{ours}']} and "
                f"{theirs[f'decoder_{ours}']}."
            )
    if theirs["activation_function"] not in _ACTIVATIONS:
        raise CorruptCheckpointError(
            f"`activation_function` must be one of {', '.join(_ACTIVATIONS)}, but is "
            f"{theirs['activation_function']!r}."
        )
    config = TransformerConfig(
        vocab_size=len(target.pieces),
        embed_dim=theirs["d_model"],
        dropout=theirs["dropout"],
        heads=theirs["encoder_attention_heads"],
        encoder_layers=theirs["encoder_layers"],
        decoder_layers=theirs["decoder_layers"],
        feedforward_dim=theirs["encoder_ffn_dim"],
        max_positions=theirs["max_position_embeddings"],
        norm="post",
        activation=_ACTIVATIONS[theirs["activation_function"]],
        position_layout="halves",
        scale_embedding=theirs["scale_embedding"],
        output_bias=True,
    )
    return config if source is target else replace(config, source_vocab_size=len(source.pieces))


def _config(
    folder: Path, theirs: Mapping[str, Any], source: Numbering, target: Numbering
) -> TransformerConfig:
    try:
        return convert_config(theirs, source, target)
    except (KeyError, TypeError, ConfigError) as error:
        raise CorruptCheckpointError(
            f"config.json in {folder} must describe a Marian model that can be converted, but: {error}"
        ) from error


def _start_id(theirs: Mapping[str, Any]) -> int:
    """What the decoder reads first."""
    start, padding = theirs.get("decoder_start_token_id"), theirs.get("pad_token_id")
    if not isinstance(start, int) or start != padding:
        raise CorruptCheckpointError(
            f"`decoder_start_token_id` must be `pad_token_id`, but they are {start} and "
            f"{padding}; copy config.json again."
        )
    return start


def _told_routes(folder: Path, vocabulary: Mapping[str, int]) -> tuple[Route, ...]:
    """From the source language that tokenizer_config.json names to its target, or to every tag there is."""
    told = _read_json(folder, "tokenizer_config.json") if (folder / "tokenizer_config.json").is_file() else {}
    source, target = told.get("source_lang"), told.get("target_lang")
    if not source or not target:
        raise ConfigError(f"{folder} does not tell its languages; write --direction, as --direction fr-en.")
    return tuple(Route(source, tag, tag) for tag in tags_of(vocabulary) or (target,))


def _vocabulary(folder: Path, name: str) -> dict[str, int]:
    return read_vocabulary(_read(folder, name), name)


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        return dict(json.loads(_read(folder, name)))
    except (ValueError, TypeError) as error:
        raise CorruptCheckpointError(f"{name} in {folder} is damaged; copy it again.") from error


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise CheckpointNotFoundError(
            f"A Marian folder must hold {name}, but {folder} does not ({error.strerror})."
        ) from error


def _card(name: str, routes: Sequence[Route], origin: Origin, folder: Path) -> str:
    """What is known of the model, with its makers' own card below."""
    directions = ", ".join(f"{route.source} → {route.target}" for route in routes)
    revision = f", revision {origin.revision}" if origin.revision else ""
    licence = origin.licence or "not told; ask its makers"
    own = folder / "README.md"
    text = own.read_text(encoding="utf-8", errors="replace") if own.is_file() else ""
    front_matter = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
    return (
        f"# {name}\n\nA Marian Transformer, converted by `python -m core`; not trained here.\n\n"
        f"* directions: {directions}\n* from: {origin.address}{revision}\n* licence: {licence}\n"
        + (f"\n## Its makers' card\n\n{front_matter.sub('', text).strip()}\n" if text else "")
    )
