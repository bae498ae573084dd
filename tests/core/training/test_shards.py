"""A corpus in parts on disk: the same examples as in memory, and a cut run goes on exactly."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.count_pieces import count_pieces
from core.checkpoint import COUNTS_FILE, load_checkpoint
from core.errors import CorpusError
from core.training.data import load_examples
from core.training.examples import Examples
from core.training.plan import BatchPlan
from core.training.recipe import DataConfig
from core.training.run import train
from core.training.shards import load_shards
from tests.core.training.test_resume import CutTrainer
from tests.core.training.toy import (
    CPU,
    PAIRS,
    KilledError,
    losses,
    toy_recipe,
    toy_trainer,
    write_toy,
)
from tests.tiny import tiny_tokenizer

FILES = ("one.fr-en.tsv", "two.en-fr.tsv")


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    """Two files of different length whose columns are swapped."""
    rows = [(f"{french} {n}", f"{english} {n}") for n in range(9) for french, english in PAIRS]
    (tmp_path / FILES[0]).write_text("".join(f"{a}\t{b}\n" for a, b in rows[:32]), encoding="utf-8")
    (tmp_path / FILES[1]).write_text("".join(f"{b}\t{a}\n" for a, b in rows[32:]), encoding="utf-8")
    directions = (("fr", "en"), ("en", "fr"))
    return DataConfig(train=FILES, dev=FILES[:1], directions=directions, vocab_size=400, shard_pairs=7)


def everything(examples: Examples) -> Counter[tuple[tuple[int, ...], bytes, bytes]]:
    rows = examples.rows(np.arange(len(examples)))
    return Counter((row.tag_ids, row.source.tobytes(), row.target.tobytes()) for row in rows)


def test_parts_together_hold_what_memory_would(data: DataConfig, tmp_path: Path) -> None:
    shards = load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    whole = load_examples(tmp_path, data.train, data, tiny_tokenizer())
    assert len(shards) > 4
    assert sum((everything(shard()) for shard in shards), Counter()) == everything(whole)


def test_a_part_holds_some_of_each_file(data: DataConfig, tmp_path: Path) -> None:
    first = load_shards(tmp_path / "ids", tmp_path, replace(data, shard_pairs=14), tiny_tokenizer())[0]()
    assert first.backward.any() and not first.backward.all()
    assert set(first.tags[~first.backward]) == set(first.tags[first.backward]) == set(first.tags)


def test_a_corpus_is_encoded_again_only_when_something_changed(data: DataConfig, tmp_path: Path) -> None:
    load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    mark = tmp_path / "ids" / "mark"
    mark.touch()
    load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    assert mark.exists()
    with (tmp_path / FILES[0]).open("a", encoding="utf-8") as file:
        file.write("Il neige encore.\tIt is snowing again.\n")
    load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    assert not mark.exists()


def test_an_encoding_that_was_cut_off_is_done_again(data: DataConfig, tmp_path: Path) -> None:
    whole = load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    (tmp_path / "ids" / "index.json").unlink()
    (tmp_path / "ids" / "00001" / "first.npy").write_bytes(b"half")
    again = load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    assert [everything(shard()) for shard in again] == [everything(shard()) for shard in whole]


def test_a_plan_over_parts_shows_every_example_once_an_epoch_in_another_order(
    data: DataConfig, tmp_path: Path
) -> None:
    shards = load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    plan = BatchPlan(shards, max_tokens=200, group=3, seed=1)
    orders = []
    for epoch in range(2):
        seen: list[bytes] = []
        for step in range(epoch * plan.steps_per_epoch, (epoch + 1) * plan.steps_per_epoch):
            for examples, index in plan.at(step):
                seen.extend(row.source.tobytes() + bytes(row.tag_ids) for row in examples.rows(index))
        orders.append(seen)
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]
    assert len(orders[0]) == sum(len(shard()) for shard in shards)


def test_a_run_over_parts_that_was_cut_goes_on_exactly(tmp_path: Path) -> None:
    data, recipe = write_toy(tmp_path), toy_recipe(epochs=2, accumulate=2)
    whole = load_examples(data, recipe.data.train, recipe.data, tiny_tokenizer())
    parts = [Examples(whole.first, whole.second, 80) for _ in range(3)]
    for tag, part in enumerate(parts, start=4):
        part.add_direction((tag,), backward=False)
    toy_trainer(recipe, data, tmp_path / "whole", shards=parts).run()
    with pytest.raises(KilledError):
        toy_trainer(recipe, data, tmp_path / "cut", CutTrainer, parts).run()
    toy_trainer(recipe, data, tmp_path / "cut", shards=parts).run()
    states = [(tmp_path / run / "state" / "state.safetensors").read_bytes() for run in ("whole", "cut")]
    assert states[0] == states[1]


def test_a_recipe_may_ask_for_parts(tmp_path: Path) -> None:
    data, recipe = write_toy(tmp_path, PAIRS), toy_recipe(epochs=1, batch_tokens=60)
    parted = replace(recipe, data=replace(recipe.data, shard_pairs=2))
    train(parted, data, tmp_path / "run", CPU, show_progress=False)
    assert len(losses(tmp_path / "run")) == 1
    assert len(list((tmp_path / "run" / "ids").glob("0*"))) == 3
    found = load_checkpoint(tmp_path / "run" / "model")
    counted = tmp_path / "run" / "model" / COUNTS_FILE
    counted.unlink()
    count_pieces(counted.parent, data)
    assert load_checkpoint(counted.parent).piece_counts == found.piece_counts != ()


def test_an_empty_corpus_is_refused(data: DataConfig, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text("\n")
    with pytest.raises(CorpusError, match="0 clean pairs were found"):
        load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
