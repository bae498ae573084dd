"""Out through a file and in again: nothing is lost, nothing is doubled, nothing is overwritten."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.import_jsonl import numbered_lines, read_history
from demo_app.store.records import REVIEWED, CorrectionQuery, NewCorrection
from demo_app.store.selection import History
from tests.demo_app.store.files import written
from tests.demo_app.store.hard import ANY_TEXT, HARD_TEXTS
from tests.demo_app.store.reviewed import EVE, SET_ASIDE
from tests.demo_app.store.samples import correct, open_empty, translation

EVERYTHING = CorrectionQuery(include_deleted=True)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    opened = open_empty(tmp_path / "other.db", prefix="other")
    yield opened
    opened.close()


def all_of(store: Store) -> list[History]:
    return list(store.histories.stream(EVERYTHING))


def read_all(file: bytes) -> list[History]:
    return [read_history(line) for _, line in numbered_lines(io.BytesIO(file))]


def act(store: Store, steps: list[tuple[str, int, str]]) -> None:
    """Any order of submissions, edits, reviews, deletions and restorations."""
    ids: list[str] = []
    for verb, which, text in steps:
        if verb == "submit" or not ids:
            ids.append(correct(store, text).id)
            continue
        now = store.corrections.get(ids[which % len(ids)])
        if now.deleted_at:
            store.corrections.restore(now.id, now.revision)
        elif verb == "edit":
            store.corrections.edit(now.id, now.revision, text, by=EVE, comment=text)
        elif verb == "review" and now.status in REVIEWED:
            store.reviews.reopen(now.id, now.revision, EVE)
        elif verb == "review":
            store.reviews.reject(now.id, now.revision, "!" + text, EVE)
        else:
            store.corrections.delete(now.id, now.revision)


STEPS = st.lists(
    st.tuples(st.sampled_from(["submit", "edit", "delete", "review"]), st.integers(0, 9), ANY_TEXT),
    max_size=12,
)


@settings(max_examples=15)
@given(steps=STEPS)
def test_a_database_goes_through_a_file_and_is_the_same(steps: list[tuple[str, int, str]]) -> None:
    folder = Path(tempfile.mkdtemp())
    store, other = (open_empty(folder / name) for name in ("a.db", "b.db"))
    act(store, steps)
    file = written("jsonl", *all_of(store))
    assert set(other.histories.add(read_all(file))) <= {"added"}
    assert all_of(other) == all_of(store)
    for history in all_of(store):
        assert other.corrections.history(history[-1].id) == history
    assert other.corrections.counts() == store.corrections.counts()
    assert written("jsonl", *all_of(other)) == file
    assert set(other.histories.add(read_all(file))) <= {"present"}
    assert all_of(other) == all_of(store)
    store.close()
    other.close()
    shutil.rmtree(folder)


def test_a_record_with_something_in_every_field_comes_back_to_the_byte(store: Store, other: Store) -> None:
    noon = datetime(2026, 1, 2, 12, 0, 0, 7, tzinfo=UTC)
    shown = store.translations.add(translation())
    new = NewCorrection(
        *(shown.id, 1, 1, "Rain. \u2028", "corrected", 4.5, "ada"),
        comment="=comment",
        user_role="annotator",
        licence="CC BY 4.0",
        licence_accepted_at=noon,
        is_control=True,
    )
    record = store.corrections.add(new, SET_ASIDE)
    store.reviews.reject(record.id, 1, "too\nfree", EVE)
    (history,) = all_of(store)
    deleted = store.corrections.delete(record.id, 2, EVE)
    empty = [field.name for field in fields(deleted) if getattr(deleted, field.name) in (None, "", (), {})]
    assert empty == []
    file = written("jsonl", *all_of(store))
    assert other.histories.add(read_all(file)) == ["added"]
    assert written("jsonl", *all_of(other)) == file
    assert other.translations.get(shown.id).signature == shown.signature
    assert all_of(other)[0][:2] == history


def test_every_history_is_complete_and_newest_first(store: Store) -> None:
    records = [correct(store, text, source=text) for text in HARD_TEXTS]
    store.corrections.edit(records[3].id, 1, "edited")
    assert all_of(store) == [store.corrections.history(record.id) for record in reversed(records)]


def test_what_came_in_can_be_searched_and_mended(store: Store, other: Store) -> None:
    other.histories.add([(correct(store, "ÉTÉ", source="Il fait beau."),)])
    for text in ("été", "fait BEAU"):
        (found,) = other.corrections.search(CorrectionQuery(text=text)).rows
    assert other.corrections.edit(found.id, 1, "summer").revision == 2


def test_a_history_that_went_on_brings_its_new_revisions(store: Store, other: Store) -> None:
    record = correct(store, "first")
    other.histories.add(all_of(store))
    store.corrections.edit(record.id, 1, "second")
    store.corrections.delete(record.id, 2)
    assert other.histories.add(all_of(store)) == ["extended"]
    assert all_of(other) == all_of(store)
    assert other.corrections.search(CorrectionQuery(text="second")).total == 0
    other.corrections.restore(record.id, 3)
    assert other.corrections.search(CorrectionQuery(text="second")).total == 1


def test_an_older_file_takes_nothing_back(store: Store, other: Store) -> None:
    record = correct(store, "first")
    older = all_of(store)
    other.histories.add(older)
    other.corrections.edit(record.id, 1, "mended here")
    assert other.histories.add(older) == ["present"]
    assert other.corrections.get(record.id).corrected_text == "mended here"


def test_a_file_that_does_not_tell_the_control_slice_is_known_and_goes_on(store: Store) -> None:
    record = correct(store, "first")
    store.histories.add([(replace(record, id="told", is_control=True),)])
    untold = replace(record, id="told")
    further = replace(untold, revision=2, corrected_text="second")
    assert store.histories.add([(untold,)]) == ["present"]
    assert store.histories.add([(untold, further)]) == ["extended"]
    assert store.corrections.get("told").is_control is True
    (outcome,) = store.histories.add([(replace(record, id="told", is_control=False),)])
    assert isinstance(outcome, StaleRevisionError)


def test_two_that_went_apart_are_left_apart(store: Store, other: Store) -> None:
    record = correct(store, "first")
    good = correct(store, "good")
    other.histories.add([(record,)])
    store.corrections.edit(record.id, 1, "there")
    other.corrections.edit(record.id, 1, "here")
    outcomes = other.histories.add([*all_of(store), (replace(record, source_text="another"),)])
    assert [type(one) for one in outcomes] == [str, StaleRevisionError, StaleRevisionError]
    assert other.corrections.get(record.id).corrected_text == "here"
    assert other.corrections.get(good.id) == good


def test_one_id_twice_in_a_file_is_one_correction(store: Store, other: Store) -> None:
    record = correct(store, "first")
    history = store.corrections.history(store.corrections.edit(record.id, 1, "second").id)
    assert other.histories.add([history[:1], history, history[:1]]) == ["added", "extended", "present"]
    assert all_of(other) == [history]


def test_lines_are_read_from_the_last_to_the_first_with_their_numbers() -> None:
    file = io.BytesIO(b"one\n\n  \r\nfour\nfive")
    assert list(numbered_lines(file)) == [(5, b"five"), (4, b"four\n"), (1, b"one\n")]
    assert list(numbered_lines(io.BytesIO(b""))) == []


CHANGES = {
    "no JSON": (b'"id"', b"id"),
    "not UTF-8": (b"It rain.", b"It \xff rain."),
    "NUL": (b"It rain.", b"It \\u0000 rain."),
    "half a surrogate pair": (b"It rain.", b"It \\ud800 rain."),
    "a later schema": (b'"schema_version": 1', b'"schema_version": 2'),
    "a number for a text": (b'"fr"', b"7"),
    "a text for a number": (b'"segment_index": 0', b'"segment_index": "0"'),
    "a verdict that is none": (b'"corrected"', b'"wrong"'),
    "a field missing": (b'"hter"', b'"hter_"'),
    "not a number": (b'"duration_s": 4.5', b'"duration_s": NaN'),
    "a number too large": (b'"segment_index": 0', b'"segment_index": 99999999999999999999'),
    "a number below zero": (b'"segment_index": 0', b'"segment_index": -1'),
    "a time without zone": (b'Z"', b'"'),
    "a time at the end of time": (b'"created_at": "2026', b'"created_at": "9999'),
    "a revision without its past": (b'"revision": 1', b'"revision": 2'),
    "a past that is none": (b'"history": []', b'"history": 0'),
    "a past in disorder": (b'"history": []', b'"history": [{"revision": 3}]'),
    "right, yet changed": (b'"verdict": "corrected"', b'"verdict": "right"'),
    "edits to another text": (b'"text": "is raining"', b'"text": "rains"'),
    "edits that are none": (b'"start": 3', b'"begin": 3'),
    "no id": (b'"id": "id-2"', b'"id": ""'),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_line_that_cannot_be_true_is_refused_in_a_sentence(store: Store, what: str) -> None:
    line = written("jsonl", (correct(store, "It is raining."),))
    assert read_history(line)
    before, after = CHANGES[what]
    assert before in line
    with pytest.raises(InputError) as caught:
        read_history(line.replace(before, after, 1))
    assert str(caught.value).endswith(".")


def test_a_field_of_a_later_release_is_no_reason_to_refuse(store: Store) -> None:
    record = correct(store, "It is raining.")
    line = written("jsonl", (record,)).replace(b'{"schema_version"', b'{"of_later": [1], "schema_version"')
    assert read_history(line) == (record,)
