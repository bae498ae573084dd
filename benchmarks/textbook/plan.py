"""What is compared with what. A trial is the base recipe with a few options changed."""

from typing import Any

SEEDS = (1, 2)
SOURCE, TARGET = "de", "en"
TRAIN, DEV, TEST = "train.de-en.tsv", "dev.de-en.tsv", "test.de-en.tsv"
"""Lower-cased copies of Multi30k, as `corpus.prepare` names them."""
BASE = "gru-additive"

_MODEL = {"embed_dim": 256, "encoder_dim": 256, "decoder_dim": 512, "dropout": 0.3}
_TRAINING = {
    **{"epochs": 6, "batch_tokens": 2000, "learning_rate": 1.5e-3, "warmup_steps": 300},
    **{"label_smoothing": 0.1, "patience": 99, "keep_best": 1},
}
_TRANSFORMER = {
    **{"architecture": "transformer", "embed_dim": 256, "heads": 4, "feedforward_dim": 768},
    **{"encoder_layers": 3, "decoder_layers": 3, "dropout": 0.2},
}

TRIALS: dict[str, dict[str, dict[str, Any]]] = {
    BASE: {},
    "lstm-additive": {"model": {"cell": "lstm"}},
    "gru-none": {"model": {"attention": "none"}},
    "lstm-none": {"model": {"cell": "lstm", "attention": "none"}},
    "gru-dot": {"model": {"attention": "dot"}},
    "gru-scaled": {"model": {"attention": "scaled"}},
    "gru-one-way": {"model": {"bidirectional": False, "encoder_dim": 512}},
    "transformer": {"model": _TRANSFORMER},
    "no-smoothing": {"training": {"label_smoothing": 0.0}},
    "scheduled-sampling": {"training": {"sampling": "steps"}},
    "vocabulary-2000": {"data": {"vocab_size": 2000}},
    "vocabulary-8000": {"data": {"vocab_size": 8000}},
}
"""Name -> what differs from the base, by table of the recipe."""

BEAMS = (1, 2, 3, 5, 10, 20)
PENALTIES = (0.0, 1.0)
"""Tried on the base model alone."""


def recipe_values(name: str, seed: int) -> dict[str, Any]:
    """The whole recipe of a trial, as plain values."""
    changes = TRIALS[name]
    architecture = changes.get("model", {}).get("architecture", "recurrent")
    model = {} if architecture != "recurrent" else _MODEL
    return {
        "name": name,
        "data": {
            **{"train": [TRAIN], "dev": [DEV], "directions": [[SOURCE, TARGET]]},
            **{"vocab_size": 4000, "dev_sentences": 1014},
            **changes.get("data", {}),
        },
        "model": {**model, **changes.get("model", {})},
        "training": {**_TRAINING, "seed": seed, **changes.get("training", {})},
    }
