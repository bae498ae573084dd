"""The yardstick trials: sound recipes, results that are kept, nothing run twice."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.multi30k import DIRECTIONS, MODELS, recipe_values, run_trial, smoke_values, trial_name
from benchmarks.trials import Task, run_missing, write_result
from core.training.recipe import recipe_from_dict
from tests.tiny import CONFIG, SENTENCES

TINY = {
    "model": {"embed_dim": 13, "encoder_dim": 11, "decoder_dim": 17},
    "training": {"epochs": 1, "batch_tokens": 60, "precision": "float32"},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Ten pairs under the names of Multi30k."""
    pairs = [*zip(SENTENCES[5:], SENTENCES[:5], strict=True), *zip(SENTENCES[:5], SENTENCES[5:], strict=True)]
    rows = "".join(f"{first}\t{second}\n" for first, second in pairs)
    for part in ("train", "val", "test_2016_flickr"):
        with gzip.open(tmp_path / f"multi30k.de-en.{part}.tsv.gz", "wt", encoding="utf-8") as file:
            file.write(rows)
    return tmp_path


@pytest.mark.parametrize("name", MODELS)
def test_every_trial_has_a_sound_recipe_and_a_name_of_its_own(name: str) -> None:
    found = [recipe_values(name, direction, seed) for direction in DIRECTIONS for seed in (1, 2)]
    assert len({trial_name(values) for values in found}) == 4
    for values in found:
        recipe, smoke = recipe_from_dict(values), recipe_from_dict(smoke_values(values))
        assert (recipe.model, recipe.training.seed) == (smoke.model, values["training"]["seed"])
        assert smoke.training.epochs < 1 < recipe.training.epochs


def test_a_trial_writes_what_the_page_needs(data: Path, tmp_path: Path) -> None:
    values = recipe_values("rnn", ("en", "de"), 3)
    values = {**values, **TINY, "data": {**values["data"], "vocab_size": CONFIG.vocab_size}}
    values["training"]["seed"] = 3
    run_trial(values, data, tmp_path / "runs", tmp_path / "results", "cpu", 4)
    found = json.loads((tmp_path / "results" / "rnn-en-de-3.json").read_text(encoding="utf-8"))
    assert (found["name"], found["direction"], found["seed"], found["sentences"]) == ("rnn", "en-de", 3, 4)
    assert set(found["beam_5"]) == set(found["signatures"]) == {"bleu", "chrf", "ter"}
    assert len(found["dev_bleu"]) == 1 and found["steps"] > 0


def test_a_trial_with_a_result_is_not_run_again(tmp_path: Path) -> None:
    done, missing = tmp_path / "done.json", tmp_path / "folder" / "missing.json"
    write_result(done, {"kept": 1})
    tasks = [Task(path, write_result, (path, {"kept": 2})) for path in (done, missing)]
    run_missing(tasks, jobs=1)
    assert [json.loads(path.read_text(encoding="utf-8"))["kept"] for path in (done, missing)] == [1, 2]
