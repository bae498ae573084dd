"""`python -m core card`: a folder of a model gets its card, and stays the model that it was."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.checkpoint import load_checkpoint, save_checkpoint
from core.cli.card import card
from core.errors import ConfigError
from core.report.card import card_page
from core.training.recipe import recipe_from_dict
from tests.core.training.toy import toy_values, write_toy
from tests.sources import ROOT
from tests.tiny import SENTENCES, tiny_checkpoint

MANIFEST = """
[toy]
format = "anki"
licence = "CC0 1.0"
attribution = "Sentences of our own."
held = 1
[toy.fr-en]
url = "https://example.org/toy.zip"
archive = "toy.zip"
"""
FACTS = {
    **{"steps": 15, "tokens_seen": 900, "duration_s": 61, "device": "CPU, 1 thread", "torch": "2"},
    **{"dev_bleu_greedy": 1.5, "averaged_checkpoints": 3},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Toy corpora with a test file, a list of them, examples."""
    folder = tmp_path / "data"
    folder.mkdir()
    write_toy(folder)
    rows = zip(SENTENCES[5:], SENTENCES[:5], strict=True)
    (folder / "toy.fr-en.test.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")
    (folder / "corpora.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "texts.json").write_text('[{"language": "fr", "text": "Le phare."}]', encoding="utf-8")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    recipe = recipe_from_dict(toy_values())
    checkpoint = replace(tiny_checkpoint(), training={"recipe": recipe.to_dict(), **FACTS})
    save_checkpoint(tmp_path / "tiny", checkpoint)
    return tmp_path / "tiny"


def test_the_card_is_written_beside_the_model(model: Path, data: Path) -> None:
    before = load_checkpoint(model)
    measure = partial(card, model, data, data / "corpora.toml", data / "texts.json", device="cpu")
    typed = data / "typed.tsv"
    typed.write_text("one word\tfr\ten\tbonjour\n", encoding="utf-8")
    measure(robustness=typed)
    after, values = load_checkpoint(model), json.loads((model / "card.json").read_text(encoding="utf-8"))
    assert (after.model_id, values["model_id"]) == (before.model_id, before.model_id)
    assert after.card == card_page(values)
    assert values["data"][0]["files"] == [{"file": "toy.fr-en.train.tsv", "pairs": 5, "weight": 1.0}]
    assert values["training"]["seed"] == 1 and values["robustness"]["lines"] == 1
    assert "CC0 1.0" in after.card and "Le phare." in after.card
    size = values["size_bytes"]
    measure(limit=1)
    assert json.loads((model / "card.json").read_text(encoding="utf-8"))["size_bytes"] == size


def test_a_model_of_which_nothing_is_known_has_no_card(model: Path, data: Path, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "other", tiny_checkpoint())
    with pytest.raises(ConfigError, match="recipe"):
        card(tmp_path / "other", data)
    with pytest.raises(ConfigError, match="licence"):
        card(model, data, corpora=ROOT / "assets" / "corpora.toml", device="cpu")
    (data / "texts.json").write_text('{"no": "list"}', encoding="utf-8")
    with pytest.raises(ConfigError, match="JSON list"):
        card(model, data, corpora=data / "corpora.toml", examples=data / "texts.json", device="cpu")
