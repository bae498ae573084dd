"""Preferences and ratings teach what nobody contradicts, and nothing is judged by them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.training.feedback import FeedbackExample, read_feedback, require_learnable
from core.training.finetune_config import FinetuneConfig
from demo_app.services.judged_examples import preferred_examples, rated_examples, undisputed
from demo_app.services.split import Example
from demo_app.services.training_data import TrainingData, make_training_data
from demo_app.store.database import Store
from demo_app.store.project_records import Output
from demo_app.store.records import CorrectionQuery
from demo_app.store.selection import Preference
from tests.demo_app.services.loop_rig import sentence
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.samples import correct, open_empty
from tests.demo_app.store.test_preferences import compared
from tests.tiny import tiny_checkpoint

MODEL = replace(tiny_checkpoint(), directions=(("fr", "en"),))
PREFER, REWARD = {"preference": 1.0}, {"objective": "risk", "reward": "rating"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_empty(tmp_path / "x.db")
    yield opened
    opened.close()


def preference(chosen: str, rejected: str, source: str = "Il pleut.") -> Preference:
    return Preference(
        prompt=source, chosen=chosen, rejected=rejected, source_language="fr", target_language="en", id="p"
    )


def pairs(*preferences: Preference, written: tuple[Example, ...] = ()) -> list[tuple[str, str]]:
    return [(one.target, one.rejected) for one in preferred_examples(preferences, written, {})]


def test_of_a_chain_the_best_text_is_left_above_each_other() -> None:
    chain = preference("A", "B"), preference("A", "C"), preference("B", "C")
    assert pairs(*chain) == [("A", "B"), ("A", "C")]


def test_two_that_contradict_each_other_teach_nothing() -> None:
    assert pairs(preference("A", "B"), preference("B", "A")) == []
    assert pairs(preference("A", "B"), preference("B", "A", source="Il neige.")) == [("A", "B"), ("B", "A")]


def test_texts_that_differ_in_spaces_alone_contradict_each_other() -> None:
    assert pairs(preference("A b", "B"), preference("B ", " A  b")) == []


def correction(target: str, rejected: str, name: str = "c") -> Example:
    return Example(
        id=name,
        source_language="fr",
        target_language="en",
        source="Il pleut.",
        target=target,
        rejected=rejected,
    )


@pytest.mark.parametrize(("target", "rejected"), [("B", "C"), ("C", "A")])
def test_what_somebody_wrote_counts_more_than_a_preference(target: str, rejected: str) -> None:
    assert pairs(preference("A", "B"), written=(correction(target, rejected),)) == []


def test_who_confirms_what_the_machine_wrote_rejects_nothing() -> None:
    assert pairs(preference("A", "B"), written=(correction("A", "A"),)) == [("A", "B")]


def test_a_rejection_that_somebody_else_contradicts_is_taken_away() -> None:
    confirmed, corrected = correction("A b", "A b", "1"), correction("C", "A  b ", "2")
    other = correction("C", "D", "3")
    found, disputed = undisputed([confirmed, corrected, other])
    assert disputed == {"2"}
    assert [(one.target, one.rejected) for one in found] == [("A b", "A b"), ("C", ""), ("C", "D")]


def test_a_preference_counts_as_far_as_its_person_is_trusted() -> None:
    known = replace(preference("A", "B"), user_id="ada")
    unknown = preference("C", "D", source="Il neige.")
    found = preferred_examples([known, unknown], [], {"ada": 0.25})
    assert [one.weight for one in found] == [0.25, 1.0]


def test_a_rating_is_the_mean_of_those_who_gave_one(store: Store) -> None:
    outputs = (Output(text="It rain.", made_by="rnn"),)
    one, other = project_of(store, items=2, candidates=outputs)
    rated(store, one, 40, user_id="ada")
    rated(store, other, 70, user_id="bob")
    store.snapshots.freeze("v1", CorrectionQuery(), "CC0", judgements=True)
    ratings = store.snapshots.selection(store.snapshots.find("v1")).ratings
    (found,) = rated_examples(ratings, {"ada": 0.25, "bob": 0.5})
    assert (found.source, found.target, found.rating, found.weight) == ("Il pleut.", "It rain.", 55, 0.5)
    assert found.is_judged


def material(store: Store, **options: Any) -> TrainingData:
    selection = store.snapshots.selection(store.snapshots.find("v1"))
    config = FinetuneConfig.from_dict(options)
    return make_training_data(selection, config, MODEL, {}, lambda *_: [])


def lines(data: TrainingData, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.files.get(name, b"").splitlines()]


@pytest.fixture
def frozen(store: Store) -> Store:
    """Sixty corrections, sixty ratings and a comparison."""
    for number in range(60):
        correct(store, sentence(number).upper(), sentence(number), "something else")
        output = Output(text=sentence(500 + number), made_by="rnn")
        rated(store, project_of(store, candidates=(output,), source_text=sentence(900 + number))[0], number)
    compared(store, 1, 3, 2)
    store.snapshots.freeze("v1", CorrectionQuery(), "CC0", judgements=True)
    return store


def test_nothing_but_corrections_is_learned_unless_the_options_ask(frozen: Store) -> None:
    data = material(frozen)
    assert data.counts["records"] == 60
    assert "judged.jsonl" not in data.files


def test_corrections_that_contradict_each_other_fail_no_training(store: Store, tmp_path: Path) -> None:
    for number in range(60):
        machine = sentence(500 + number)
        for text in (sentence(900 + number), machine):
            correct(store, text, sentence(number), machine)
    store.snapshots.freeze("v1", CorrectionQuery(), "CC0")
    data = material(store, **PREFER)
    (tmp_path / "feedback.jsonl").write_bytes(data.files["feedback.jsonl"])
    learned = read_feedback(tmp_path / "feedback.jsonl")
    require_learnable(learned, rejected=True)
    assert len(learned) == data.counts["learned"] == 2 * data.counts["disputed"] > 60


def test_what_is_equal_to_the_general_set_is_not_learned_from(frozen: Store) -> None:
    (one, other, *_) = lines(material(frozen), "feedback.jsonl")
    equal = FeedbackExample(one["source"].title() + "!", "Another.", MODEL.directions[0])
    turned = FeedbackExample(other["target"], "Une autre.", ("en", "fr"))
    selection = frozen.snapshots.selection(frozen.snapshots.find("v1"))
    data = make_training_data(selection, FinetuneConfig(), MODEL, {}, lambda *_: [], [equal, turned])
    before = material(frozen)
    assert data.files["held_out.jsonl"] == before.files["held_out.jsonl"]
    left = lines(data, "feedback.jsonl")
    assert one not in left and other not in left
    changed = {name: data.counts[name] - count for name, count in before.counts.items()}
    assert {name: by for name, by in changed.items() if by} == {"dropped": 2, "learned": -2}


def test_preferences_are_learned_from_where_the_rejected_counts(frozen: Store) -> None:
    data = material(frozen, **PREFER)
    assert data.counts["records"] == 62  # the best of three against both others
    assert {one["rejected"] for one in lines(data, "judged.jsonl")} <= {"It is raining.", "Rain falls."}


def test_ratings_are_learned_from_as_rewards_and_nothing_is_judged_by_them(frozen: Store) -> None:
    data = material(frozen, **REWARD)
    counts = data.counts
    assert counts["records"] == 120 == sum(counts.values()) - 120
    judged = lines(data, "judged.jsonl")
    assert judged and all("rating" in one for one in judged)
    written = [one for name in ("feedback", "held_out", "dev") for one in lines(data, f"{name}.jsonl")]
    assert not any("rating" in one for one in written)
    assert len(judged) + len(lines(data, "feedback.jsonl")) == counts["learned"]
    assert len(judged) < 60  # those with a source that is held out were dropped
