"""A MarianMT folder as the hub has them: a small network with random weights, tokenizers trained on the spot.

Written by hand under the names that OPUS-MT's files have, so that it takes no transformers to make one."""

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from tests.paired import pieces_of, train_pieces

FRENCH = (
    ("Le chat", "Ma tante", "Un ours", "Zoé", "Paul"),
    ("mange", "lit", "cache", "vend", "perd"),
    ("le pain.", "deux lits ?", "un thé !", "la clé."),
)
ENGLISH = (
    ("The cat", "My aunt", "A bear", "Zoé", "Paul"),
    ("eats", "reads", "hides", "sells", "loses"),
    ("the bread.", "two beds?", "a tea!", "the key."),
)
SOURCES, TARGETS = (tuple(" ".join(words) for words in product(*parts)) for parts in (FRENCH, ENGLISH))
"""A hundred sentences, and what they mean."""
WIDTH, HEADS, FEEDFORWARD, LAYERS, POSITIONS = 24, 3, 40, 2, 60


def write_marian_folder(folder: Path, tags: Sequence[str] = (), shared: bool = True) -> None:
    """`tags`: target languages of a multilingual model; `shared`: one vocabulary for both sides."""
    folder.mkdir(parents=True)
    models = {"source.spm": train_pieces(SOURCES, 60), "target.spm": train_pieces(TARGETS, 50)}
    source, target = (pieces_of(model) for model in models.values())
    tagged = [f">>{tag}<<" for tag in tags]
    lists = {"vocab.json": [*tagged, *source, *target]}
    if not shared:  # two of one size, as transformers wants them
        lists = {"vocab.json": [*tagged, *source], "target_vocab.json": target}
        longest = max(map(len, lists.values()))
        lists = {
            name: [*own, *(f"unused{n}" for n in range(len(own), longest))] for name, own in lists.items()
        }
    files: dict[str, dict[str, Any]] = {name: _numbers(pieces) for name, pieces in lists.items()}
    size = len(files["vocab.json"])
    files["config.json"] = marian_config(size, shared)
    told = {"source_lang": "fr", "target_lang": "en", "separate_vocabs": not shared}
    files["tokenizer_config.json"] = told
    for name, values in files.items():
        (folder / name).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    for name, content in models.items():
        (folder / name).write_bytes(content)
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n### opus-mt-fr-en\n", encoding="utf-8")
    save_file(marian_weights(size, shared), folder / "model.safetensors")


def _numbers(pieces: Sequence[str]) -> dict[str, int]:
    """In the order of OPUS-MT: the end first, padding last."""
    ordered = dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"])
    return {piece: number for number, piece in enumerate(ordered)}


def marian_config(size: int, shared: bool) -> dict[str, Any]:
    """config.json as the hub has it, as far as it says anything about the network."""
    sides = {
        f"{side}_{name}": value
        for side in ("encoder", "decoder")
        for name, value in (("layers", LAYERS), ("attention_heads", HEADS), ("ffn_dim", FEEDFORWARD))
    }
    return sides | {
        "model_type": "marian",
        "architectures": ["MarianMTModel"],
        "vocab_size": size,
        "decoder_vocab_size": size,
        "share_encoder_decoder_embeddings": shared,
        "d_model": WIDTH,
        "dropout": 0.1,
        "activation_function": "swish",
        "max_position_embeddings": POSITIONS,
        "scale_embedding": True,
        "static_position_embeddings": True,
        "normalize_before": False,
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        "pad_token_id": size - 1,
        "decoder_start_token_id": size - 1,
    }


def marian_weights(size: int, shared: bool) -> dict[str, Tensor]:
    """Random, each tensor under its name in OPUS-MT's files."""
    draw = torch.Generator().manual_seed(7)

    def normal(*shape: int, scale: float) -> Tensor:
        return scale * torch.randn(*shape, generator=draw)

    weights = {"final_logits_bias": normal(1, size, scale=0.5)}
    if shared:
        weights["model.shared.weight"] = normal(size, WIDTH, scale=0.4)
    else:
        weights["model.encoder.embed_tokens.weight"] = normal(size, WIDTH, scale=0.4)
        weights["model.decoder.embed_tokens.weight"] = normal(size, WIDTH, scale=0.4)
    for side, layer in product(("encoder", "decoder"), range(LAYERS)):
        prefix = f"model.{side}.layers.{layer}"
        looks = ("self_attn",) if side == "encoder" else ("self_attn", "encoder_attn")
        linear = {f"{look}.{part}_proj": (WIDTH, WIDTH) for look in looks for part in ("q", "k", "v", "out")}
        linear |= {"fc1": (FEEDFORWARD, WIDTH), "fc2": (WIDTH, FEEDFORWARD)}
        for name, shape in linear.items():
            weights[f"{prefix}.{name}.weight"] = normal(*shape, scale=WIDTH**-0.5)
            weights[f"{prefix}.{name}.bias"] = normal(shape[0], scale=0.3)
        for name in (*(f"{look}_layer_norm" for look in looks), "final_layer_norm"):
            weights[f"{prefix}.{name}.weight"] = 1.0 + normal(WIDTH, scale=0.2)
            weights[f"{prefix}.{name}.bias"] = normal(WIDTH, scale=0.2)
    return weights
