"""Tasks that are not translation: their recipes, and the corpora made for them."""

import random
from pathlib import Path

import pytest

from benchmarks.attention_picture import readable
from benchmarks.make_tasks import digit_rows, english_rows, misspelt, reversed_digits, sorted_digits, write
from core.text.corpus import languages_of, read_pairs
from core.training.recipe import read_recipe
from tests.sources import ROOT

RECIPES = sorted((ROOT / "assets" / "recipes").glob("*.toml"))
SENTENCE = "Yesterday morning the harbour master painted every single mooring post bright yellow"


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_is_sound_and_names_files_of_its_own_directions(path: Path) -> None:
    recipe = read_recipe(path)
    sides = {frozenset(direction) for direction in recipe.data.directions}
    assert recipe.name == path.stem
    for name in (*recipe.data.train, *recipe.data.dev):
        assert frozenset(languages_of(Path(name))) in sides


def test_no_row_is_in_two_parts_and_the_seed_decides() -> None:
    parts = digit_rows(2000, seed=3)
    rows = [row for part in parts.values() for row in part]
    assert len(rows) == len(set(rows)) == 2000 + 1000 + 500
    assert digit_rows(2000, seed=3) == parts != digit_rows(2000, seed=4)


def test_digits_are_reversed_and_sorted() -> None:
    assert reversed_digits("3 1 4 1 5") == "5 1 4 1 3"
    assert sorted_digits("3 1 4 1 5") == "1 1 3 4 5"


def test_typos_keep_words_apart_and_change_about_every_fourth() -> None:
    rng = random.Random(5)
    changed = 0
    for _ in range(200):
        words = misspelt(SENTENCE, rng).split(" ")
        assert len(words) == len(SENTENCE.split())
        changed += sum(one != other for one, other in zip(words, SENTENCE.split(), strict=True))
    assert 0.15 < changed / (200 * len(SENTENCE.split())) < 0.3


def test_a_sentence_of_the_test_part_is_not_trained_on(tmp_path: Path) -> None:
    for part, rows in {
        "train": ["a\tRain.", "b\tWind.", "c\tWind."],
        "dev": ["d\tFog."],
        "test": ["e\train."],
    }.items():
        (tmp_path / f"x.fr-en.{part}.tsv").write_text("\n".join(rows), encoding="utf-8")
    found = english_rows(str(tmp_path / "x.fr-en.{part}.tsv"))
    assert found == {"test": ["rain."], "dev": ["Fog."], "train": ["Wind."]}


def test_the_same_pairs_give_the_same_bytes_and_are_read_back(tmp_path: Path) -> None:
    pairs = [("yuo", "you"), ("été", "été")]
    for name in ("a.typed-meant.tsv.gz", "b.typed-meant.tsv.gz"):
        write(tmp_path / name, pairs)
    assert (tmp_path / "a.typed-meant.tsv.gz").read_bytes() == (
        tmp_path / "b.typed-meant.tsv.gz"
    ).read_bytes()
    assert list(read_pairs(tmp_path / "a.typed-meant.tsv.gz", "typed", "meant")) == pairs


def test_pictures_show_words_or_the_letters_of_a_single_word() -> None:
    assert readable(["<2phones>", "▁", "c", "a", "t", "</s>"]) == [("c", [2]), ("a", [3]), ("t", [4])]
    assert readable(["▁AE", "1", "▁T", "</s>"]) == [("AE1", [0, 1]), ("T", [2])]
