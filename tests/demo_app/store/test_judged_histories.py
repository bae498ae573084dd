"""Ratings, comparisons and chosen words out through a file and in again: nothing is lost, nothing doubled."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.import_judgements import read_judgement
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.memory_records import NOTHING, Recollection, Remembered
from demo_app.store.records import USABLE, CorrectionQuery, NewCorrection
from tests.demo_app.store.hard import ANY_TEXT
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.judged_work import EACH_STEP, KINDS, Work, brought_in, exported, files_of
from tests.demo_app.store.reviewed import EVE
from tests.demo_app.store.samples import open_empty, translation
from tests.demo_app.store.test_choices import NEW
from tests.demo_app.store.test_preferences import chosen, compared

REMEMBERED = Remembered(
    correction_id="c",
    revision=1,
    source_text="another's",
    text="another's",
    likeness=1.0,
    machine_text="another's",
    model_id="m",
    status="accepted",
    user_id="bob",
    updated_at="2026-01-01T00:00:00Z",
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    opened = open_empty(tmp_path / "other.db", prefix="other")
    yield opened
    opened.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rate", "compare", "choose", "revise", "review", "delete", "withdraw"]),
        st.integers(0, 11),
        ANY_TEXT,
    ),
    max_size=14,
)


@settings(max_examples=15)
@given(steps=STEPS)
def test_all_that_people_judged_goes_through_a_file_and_is_the_same(
    steps: list[tuple[str, int, str]],
) -> None:
    """In each of the files: scores, errors, ranks, ties, weights, z, reviews, pasts, people, provenance."""
    with tempfile.TemporaryDirectory() as folder:
        store, other = (open_empty(Path(folder) / name) for name in ("a.db", "b.db"))
        work = Work(store)
        for step in steps:
            work.step(*step)
        files = files_of(store)
        assert set(brought_in(other, files[0])) <= {"added"}
        assert files_of(other) == files
        for id_ in work.ids:
            if store.judgements.get(id_).status != "withdrawn":
                assert other.judgements.history(id_) == store.judgements.history(id_)
        assert set(brought_in(other, files[0])) <= {"present"}
        assert set(brought_in(store, files[0])) <= {"present"}
        assert files_of(other) == files_of(store) == files
        store.close()
        other.close()


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Store]:
    """A store with something of each kind."""
    opened = open_empty(tmp_path / "full.db", prefix="full")
    work = Work(opened)
    for step in EACH_STEP:
        work.step(*step)
    yield opened
    opened.close()


def test_it_is_the_same_in_every_database(store: Store, full: Store, other: Store) -> None:
    """From a file into PostgreSQL, and from there on."""
    files = files_of(full)
    assert all(file.count(b"\n") > 5 for file in files)
    assert set(brought_in(store, files[0])) == {"added"}
    assert files_of(store) == files
    assert set(brought_in(other, exported(store, "judgements"))) == {"added"}
    assert files_of(other) == files


def test_corrections_of_the_same_translations_may_come_first(full: Store, other: Store) -> None:
    """They note a translation without its sentences, from which judgements need more."""
    for item in ("rating", "comparison"):
        project = next(one for one in full.projects.all() if one.task == item)
        (output, *_) = full.projects.item(f"{project.id}-1").candidates
        assert output.translation_id
        full.corrections.add(NewCorrection(output.translation_id, 0, 0, "It pours.", "corrected", 1))
    histories = list(full.histories.stream(CorrectionQuery()))
    files = files_of(full)
    assert set(other.histories.add(histories[::-1])) == set(brought_in(other, files[0])) == {"added"}
    assert files_of(other) == files
    assert list(other.histories.stream(CorrectionQuery())) == histories


def test_a_history_that_went_on_is_brought_up_to_date_and_one_that_forked_is_left(
    store: Store, other: Store
) -> None:
    record = rated(store, project_of(store)[0])
    assert brought_in(other, exported(store, "judgements")) == ["added"]
    store.judgements.accept(record.id, 1, "fine", EVE)
    assert brought_in(other, exported(store, "judgements")) == ["extended"]
    assert files_of(other) == files_of(store)
    old = exported(store, "judgements")
    other.judgements.reopen(record.id, 2, EVE)
    assert brought_in(other, old) == ["present"]
    store.judgements.reject(record.id, 2, "no", EVE)
    before = files_of(other)
    (refused,) = brought_in(other, exported(store, "judgements"))
    assert isinstance(refused, StaleRevisionError) and files_of(other) == before


def test_what_was_withdrawn_here_stays_so(store: Store, other: Store) -> None:
    rating = rated(store, project_of(store)[0])
    choice = chosen(store)
    file = exported(store, "judgements")
    store.judgements.withdraw(rating.id, 1, EVE)
    store.choices.withdraw(choice)
    assert exported(store, "judgements") == b""
    assert brought_in(store, file) == ["present", "present"]
    assert exported(store, "judgements") == b""


def test_only_what_is_asked_for_is_in_the_file(full: Store) -> None:
    usable = exported(full, "judgements", CorrectionQuery(statuses=USABLE)).splitlines()
    statuses = {json.loads(line)["history"][-1]["status"] for line in usable if b"history" in line}
    everything = exported(full, "judgements").splitlines()
    assert statuses == set(USABLE) and 0 < len(usable) < len(everything)
    of_ada = exported(full, "judgements", CorrectionQuery(user_id="ada")).splitlines()
    assert 0 < len(of_ada) < len(everything)


def test_the_other_sentences_of_a_text_and_what_a_memory_held_are_not_in_it(store: Store) -> None:
    shown = store.translations.add(translation("Un secret."), [NOTHING, Recollection(correction=REMEMBERED)])
    store.choices.add(replace(NEW, translation_id=shown.id))
    (line,) = exported(store, "judgements").splitlines()
    told = json.loads(line)["translation"]
    assert [one["source_text"] for one in told["segments"]] == ["", "Un secret."]
    assert told["source_text"] == "Un secret." and b"another's" not in line


def test_a_snapshot_s_file_stays_and_comes_back(full: Store, other: Store) -> None:
    held = full.snapshots.freeze("v1", CorrectionQuery(), "CC0 1.0", judgements=True)
    before = [exported(full, kind, held) for kind in KINDS]
    for line in before[0].splitlines():
        if b"history" in line:
            judged = full.judgements.get(json.loads(line)["history"][-1]["id"])
            full.judgements.delete(judged.id, judged.revision)
    full.projects.close(full.projects.all()[0].id)
    assert [exported(full, kind, held) for kind in KINDS] == before
    assert set(brought_in(other, before[0])) == {"added"}
    assert files_of(other) == before


def test_what_would_be_another_project_or_item_is_refused(store: Store, other: Store) -> None:
    rated(store, project_of(store)[0])
    file = exported(store, "judgements")
    values = json.loads(file)
    brought_in(other, file)
    others = (
        {"project_id": "p2", "item": values["item"] | {"id": "i2"}},
        {"project": values["project"] | {"annotators": 9}, "item": values["item"] | {"id": "i2"}},
        {"item": values["item"] | {"source_text": "Il neige."}},
    )
    before = files_of(other)
    for place, changes in enumerate(others):
        changed = values | changes
        about = {"item_id": changed["item"]["id"], "project_id": changed["project_id"], "id": f"j{place}"}
        changed["history"] = [values["history"][0] | about]
        (refused,) = brought_in(other, json.dumps(changed).encode())
        assert isinstance(refused, InputError | StaleRevisionError) and str(refused).endswith("changed.")
        assert files_of(other) == before and len(other.projects.all()) == 1


CHANGES = {
    "no object": (b"{", b"[{"),
    "another kind": (b'"kind": "rating"', b'"kind": "guess"'),
    "a kind that the project does not ask for": (b'"task": "rating"', b'"task": "comparison"'),
    "an annotator too many": (b'"annotators": 2', b'"annotators": 51'),
    "no past": (b'"history": [{', b'"history": [], "x": [{'),
    "a revision without its past": (b'"revision": 1', b'"revision": 2'),
    "another item": (b'"item_id": "id-1-0"', b'"item_id": "id-2-0"'),
    "no id": (b'"id": "id-1-0"', b'"id": ""'),
    "a score too high": (b'"score": 70', b'"score": 101'),
    "a score that is none": (b'"score": 70', b'"score": "70"'),
    "an error outside": (b'"end": 2', b'"end": 99'),
    "an error without severity": (b'"severity": "minor"', b'"severity": "grave"'),
    "a status that is none": (b'"status": "submitted"', b'"status": "lost"'),
    "a withdrawn one": (b'"status": "submitted"', b'"status": "withdrawn"'),
    "a time without zone": (b'Z"', b'"'),
    "NUL deep within": (b'"rules": {}', b'"rules": {"x": ["\\u0000"]}'),
    "a number too large": (b'"line": 1', b'"line": 99999999999'),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_line_that_cannot_be_true_is_refused_in_a_sentence(store: Store, what: str) -> None:
    (item,) = project_of(store)
    span = {"start": 0, "end": 2, "severity": "minor", "category": ""}
    told = {"score": 70, "spans": [span], "proposed": []}
    store.judgements.add(NewJudgement(item_id=item, kind="rating", answer=told, duration_s=1))
    line = exported(store, "judgements")
    assert read_judgement(line)
    before, after = CHANGES[what]
    assert before in line
    with pytest.raises(InputError) as caught:
        read_judgement(line.replace(before, after, 1))
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"ranks": [1, 2, 2]', b'"ranks": [1, 2]'),
        (b'"ranks": [1, 2, 2]', b'"ranks": [1, 2, null]'),
        (b'"order": [2, 0, 1]', b'"order": [2, 0, 3]'),
        (b'"segment_index": 1', b'"segment_index": 2'),
        (b'"withdrawn_at": null', b'"withdrawn_at": "2026-01-01T00:00:00Z"'),
        (b'"source_text": "Il pleut.", "model', b'"source_text": "Il neige.", "model'),
    ],
)
def test_so_are_comparisons_and_choices(store: Store, before: bytes, after: bytes) -> None:
    compared(store, 1, 2, 2)
    chosen(store)
    (line,) = [line for line in exported(store, "judgements").splitlines() if before in line]
    assert read_judgement(line)
    with pytest.raises(InputError):
        read_judgement(line.replace(before, after, 1))
