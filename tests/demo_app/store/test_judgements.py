"""Ratings and comparisons as they are kept: every revision for good."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ForbiddenCharacterError, InputError, NotFoundError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.judgement_records import JudgementQuery, JudgementRecord
from demo_app.store.judgements import Judgements
from demo_app.store.records import Assessment, Author, Status
from tests.demo_app.store.judged import project_of, rated, rating
from tests.demo_app.store.samples import open_empty


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all tests here: each asks only about items of its own."""
    opened = open_empty(tmp_path_factory.mktemp("store") / "x.db")
    yield opened
    opened.close()


ADA, BOB, EVE = (Author(id=name) for name in ("ada", "bob", "eve"))
Change = Callable[[Judgements, str, int], JudgementRecord]
ANSWER = {"score": 5, "spans": [], "proposed": []}
CHANGES: dict[str, Change] = {
    "revise": lambda kept, id_, revision: kept.revise(id_, revision, ANSWER, comment="better", by=BOB),
    "accept": lambda kept, id_, revision: kept.accept(id_, revision, "agreed", by=EVE),
    "reject": lambda kept, id_, revision: kept.reject(id_, revision, "not read", by=EVE),
    "reopen": lambda kept, id_, revision: kept.reopen(id_, revision, by=EVE),
    "delete": lambda kept, id_, revision: kept.delete(id_, revision, by=EVE),
    "restore": lambda kept, id_, revision: kept.restore(id_, revision, by=EVE),
    "withdraw": lambda kept, id_, revision: kept.withdraw(id_, revision, by=ADA),
}


def test_what_was_given_comes_back(store: Store) -> None:
    (item,) = project_of(store)
    new = rating(item, comment="wrong tense", user_id="ada", licence="CC BY 4.0")
    kept = store.judgements.add(new, Assessment(({"check": "x"},), "quarantined"))
    assert store.judgements.get(kept.id) == kept and store.judgements.history(kept.id) == (kept,)
    assert (kept.item_id, kept.project_id, kept.revision) == (item, store.projects.item(item).project_id, 1)
    assert (kept.answer, kept.comment, kept.licence) == (new.answer, "wrong tense", "CC BY 4.0")
    assert (kept.status, kept.checks, kept.revised_by) == ("quarantined", ({"check": "x"},), "ada")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(CHANGES)), max_size=6))
def test_no_change_touches_an_earlier_revision(store: Store, names: list[str]) -> None:
    kept = rated(store, project_of(store)[0], user_id="ada")
    history = [kept]
    for name in names:
        try:
            history.append(CHANGES[name](store.judgements, kept.id, history[-1].revision))
        except NotFoundError:
            pass
    assert store.judgements.history(kept.id) == tuple(history)
    assert [one.revision for one in history] == list(range(1, len(history) + 1))
    assert {(one.created_at, one.user_id, one.item_id) for one in history} == {
        (kept.created_at, "ada", kept.item_id)
    }
    shown = list(store.judgements.of_item(kept.item_id))
    assert shown == ([] if history[-1].deleted_at else [history[-1]])


def test_a_stale_revision_is_refused_and_changes_nothing(store: Store) -> None:
    kept = rated(store, project_of(store)[0])
    newer = store.judgements.accept(kept.id, 1, by=EVE)
    for change in CHANGES.values():
        with pytest.raises(StaleRevisionError, match="somebody made revision 2"):
            change(store.judgements, kept.id, 1)
    assert store.judgements.history(kept.id) == (kept, newer)


def test_a_deleted_one_can_be_withdrawn_and_then_nobody_restores_it(store: Store) -> None:
    kept = rated(store, project_of(store)[0], user_id="ada")
    store.judgements.delete(kept.id, 1, by=EVE)
    assert store.judgements.withdraw(kept.id, 2, ADA).status == "withdrawn"
    with pytest.raises(NotFoundError):
        store.judgements.restore(kept.id, 3)


def test_what_was_withdrawn_stays_so_and_only_its_author_finds_it(store: Store) -> None:
    kept = rated(store, project_of(store)[0], user_id="ada")
    gone = store.judgements.withdraw(kept.id, 1, ADA)
    for change in ("restore", "revise", "accept", "withdraw"):
        with pytest.raises(NotFoundError):
            CHANGES[change](store.judgements, kept.id, 2)
    with_deleted = JudgementQuery(item_id=kept.item_id, include_deleted=True)
    assert list(store.judgements.stream(with_deleted)) == []
    own = JudgementQuery(item_id=kept.item_id, user_id="ada", include_withdrawn=True)
    assert list(store.judgements.stream(own)) == [gone]


