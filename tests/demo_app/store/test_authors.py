"""Whose a correction is, who made each revision, and what is withdrawn."""

import pytest

from core.errors import NotFoundError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.records import Author, CorrectionQuery, CorrectionRecord, NewCorrection
from tests.demo_app.store.samples import correct, translation

ADA = Author(id="ada")


def corrected_by(store: Store, user_id: str, text: str = "It rains.") -> CorrectionRecord:
    shown = store.translations.add(translation())
    return store.corrections.add(NewCorrection(shown.id, 0, 0, text, "corrected", 1, user_id))


def test_each_revision_knows_who_made_it_and_all_know_the_author(store: Store) -> None:
    record = corrected_by(store, "ada")
    store.corrections.edit(record.id, 1, "It is raining.", by=Author(id="bob"))
    store.corrections.delete(record.id, 2, by=Author(id="eve"))
    store.corrections.restore(record.id, 3)
    history = store.corrections.history(record.id)
    assert [one.revised_by for one in history] == ["ada", "bob", "eve", None]
    assert {one.user_id for one in history} == {"ada"}


def test_where_nobody_logs_in_a_correction_is_nobody_s(store: Store) -> None:
    assert (correct(store, "x").user_id, correct(store, "y").revised_by) == (None, None)


def test_a_person_s_work_is_found_and_nobody_else_s(store: Store) -> None:
    mine = [corrected_by(store, "ada", f"text {number}") for number in range(3)]
    corrected_by(store, "bob")
    correct(store, "nobody's")
    found = store.corrections.search(CorrectionQuery(user_id="ada"))
    assert [row.id for row in found.rows] == [row.id for row in reversed(mine)]


def test_what_is_withdrawn_is_in_no_list_but_its_author_s(store: Store) -> None:
    kept, gone = corrected_by(store, "ada", "kept"), corrected_by(store, "ada", "gone")
    withdrawn = store.corrections.withdraw(gone.id, 1, ADA)
    assert (withdrawn.status, withdrawn.revised_by) == ("withdrawn", "ada")
    for query in (
        CorrectionQuery(),
        CorrectionQuery(include_deleted=True),
        CorrectionQuery(user_id="ada"),
        CorrectionQuery(text="gone", include_deleted=True),
    ):
        assert gone.id not in [row.id for row in store.corrections.stream(query)]
        assert gone.id not in [row.id for row in store.corrections.search(query).rows]
        assert gone.id not in [history[-1].id for history in store.histories.stream(query)]
    assert store.corrections.counts().total == 1
    own = store.corrections.search(CorrectionQuery(user_id="ada", include_withdrawn=True))
    assert [row.id for row in own.rows] == [gone.id, kept.id]
    assert store.corrections.find_same(("fr", "en"), gone.source_text, "gone") is None
    frozen = store.snapshots.freeze("all", CorrectionQuery(include_deleted=True), "CC-BY-4.0")
    assert [history[-1].id for history in store.snapshots.selection(frozen).histories] == [kept.id]


def test_what_is_withdrawn_stays_so(store: Store) -> None:
    gone = corrected_by(store, "ada")
    with pytest.raises(StaleRevisionError):
        store.corrections.withdraw(gone.id, 7, ADA)
    store.corrections.withdraw(gone.id, 1, ADA)
    corrections = store.corrections
    for attempt in (corrections.restore, corrections.release, corrections.delete):
        with pytest.raises(NotFoundError):
            attempt(gone.id, 2)
    with pytest.raises(NotFoundError):
        corrections.edit(gone.id, 2, "again")
    with pytest.raises(NotFoundError):
        corrections.withdraw(gone.id, 2, ADA)
    assert corrections.get(gone.id).status == "withdrawn"


def test_a_deleted_one_can_be_withdrawn_and_then_nobody_restores_it(store: Store) -> None:
    record = corrected_by(store, "ada")
    store.corrections.delete(record.id, 1, Author(id="eve", role="reviewer"))
    assert store.corrections.withdraw(record.id, 2, ADA).status == "withdrawn"
    with pytest.raises(NotFoundError):
        store.corrections.restore(record.id, 3)


def test_a_deleted_one_that_is_not_withdrawn_is_not_in_the_author_s_list(store: Store) -> None:
    record = corrected_by(store, "ada")
    store.corrections.delete(record.id, 1, ADA)
    assert store.corrections.search(CorrectionQuery(user_id="ada", include_withdrawn=True)).total == 0


def test_an_earlier_export_does_not_bring_back_what_was_withdrawn(store: Store) -> None:
    gone = corrected_by(store, "ada")
    (exported,) = store.histories.stream(CorrectionQuery())
    store.corrections.withdraw(gone.id, 1, ADA)
    assert store.histories.add([exported]) == ["present"]
    assert store.corrections.get(gone.id).status == "withdrawn"
