"""docs/models.md is what the figures say."""

import re
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.measure import RESULTS
from benchmarks.models_page import (
    MODELS,
    PAGE,
    RECIPES,
    multi30k_table,
    page,
    read_cards,
    read_results,
    way_to,
)
from core.cli.data import MANIFEST
from core.corpora.manifest import read_manifest
from core.training.recipe import read_recipe
from tests.golden.rows import shipped_names


def trial(name: str, seed: int, bleu: float) -> dict[str, Any]:
    return {
        **{"name": name, "direction": "de-en", "seed": seed, "parameters": 2_400_000, "greedy": bleu - 1},
        **{"beam_5": {"bleu": bleu}, "beam_5_lower": bleu + 1, "signatures": {"bleu": "signed"}},
    }


def test_the_page_is_that_of_the_figures_at_hand() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(read_cards(MODELS), *read_results(RESULTS))


def test_every_model_with_a_card_has_a_column_of_quality() -> None:
    (card,) = [card for card in read_cards(MODELS) if card["name"] == "fr-en"]
    blind = {**deepcopy(card), "name": "blind", "alignment": []}
    del blind["robustness"]
    text = page([card, blind], None, [])
    assert "| direction | test set | fr-en | blind |" in text
    assert re.search(r"^\| blind \| no attention \|", text, re.M)
    half = {**deepcopy(card), "name": "half", "alignment": card["alignment"][:1]}
    assert re.search(r"^\| half \| [\d.]+ \| – \|", page([card, half], None, []), re.M)
    assert "Not measured yet: `python -m benchmarks.length`." in text and "Not run yet." in text


@pytest.mark.parametrize("name", shipped_names())
def test_the_way_to_every_model_begins_with_nothing_and_reads_public_corpora(name: str) -> None:
    way = way_to(name)
    recipes = [read_recipe(RECIPES / f"{part}.toml") for part in way]
    assert way[-1] == name and not recipes[0].start
    for before, recipe in pairwise(recipes):
        assert recipe.start == f"runs/{before.name}/model"
    fetched = {
        f"{corpus.name}.{part}.tsv.gz" for corpus in read_manifest(MANIFEST) for part in ("train", "dev")
    }
    assert {file for one in recipes for file in (*one.data.train, *one.data.dev)} <= fetched


def test_a_way_is_told_from_its_beginning() -> None:
    line = "| transformer | fr-en-1, rnn-1, transformer-1, transformer-2, transformer-3, transformer |"
    assert line in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_figure_of_lengths_is_of_the_models_in_the_box() -> None:
    length, _ = read_results(RESULTS)
    assert length is not None
    assert {row["model_id"] for row in length["rows"]} == {card["model_id"] for card in read_cards(MODELS)}


def test_seeds_of_a_yardstick_are_one_row_with_their_spread() -> None:
    lines = multi30k_table([trial("rnn", 1, 36.0), trial("rnn", 2, 38.0)]).splitlines()
    assert lines[2] == "| rnn | de → en | 2.4 M | 37.0 | 36.0 | 38.0 | 36.0–38.0 | 1, 2 |"
    assert lines[-1] == "`signed`"
