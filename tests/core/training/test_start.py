"""A run may begin with the weights of another model, though the two cut texts into other pieces."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import load_checkpoint, save_checkpoint
from core.config import TransformerConfig
from core.errors import CheckpointNotFoundError, ConfigError
from core.nn.factory import build_model
from core.text.tokenizer import train_tokenizer
from core.training.recipe import Recipe, read_recipe
from core.training.run import train
from core.training.start import start_from
from tests.core.training.toy import CPU, PAIRS, toy_values, write_recipe, write_toy
from tests.tiny import CONFIG, SENTENCES, tiny_checkpoint, tiny_tokenizer


def test_of_the_same_vocabulary_every_weight_is_taken() -> None:
    parent = tiny_checkpoint()
    model = build_model(CONFIG, seed=99)
    assert start_from(parent, model, tiny_tokenizer()) == CONFIG.vocab_size
    wanted = parent.weights
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, wanted[name].float()), name


def test_of_another_vocabulary_the_pieces_that_both_have_are_taken() -> None:
    parent = tiny_checkpoint()
    tokenizer = train_tokenizer([text.upper() for text in SENTENCES] * 3, 383, ("de", "en"))
    config = replace(CONFIG, vocab_size=383)
    model = build_model(config, seed=99)
    before = model.state_dict()["embedding.weight"].clone()
    taken = start_from(parent, model, tokenizer)
    ours, theirs = tokenizer.pieces(range(383)), tiny_tokenizer().pieces(range(400))
    shared = set(ours) & set(theirs)
    assert taken == len(shared) < 383
    known, after = parent.weights["embedding.weight"], model.state_dict()["embedding.weight"]
    for place, piece in enumerate(ours):
        wanted = known[theirs.index(piece)] if piece in shared else before[place]
        assert torch.equal(after[place], wanted), piece


def test_a_model_without_attention_takes_the_rest_from_one_with_it() -> None:
    plain = replace(CONFIG, attention="none")
    model = build_model(plain, seed=99)
    start_from(tiny_checkpoint(), model, tiny_tokenizer())
    known = build_model(CONFIG, seed=3).state_dict()
    assert torch.equal(model.state_dict()["decoder.weight_hh_l0"], known["decoder.weight_hh_l0"])


def test_another_architecture_takes_the_pieces_alone() -> None:
    parent = tiny_checkpoint(replace(CONFIG, embed_dim=16))
    config = TransformerConfig(vocab_size=CONFIG.vocab_size, embed_dim=16, heads=2, feedforward_dim=32)
    model = build_model(config, seed=99)
    untouched = build_model(config, seed=99).state_dict()
    assert start_from(parent, model, tiny_tokenizer()) == CONFIG.vocab_size
    for name, weight in model.state_dict().items():
        expected = parent.weights[name].float() if name == "embedding.weight" else untouched[name]
        assert torch.equal(weight, expected), name


@pytest.mark.parametrize(
    ("options", "named"),
    [({"decoder_dim": 19}, "bridge.weight"), ({"encoder_layers": 2}, "encoder.*weight_ih_l1")],
)
def test_a_network_of_another_shape_is_refused(options: dict[str, Any], named: str) -> None:
    model = build_model(replace(CONFIG, **options), seed=99)
    with pytest.raises(ConfigError, match=f"`start` must name a model with the same network, but `{named}"):
        start_from(tiny_checkpoint(), model, tiny_tokenizer())


def recipe_from(start: Path, folder: Path) -> Recipe:
    values = {**toy_values(epochs=0.001, learning_rate=1e-7), "start": str(start)}
    return read_recipe(write_recipe(folder / "toy.toml", values))


def test_a_run_learns_on_from_the_model_that_its_recipe_names(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "parent", tiny_checkpoint())
    recipe = recipe_from(tmp_path / "parent", tmp_path)
    found = load_checkpoint(
        train(recipe, write_toy(tmp_path, PAIRS), tmp_path / "run", CPU, show_progress=False)
    ).weights["decoder.weight_hh_l0"]
    known = tiny_checkpoint().weights["decoder.weight_hh_l0"]
    torch.testing.assert_close(found.float(), known, rtol=1e-3, atol=1e-4)


def test_a_model_that_is_not_there_is_told_before_anything_is_learned(tmp_path: Path) -> None:
    with pytest.raises(CheckpointNotFoundError, match=r"`start` must name .*nowhere is none; make it first"):
        train(recipe_from(tmp_path / "nowhere", tmp_path), write_toy(tmp_path), tmp_path / "run", CPU)
    assert not (tmp_path / "run" / "tokenizer.model").exists()
