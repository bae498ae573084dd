"""The model pool: one load however many ask, and a sentence for every folder that cannot be used."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import CheckpointNotFoundError, CorruptCheckpointError, NotFoundError
from demo_app.services.model_pool import ModelPool
from tests.fakes_translator import FakeTranslator


class Shelf:
    """A folder of models, and a loader that counts."""

    def __init__(self, root: Path, *names: str) -> None:
        self.root = root
        self.loaded: list[str] = []
        self.damaged: dict[str, Exception] = {}
        self.directions: dict[str, tuple[tuple[str, str], ...]] = {}
        self.may_load = threading.Event()
        self.may_load.set()
        for name in names:
            (root / name).mkdir(parents=True)
            (root / name / "config.json").write_text("{}")

    def load(self, folder: Path) -> FakeTranslator:
        assert self.may_load.wait(timeout=10)
        self.loaded.append(folder.name)
        if folder.name in self.damaged:
            raise self.damaged[folder.name]
        model = FakeTranslator(f"{folder.name}@0123456789ab")
        model.directions = self.directions.get(folder.name, model.directions)
        return model

    def pool(self, default: str | None = None) -> ModelPool:
        return ModelPool(self.root, self.load, default)


def test_only_folders_with_a_config_are_models(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "b", "a")
    (tmp_path / "notes").mkdir()
    (tmp_path / "README.md").write_text("no model")
    assert shelf.pool().names() == ("a", "b")
    assert shelf.loaded == []


def test_the_default_model_comes_first(tmp_path: Path) -> None:
    pool = Shelf(tmp_path, "a", "b", "c").pool(default="b")
    assert pool.names() == ("b", "a", "c")
    assert pool.get().model_id.startswith("b@")
    assert [info.name for info in pool.info()] == ["b", "a", "c"]


def test_the_best_by_its_card_comes_first_and_a_new_card_counts(tmp_path: Path) -> None:
    def rows(*bleu: float) -> str:
        beam = [{"search": "beam 5", "bleu": value} for value in bleu]
        return json.dumps({"quality": [{"search": "greedy", "bleu": 99.0}, *beam]})

    pool = Shelf(tmp_path, "a", "b", "c", "d", "e").pool()
    cards = {"b": rows(20, 30), "c": rows(28), "d": "{not a card", "e": rows()}
    for name, card in cards.items():
        (tmp_path / name / "card.json").write_text(card)
    assert pool.names() == ("c", "b", "a", "d", "e")
    (tmp_path / "b" / "card.json").write_text(rows(40))
    assert pool.names() == ("b", "c", "a", "d", "e")


def test_without_a_name_the_first_model_that_serves_the_direction_is_taken(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a", "b", "c")
    shelf.directions = {"b": (("de", "en"),), "c": (("de", "en"), ("en", "de"))}
    pool = shelf.pool()
    assert pool.get(None, ("de", "en")).model_id.startswith("b@")
    assert pool.get(None, ("en", "de")).model_id.startswith("c@")
    assert pool.get("c", ("de", "en")).model_id.startswith("c@")
    assert pool.get(None, ("zh", "en")).model_id.startswith("a@")  # which says that it does not


def test_twenty_first_requests_load_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a")
    pool = shelf.pool()
    shelf.may_load.clear()
    with ThreadPoolExecutor(20) as threads:
        waiting = [threads.submit(pool.get, "a") for _ in range(20)]
        shelf.may_load.set()
        models = {id(one.result()) for one in waiting}
    assert len(models) == 1
    assert shelf.loaded == ["a"]


def test_a_slow_load_of_one_model_does_not_hold_up_another(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a", "slow")
    pool = shelf.pool()
    pool.get("a")
    shelf.may_load.clear()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool.get, "slow")
        assert pool.get("a").model_id.startswith("a@")
        shelf.may_load.set()
        waiting.result()


def test_a_damaged_folder_is_told_and_the_others_serve(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a", "b")
    shelf.damaged["a"] = CorruptCheckpointError("A byte of the model a was flipped.")
    pool = shelf.pool()
    assert pool.get().model_id.startswith("b@")
    assert pool.problems() == {"a": "A byte of the model a was flipped."}
    assert pool.names() == ("b",)
    assert [info.name for info in pool.info()] == ["b"]
    with pytest.raises(CorruptCheckpointError, match="flipped"):
        pool.get("a")


def test_even_an_unforeseen_failure_becomes_a_sentence(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a")
    shelf.damaged["a"] = ZeroDivisionError("bug")
    with pytest.raises(CorruptCheckpointError, match="The model 'a' cannot be read: ZeroDivisionError"):
        shelf.pool().get("a")


def test_a_repaired_folder_serves_without_a_restart(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a")
    shelf.damaged["a"] = CorruptCheckpointError("Damaged.")
    pool = shelf.pool()
    with pytest.raises(CheckpointNotFoundError, match=r"none\. Damaged\."):
        pool.get()
    shelf.damaged.clear()
    assert pool.get().model_id.startswith("a@")
    assert pool.problems() == {}


@pytest.mark.parametrize("missing", ["not made", "empty"])
def test_a_folder_without_models_says_where_it_looked(tmp_path: Path, missing: str) -> None:
    root = tmp_path / "models"
    if missing == "empty":
        root.mkdir()
    pool = Shelf(root).pool()
    assert pool.names() == ()
    with pytest.raises(CheckpointNotFoundError, match=f"must be in '{root}', but there is none"):
        pool.get()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../secret", "/etc", "a/../a", "nul\0", "\ud800", "a" * 5000]
)
def test_a_name_reaches_nothing_outside_the_folder(tmp_path: Path, name: str) -> None:
    Shelf(tmp_path, "secret")
    pool = Shelf(tmp_path / "models", "a").pool()
    with pytest.raises(CheckpointNotFoundError, match=r"must be one of the models here \(a\)"):
        pool.get(name)


def test_the_very_weights_are_found_by_their_id_under_any_folder_name(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "fr-en", "old")
    weights = {"fr-en": "fr-en@bbbbbbbbbbbb", "old": "fr-en@aaaaaaaaaaaa"}
    pool = ModelPool(shelf.root, lambda folder: FakeTranslator(weights[folder.name]))
    assert pool.by_id("fr-en@aaaaaaaaaaaa") is pool.get("old")
    assert pool.by_id("fr-en@bbbbbbbbbbbb") is pool.get("fr-en")


def test_finding_by_id_loads_no_other_model_when_the_name_fits(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a", "b", "c")
    shelf.pool().by_id("c@0123456789ab")
    assert shelf.loaded == ["c"]


def test_weights_that_are_gone_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="The model 'a@ffffffffffff' is needed .* no longer in"):
        Shelf(tmp_path, "a").pool().by_id("a@ffffffffffff")


def test_info_is_what_the_model_says(tmp_path: Path) -> None:
    (info,) = Shelf(tmp_path, "a").pool().info()
    assert (info.name, info.model_id, info.parameters) == ("a", "a@0123456789ab", 42)
    assert info.directions == (("fr", "en"), ("en", "fr"))
    assert (info.has_attention, info.layers, info.heads, info.card) == (True, 1, 1, "# A card")
