"""Noisy copies: right targets for wrong sources, and what must be copied stands unchanged on both sides."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.analysis.distance import edit_distance
from core.evaluation.robustness import addresses, dropped_numbers, emoji
from core.text.corpus import Pair
from core.training.data import load_dev_sets, load_training_examples, training_streams, vocabulary_texts
from core.training.noise import noisy_copies
from core.training.recipe import DataConfig
from core.training.shards import load_shards
from tests.core.training.test_shards import everything
from tests.core.training.toy import BEGINNINGS, write_toy
from tests.tiny import tiny_tokenizer

PLAIN = [Pair(*pair) for pair in BEGINNINGS]
CHINESE = [
    Pair("猫把左边的拖鞋藏起来了。", "The cat hid the left slipper."),
    Pair("她家有31位客人。", "She has 31 guests."),
    Pair("汤姆住在磨坊里。", "Tom lives in the mill."),
]
TOY = "toy.fr-en.train.tsv"
DATA = DataConfig(train=(TOY,), dev=(TOY,), directions=(("fr", "en"), ("en", "fr")), vocab_size=400)


def copies(pairs: list[Pair], share: float = 1.0, seed: str = "1", times: int = 60) -> list[Pair]:
    return list(noisy_copies(pairs * times, share, seed))


def test_the_same_seed_gives_the_same_copies_and_another_one_others() -> None:
    assert copies(PLAIN) == copies(PLAIN) != copies(PLAIN, seed="2")


def test_about_so_many_pairs_are_copied_and_each_copy_differs() -> None:
    assert copies(PLAIN, share=0.0) == []
    assert 0.15 < len(copies(PLAIN, share=0.25, times=400)) / (400 * len(PLAIN)) < 0.25
    assert set(copies(PLAIN)) & set(PLAIN) == set()


def test_what_must_be_copied_stands_on_both_sides() -> None:
    found = copies(PLAIN + CHINESE, times=200)
    for first, second in found:
        assert Counter(addresses(first)) == Counter(addresses(second))
        assert emoji(first) == emoji(second)
        assert dropped_numbers(first, second) == dropped_numbers(second, first) == []
    assert sum(bool(addresses(first)) for first, _ in found) > 100
    assert sum(bool(emoji(first)) for first, _ in found) > 20
    assert sum("磨坊" in first and "汤姆" not in first and "Tom" not in second for first, second in found) > 5
    assert sum("位客人" in first and "31" not in first and "31" not in second for first, second in found) > 5


def test_typing_errors_are_small_and_only_in_the_source() -> None:
    originals = dict(PLAIN)
    targets = {target: source for source, target in originals.items()}
    wrong = [
        (targets[second], first)
        for first, second in copies(PLAIN)
        if second in targets and first.lower() != targets[second].lower()
    ]
    assert len(wrong) > 30
    assert max(edit_distance(list(right.lower()), list(typed.lower())) for right, typed in wrong) <= 4


def test_capitals_come_on_both_sides_and_lower_case_in_the_source_alone() -> None:
    found = copies(PLAIN)
    upper = [pair for pair in found if pair.first.isupper() and " " in pair.first]
    lower = [pair for pair in found if pair.first.islower() and pair.first.lower() in _lowered()]
    assert len(upper) > 20 and all(pair.second.isupper() for pair in upper)
    assert len(lower) > 20 and not any(pair.second.islower() for pair in lower)
    assert not any(second.isupper() and " " in second for _, second in copies(CHINESE))


def _lowered() -> set[str]:
    return {source.lower() for source, _ in PLAIN}


def test_two_sentences_are_joined_on_both_sides() -> None:
    sides = dict(PLAIN)
    joined = [
        (one, two)
        for first, second in copies(PLAIN, times=200)
        for one in sides
        for two in sides
        if first == f"{one} {two}" and second == f"{sides[one]} {sides[two]}"
    ]
    assert len(set(joined)) > 5


def test_a_run_reads_the_files_by_weight_and_each_copy_in_its_own_direction_only(tmp_path: Path) -> None:
    data = replace(DATA, weights=(2.5,), noise=0.9)
    streams = [(columns, list(pairs)) for columns, pairs in training_streams(write_toy(tmp_path), data)]
    assert [len(pairs) for _, pairs in streams][0] == int(2.5 * len(BEGINNINGS))
    expected: Counter[tuple[str, str]] = Counter()
    for columns, pairs in streams:
        expected.update((pair.first, pair.second) for pair in pairs)
        expected.update((pair.second, pair.first) for pair in pairs if columns.both_ways)
    examples = load_training_examples(tmp_path, data, tiny_tokenizer())
    rows = examples.rows(np.arange(len(examples)))
    decode = tiny_tokenizer().decode
    assert Counter((decode(row.source.tolist()), decode(row.target.tolist())) for row in rows) == expected
    assert sum(not columns.both_ways and bool(pairs) for columns, pairs in streams) == 2


def test_a_direction_named_twice_is_learned_twice_copies_too_and_judged_once(tmp_path: Path) -> None:
    once = replace(DATA, noise=0.9)
    twice = replace(once, directions=(*once.directions, ("en", "fr")))
    write_toy(tmp_path)
    ahead, back = (
        everything(load_training_examples(tmp_path, replace(once, directions=(way,)), tiny_tokenizer()))
        for way in once.directions
    )
    assert everything(load_training_examples(tmp_path, twice, tiny_tokenizer())) == ahead + back + back
    judged = [load_dev_sets(tmp_path, config, tiny_tokenizer()) for config in (twice, once)]
    assert judged[0] == judged[1] != []
    assert twice.distinct_directions == once.directions


@pytest.mark.parametrize("weight", [0.25, 1.0, 1.5])
def test_a_weight_takes_pairs_evenly(weight: float, tmp_path: Path) -> None:
    streams = training_streams(write_toy(tmp_path), replace(DATA, weights=(weight,)))
    ((_, pairs),) = streams
    seen = Counter(pairs)
    assert seen.total() == int(weight * len(BEGINNINGS))
    assert max(seen.values()) - min((seen[pair] for pair in PLAIN), default=0) <= 1


def test_noise_and_weights_are_the_same_in_parts_on_disk_and_made_anew_when_they_change(
    tmp_path: Path,
) -> None:
    data = replace(DATA, weights=(3.0,), noise=0.5, shard_pairs=7)
    write_toy(tmp_path)
    shards = load_shards(tmp_path / "ids", tmp_path, data, tiny_tokenizer())
    whole = load_training_examples(tmp_path, data, tiny_tokenizer())
    assert len(shards) > 2
    assert sum((everything(shard()) for shard in shards), Counter()) == everything(whole)
    other = load_shards(tmp_path / "ids", tmp_path, replace(data, noise=0.0), tiny_tokenizer())
    assert sum(len(shard()) for shard in other) == 2 * 3 * len(BEGINNINGS)


def test_a_vocabulary_is_learned_from_all_files_in_turns(tmp_path: Path) -> None:
    names = ("long.fr-en.tsv", "short.fr-en.tsv")
    for name, letter, count in zip(names, "qw", (40, 20), strict=True):
        rows = [f"{letter}{'abcdefgh'[n % 8]}{n}\tx{n}\n" for n in range(count)]
        (tmp_path / name).write_text("".join(rows), encoding="utf-8")
    data = replace(DATA, train=names, dev=names, vocab_size=360)
    texts = list(vocabulary_texts(tmp_path, data))
    assert [text[0] for text in texts[:8:2]] == ["q", "w", "q", "w"]
    assert len(texts) == 2 * 60
