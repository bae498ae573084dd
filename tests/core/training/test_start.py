"""A run may begin with the weights of another model, though the two cut texts into other pieces."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import load_checkpoint, save_checkpoint
from core.config import RecurrentConfig
from core.errors import CheckpointNotFoundError, ConfigError
from core.nn.factory import build_model
from core.text.tokenizer import train_tokenizer
from core.training.recipe import read_recipe
from core.training.run import train
from core.training.start import start_from
from tests.core.training.toy import CPU, RECURRENT, toy_values, write_recipe, write_toy
from tests.tiny import CONFIG, SENTENCES, tiny_checkpoint, tiny_tokenizer


def saved(folder: Path, config: RecurrentConfig = CONFIG) -> Path:
    save_checkpoint(folder / "parent", tiny_checkpoint(config))
    return folder / "parent"


def test_of_the_same_vocabulary_every_weight_is_taken(tmp_path: Path) -> None:
    parent = saved(tmp_path)
    model = build_model(CONFIG, seed=99)
    assert start_from(parent, model, tiny_tokenizer()) == CONFIG.vocab_size
    wanted = load_checkpoint(parent).weights
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, wanted[name].float()), name


def test_of_another_vocabulary_the_pieces_that_both_have_are_taken(tmp_path: Path) -> None:
    parent = saved(tmp_path)
    tokenizer = train_tokenizer([text.upper() for text in SENTENCES] * 3, 383, ("de", "en"))
    config = replace(CONFIG, vocab_size=383)
    model = build_model(config, seed=99)
    before = model.state_dict()["embedding.weight"].clone()
    taken = start_from(parent, model, tokenizer)
    ours, theirs = tokenizer.pieces(range(383)), tiny_tokenizer().pieces(range(400))
    shared = set(ours) & set(theirs)
    assert taken == len(shared) < 383
    known, after = load_checkpoint(parent).weights["embedding.weight"], model.state_dict()["embedding.weight"]
    for place, piece in enumerate(ours):
        wanted = known[theirs.index(piece)] if piece in shared else before[place]
        assert torch.equal(after[place], wanted), piece


def test_a_model_without_attention_takes_the_rest_from_one_with_it(tmp_path: Path) -> None:
    plain = replace(CONFIG, attention="none")
    model = build_model(plain, seed=99)
    start_from(saved(tmp_path), model, tiny_tokenizer())
    known = build_model(CONFIG, seed=3).state_dict()
    assert torch.equal(model.state_dict()["decoder.weight_hh_l0"], known["decoder.weight_hh_l0"])


@pytest.mark.parametrize(
    ("options", "named"),
    [({"decoder_dim": 19}, "bridge.weight"), ({"encoder_layers": 2}, "encoder.*weight_ih_l1")],
)
def test_a_network_of_another_shape_is_refused(options: dict[str, Any], named: str, tmp_path: Path) -> None:
    model = build_model(replace(CONFIG, **options), seed=99)
    with pytest.raises(ConfigError, match=f"`start` must name a model with the same network, but `{named}"):
        start_from(saved(tmp_path), model, tiny_tokenizer())


def test_a_run_learns_on_from_the_model_that_its_recipe_names(tmp_path: Path) -> None:
    parent, data = saved(tmp_path), write_toy(tmp_path)
    values = {**toy_values(epochs=0.001, learning_rate=1e-7), "start": str(parent)}
    recipe = read_recipe(write_recipe(tmp_path / "toy.toml", values))
    folder = train(recipe, data, tmp_path / "run", CPU, show_progress=False)
    found, known = load_checkpoint(folder), load_checkpoint(parent)
    assert found.config == replace(CONFIG, **{n: v for n, v in RECURRENT.items()})
    torch.testing.assert_close(
        found.weights["decoder.weight_hh_l0"].float(),
        known.weights["decoder.weight_hh_l0"].float(),
        rtol=1e-3,
        atol=1e-4,
    )


def test_a_model_that_is_not_there_is_told_before_anything_is_learned(tmp_path: Path) -> None:
    model = build_model(CONFIG)
    with pytest.raises(CheckpointNotFoundError):
        start_from(tmp_path / "nowhere", model, tiny_tokenizer())
