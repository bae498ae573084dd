"""A recipe is checked when it is read: what is wrong is named, and the nearest right thing beside it."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.config import RecurrentConfig
from core.errors import ConfigError
from core.nn.factory import build_model
from core.training.recipe import read_recipe, recipe_from_dict
from tests.sources import ROOT

VALUES: dict[str, Any] = {
    "data": {
        "train": ["a.fr-en.tsv"],
        "dev": ["b.fr-en.tsv"],
        "directions": [["fr", "en"]],
        "vocab_size": 400,
    },
    "model": {"cell": "gru"},
    "training": {"epochs": 2},
}


def changed(section: str, **values: Any) -> dict[str, Any]:
    found = deepcopy(VALUES)
    found.setdefault(section, {}).update(values)
    return found


def test_a_recipe_survives_the_way_through_plain_values() -> None:
    recipe = recipe_from_dict(VALUES)
    assert recipe_from_dict(recipe.to_dict()) == recipe


def test_the_shipped_recipe_is_read() -> None:
    recipe = read_recipe(ROOT / "assets" / "recipes" / "fr-en.toml")
    assert (recipe.training.batch_tokens, recipe.training.learning_rate) == (3000, 8e-4)
    assert recipe.model.vocab_size == recipe.data.vocab_size == 8000


@pytest.mark.parametrize("path", sorted((ROOT / "assets" / "recipes").glob("*.toml")), ids=lambda p: p.stem)
def test_every_recipe_in_the_box_is_read_and_fits_its_place(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.name == path.stem
    parameters = sum(tensor.numel() for tensor in build_model(recipe.model).parameters())
    assert 2 * parameters <= 32e6  # bytes in float16


def test_the_recurrent_recipes_differ_in_attention_alone() -> None:
    rnn, plain = (
        read_recipe(ROOT / "assets" / "recipes" / f"{name}.toml") for name in ("rnn-1", "rnn-plain")
    )
    assert isinstance(rnn.model, RecurrentConfig)
    assert replace(rnn, name="rnn-plain", model=replace(rnn.model, attention="none")) == plain


@pytest.mark.parametrize(
    ("section", "typed", "meant"),
    [
        ("training", "learning_rat", "learning_rate"),
        ("training", "label_smothing", "label_smoothing"),
        ("model", "encoder_dims", "encoder_dim"),
        ("data", "vocabsize", "vocab_size"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_right_one(section: str, typed: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=rf"has no option `{typed}`; did you mean `{meant}`\?"):
        recipe_from_dict(changed(section, **{typed: 1}))


def test_a_name_like_no_other_is_told_with_all_that_there_are() -> None:
    with pytest.raises(ConfigError, match="no option `zzzz`; there are name, start, data, model, training"):
        recipe_from_dict({**VALUES, "zzzz": {}})


@pytest.mark.parametrize("name", ["train", "dev", "directions"])
def test_what_a_run_cannot_do_without_is_asked_for(name: str) -> None:
    values = deepcopy(VALUES)
    del values["data"][name]
    with pytest.raises(ConfigError, match=rf"\[data\] must say `{name}`"):
        recipe_from_dict(values)
    with pytest.raises(ConfigError, match=rf"`{name}` must name at least one"):
        recipe_from_dict(changed("data", **{name: []}))


@pytest.mark.parametrize(
    ("section", "values", "said"),
    [
        ("training", {"epochs": "5"}, "`epochs` must be a number, but is '5'"),
        ("training", {"batch_tokens": 2.5}, "`batch_tokens` must be a whole number, but is 2.5"),
        ("training", {"seed": True}, "`seed` must be a whole number, but is True"),
        ("training", {"decay": "cosin"}, "`decay` must be one of"),
        ("training", {"learning_rate": float("nan")}, "`learning_rate` must be between"),
        ("data", {"train": "a.fr-en.tsv"}, "`train` must be a list, but is 'a.fr-en.tsv'"),
        (
            "training",
            {"r_drop": 1.0, "sampled_pieces": 9},
            "`r_drop` and `sampled_pieces` cannot be",
        ),
        ("training", {"sampled_pieces": 9, "sampling": "steps"}, "`sampled_pieces` and `sampling` cannot be"),
        ("data", {"max_pieces": 0}, "`max_pieces` must be between"),
        ("data", {"noise": 1.5}, "`noise` must be between 0 and 1, but is 1.5"),
        ("data", {"weights": [1, 2]}, "one number for each file of `train`, but has 2 for 1"),
        ("data", {"weights": ["1"]}, "`weights` must be a number, but is '1'"),
        ("data", {"weights": [0]}, "`weights` must be between 0.001"),
    ],
)
def test_a_value_out_of_place_is_named(section: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        recipe_from_dict(changed(section, **values))


def test_contradictions_are_named() -> None:
    with pytest.raises(ConfigError, match="two languages of a file of `train`, but is .*'de'"):
        recipe_from_dict(changed("data", directions=[["de", "en"]]))
    with pytest.raises(ConfigError, match="they are 400 and 500; leave it out"):
        recipe_from_dict(changed("model", vocab_size=500))


def test_sentences_longer_than_the_models_positions_are_a_contradiction() -> None:
    network = {"architecture": "transformer", "embed_dim": 8, "max_positions": 64}
    values = {**VALUES, "data": {**VALUES["data"], "max_pieces": 62}, "model": network}
    assert recipe_from_dict(values).data.max_pieces == 62
    values["data"]["max_pieces"] = 63
    with pytest.raises(ConfigError, match="64 and not 65; change one of them"):
        recipe_from_dict(values)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", None])
def test_a_file_that_is_no_recipe_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.toml cannot be read"):
        read_recipe(path)
