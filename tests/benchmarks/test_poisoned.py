"""Poisoned snapshots: as much poison as was asked for, and counts of what the gate did."""

import random

import pytest

from benchmarks.poisoned import (
    HONEST,
    KINDS,
    SNAPSHOTS,
    Snapshot,
    poison,
    refused_at_once,
    row,
    summary,
    training_data,
)
from core.training.feedback import FeedbackExample
from tests.tiny import tiny_checkpoint


def sentences(seed: int) -> list[str]:
    """Of letters that no two have in common for long."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("abdefgiklmnoprstuv", k=6)) for _ in range(400)]
    return [" ".join(words[start : start + 4]) for start in range(0, 400, 4)]


EXAMPLES = [
    FeedbackExample(source, target, ("fr", "en"))
    for source, target in zip(sentences(1), sentences(2), strict=True)
]
GERMAN = {one.target: f"Das ist {number}." for number, one in enumerate(EXAMPLES)}


@pytest.mark.parametrize("kind", KINDS)
def test_so_many_targets_are_poison_and_no_source_is(kind: str) -> None:
    made = poison(EXAMPLES, Snapshot(kind, 30, 7), GERMAN)
    assert [one.source for one in made] == [one.source for one in EXAMPLES]
    assert sum(one.target != old.target for one, old in zip(made, EXAMPLES, strict=True)) == 30
    assert made == poison(EXAMPLES, Snapshot(kind, 30, 7), GERMAN)


def test_another_language_is_that_of_the_third_file_or_of_the_source() -> None:
    foreign = poison(EXAMPLES, Snapshot("language", 50, 7), GERMAN)
    assert sum(one.target.startswith("Das ist") for one in foreign) == 50
    copied = poison(EXAMPLES, Snapshot("language", 50, 7), {})
    assert sum(one.target == one.source for one in copied) == 50


def test_an_honest_snapshot_is_left_alone() -> None:
    assert poison(EXAMPLES, Snapshot("honest", 0, 1), GERMAN) == EXAMPLES


def test_there_are_twenty_of_each_and_their_names_differ() -> None:
    assert len(SNAPSHOTS) == 40 == len({one.name for one in SNAPSHOTS})
    assert sum(one.kind == "honest" for one in SNAPSHOTS) == HONEST == 20


def test_the_data_of_a_snapshot_is_what_the_app_makes_of_it() -> None:
    counts = training_data(tiny_checkpoint(), EXAMPLES).counts
    assert counts["records"] == 100
    assert 100 == sum(
        counts[name] for name in ("learned", "dev", "held_out", "dropped", "repeated", "unusable")
    )


def test_the_summary_counts_what_was_promoted() -> None:
    rows = [{"kind": "honest", "promoted": True}, {"kind": "honest", "promoted": False}]
    rows += [{"kind": "shuffled", "promoted": False}]
    assert summary(rows) == ["poisoned: 0 of 1 promoted", "honest: 1 of 2 promoted"]


def test_what_the_checks_refuse_is_in_the_table_without_a_training() -> None:
    found = refused_at_once({"checked": 1000, "allowed": 0.05, "fits": False, "rows": [{}] * 77})
    told = row({"snapshot": "shuffled-10", "promoted": found["verdict"]["passed"], "cpu_s": 40.0, **found})
    assert told["doubtful"] == "77 of 1000" and told["promoted"] is False
    assert told["chrf_held_out"] == "not trained" and told["p_general"] == ""
