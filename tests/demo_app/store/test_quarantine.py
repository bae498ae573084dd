"""What the quality gate set aside: kept with the reason, counted apart, released by a revision."""

import json
from dataclasses import replace

import pytest

from core.errors import ConfigError, NotFoundError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.records import (
    STATUSES,
    USABLE,
    Assessment,
    CorrectionQuery,
    CorrectionRecord,
    NewCorrection,
)
from tests.demo_app.store.reviewed import item_with
from tests.demo_app.store.samples import correct, translation
from tests.demo_app.store.test_export import csv_of, jsonl_of

FOUND = ({"check": "too_fast", "severity": "severe", "values": {"typed": 40, "seconds": 0.5}},)
SET_ASIDE = Assessment(FOUND, "quarantined")


def set_aside(store: Store, text: str, assessed: Assessment = SET_ASIDE) -> CorrectionRecord:
    shown = store.translations.add(translation("Il pleut.", "It rain."))
    return store.corrections.add(NewCorrection(shown.id, 0, 0, text, "corrected", 0.5), assessed)


def test_what_the_gate_found_is_stored_and_exported_with_the_text(store: Store) -> None:
    record = set_aside(store, "aaa")
    assert (record.status, record.checks) == ("quarantined", FOUND)
    assert store.corrections.get(record.id) == record
    assert json.loads(jsonl_of(record))["checks"] == list(FOUND)
    assert json.loads(csv_of(record)[0]["checks"]) == list(FOUND)


def test_a_release_is_a_revision_and_the_history_keeps_the_reason(store: Store) -> None:
    record = set_aside(store, "aaa")
    released = store.corrections.release(record.id, 1)
    assert released == replace(record, revision=2, status="submitted", updated_at=released.updated_at)
    assert store.corrections.history(record.id) == (record, released)


def test_only_what_is_set_aside_can_be_released_and_only_once(store: Store) -> None:
    fine, garbage, gone = correct(store, "fine"), set_aside(store, "aaa"), set_aside(store, "bbb")
    store.corrections.release(garbage.id, 1)
    store.corrections.delete(gone.id, 1)
    for record, revision in ((fine, 1), (garbage, 2), (gone, 2)):
        with pytest.raises(NotFoundError, match="Only a correction that is set aside"):
            store.corrections.release(record.id, revision)
    with pytest.raises(StaleRevisionError):
        store.corrections.release(garbage.id, 1)


def test_an_edit_is_judged_by_what_was_found_about_its_own_text(store: Store) -> None:
    record = set_aside(store, "aaa")
    mended = store.corrections.edit(record.id, 1, "It rains.")
    spoilt = store.corrections.edit(record.id, 2, "bbb", SET_ASIDE)
    assert [(mended.status, mended.checks), (spoilt.status, spoilt.checks)] == [
        ("submitted", ()),
        ("quarantined", FOUND),
    ]
    assert store.corrections.history(record.id) == (record, mended, spoilt)


def test_deletion_and_restoration_release_nothing(store: Store) -> None:
    record = set_aside(store, "aaa")
    store.corrections.delete(record.id, 1)
    assert store.corrections.restore(record.id, 2).status == "quarantined"


def test_a_search_by_status_finds_those_and_no_others(store: Store) -> None:
    fine, garbage = correct(store, "fine"), set_aside(store, "aaa")
    wanted = {USABLE: [fine.id], ("quarantined",): [garbage.id], STATUSES: [garbage.id, fine.id], (): []}
    for statuses, ids in wanted.items():
        query = CorrectionQuery(statuses=statuses)
        assert [row.id for row in store.corrections.search(query).rows] == ids
        assert [row.id for row in store.corrections.stream(query)] == ids
    with pytest.raises(ConfigError, match="`status` must be one of submitted"):
        CorrectionQuery(statuses=("dropped",))


def test_the_headline_counts_what_may_be_trained_on_and_the_rest_apart(store: Store) -> None:
    correct(store, "It rain now.")
    garbage = set_aside(store, "a b c d e f")
    before = store.corrections.counts()
    assert (before.total, before.by_direction, before.quarantined) == (1, {("fr", "en"): 1}, 1)
    assert before.mean_hter == pytest.approx(1 / 4)
    store.corrections.release(garbage.id, 1)
    assert (store.corrections.counts().total, store.corrections.counts().quarantined) == (2, 0)


def test_the_same_words_for_the_same_source_are_found_unless_deleted(store: Store) -> None:
    first, _ = correct(store, "It rains."), correct(store, "It is raining.")
    second = correct(store, "It rains.")

    def same(ignoring: str = "", source: str = "Il pleut.") -> str | None:
        return store.corrections.find_same(("fr", "en"), source, "It rains.", ignoring)

    assert (same(), same(first.id), same(source="Il neige.")) == (first.id, second.id, None)
    assert store.corrections.find_same(("en", "fr"), "Il pleut.", "It rains.") is None
    store.corrections.delete(first.id, 1)
    assert (same(), same(second.id)) == (second.id, None)


def test_an_answer_to_an_item_that_others_gave_too_is_no_duplicate_when_it_is_edited(store: Store) -> None:
    _, (one, two) = item_with(store, "It rains.", "It rains.")
    where = ("fr", "en"), one.source_text, "It rains."
    assert store.corrections.find_same(*where, ignoring=two.id) is None
    assert store.corrections.find_same(*where) == one.id