@pytest.mark.parametrize("status", ["submitted", "quarantined"])
def test_a_decision_taken_back_leaves_what_was_before_it(store: Store, status: Status) -> None:
    kept = store.judgements.add(rating(project_of(store)[0]), Assessment((), status))
    with pytest.raises(NotFoundError, match="Only a judgement that was accepted or rejected"):
        store.judgements.reopen(kept.id, 1)
    store.judgements.accept(kept.id, 1, "agreed", by=EVE)
    again = store.judgements.reject(kept.id, 2, "not read", by=EVE)
    reopened = store.judgements.reopen(kept.id, again.revision, by=BOB)
    assert (reopened.status, reopened.reason, reopened.revised_by) == (status, "", "bob")
    assert reopened.answer == kept.answer


def test_a_new_answer_is_not_what_was_reviewed(store: Store) -> None:
    kept = rated(store, project_of(store)[0])
    store.judgements.reject(kept.id, 1, "not read", by=EVE)
    again = store.judgements.revise(kept.id, 2, ANSWER, by=ADA)
    assert (again.status, again.reason, again.revised_by) == ("submitted", "", "ada")
    assert store.judgements.restore(store.judgements.delete(kept.id, 3).id, 4).answer == ANSWER


def test_a_query_finds_what_it_says(store: Store) -> None:
    one, other = project_of(store, items=2)
    rated(store, one, id="a", user_id="ada")
    rated(store, one, id="b", user_id="bob")
    store.judgements.add(replace(rating(other, id="c", user_id="ada"), kind="comparison"))
    store.judgements.delete(rated(store, other, id="d", user_id="eve").id, 1)
    rated(store, project_of(store)[0], id="elsewhere")
    store.judgements.accept("b", 1)
    project = store.projects.item(one).project_id
    queries: list[tuple[dict[str, Any], str]] = [
        ({}, "abc"),
        ({"user_id": "ada"}, "ac"),
        ({"statuses": ("accepted",)}, "b"),
        ({"kind": "comparison"}, "c"),
        ({"kind": "rating", "user_id": "ada"}, "a"),
        ({"include_deleted": True}, "abcd"),
    ]
    for query, found in queries:
        chosen = store.judgements.stream(JudgementQuery(project_id=project, **query))
        assert sorted(record.id for record in chosen) == list(found)
    assert {record.id for record in store.judgements.of_item(one)} == {"a", "b"}
    assert len(list(store.judgements.of_project(project))) == 3


def test_an_answer_and_the_end_of_its_turn_are_stored_together(store: Store) -> None:
    (item,) = project_of(store)
    turn = store.queue.take(store.projects.item(item).project_id, "ada")
    assert turn

    def save() -> str:
        rated(store, item, id="kept", user_id="ada")
        raise InputError("no")

    with pytest.raises(InputError):
        store.queue.answer(turn.slot_id, "ada", save)
    assert store.judgements.of_item(item) == () and store.queue.turn(turn.slot_id, "ada")
    store.queue.answer(turn.slot_id, "ada", lambda: rated(store, item, id="kept", user_id="ada").id)
    assert [one.id for one in store.judgements.of_item(item)] == ["kept"]


def test_what_is_sent_twice_under_one_id_is_stored_once(store: Store) -> None:
    (item,) = project_of(store)
    first = rated(store, item, id="mine")
    assert store.judgements.add(replace(rating(item, id="mine"), duration_s=9)) == first
    with pytest.raises(InputError, match="another judgement"):
        rated(store, item, 71, id="mine")
    assert store.judgements.of_item(item) == (first,)
    store.judgements.delete("mine", 1)
    with pytest.raises(StaleRevisionError, match="under another key"):
        store.judgements.add(rating(item, id="mine"))


def test_what_cannot_be_kept_is_refused(store: Store) -> None:
    (item,) = project_of(store)
    with pytest.raises(NotFoundError):
        store.judgements.add(rating("gone"))
    with pytest.raises(ForbiddenCharacterError):
        store.judgements.add(rating(item, comment="a\0b"))
    with pytest.raises(NotFoundError):
        store.judgements.history("gone")
    assert store.judgements.of_item(item) == ()
