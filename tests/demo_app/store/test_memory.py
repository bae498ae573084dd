"""Which correction of a source counts, in both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from demo_app.store.database import Store
from demo_app.store.memory_records import NOTHING, Recollection, Remembered
from demo_app.store.records import Author, NewCorrection
from tests.demo_app.store.reviewed import EVE, SET_ASIDE, corrected_by
from tests.demo_app.store.samples import correct, translation

DIRECTION = ("fr", "en")
SOURCE = "Il pleut."


def counts(store: Store, *, only_accepted: bool = False, user_id: str | None = None) -> str | None:
    """The text of the correction that counts for the source."""
    found = store.memory.newest(DIRECTION, [SOURCE], only_accepted=only_accepted, user_id=user_id)
    return found[SOURCE].text if SOURCE in found else None


def test_the_correction_changed_last_counts_until_a_reviewer_accepts_another(store: Store) -> None:
    first, _ = corrected_by(store, "ada", "It rains."), corrected_by(store, "ben", "It is raining.")
    assert counts(store) == "It is raining."
    edited = store.corrections.edit(first.id, 1, "It rains now.")
    assert counts(store) == "It rains now."
    store.reviews.accept(edited.id, edited.revision, EVE)
    corrected_by(store, "ben", "Rain falls.")
    assert counts(store) == "It rains now."


def test_what_may_not_be_learned_from_never_counts(store: Store) -> None:
    corrected_by(store, "ada", "Set aside.", SET_ASIDE)
    assert counts(store) is None
    rejected = corrected_by(store, "ada", "Rejected.")
    store.reviews.reject(rejected.id, 1, "Wrong.", EVE)
    withdrawn = corrected_by(store, "ada", "Withdrawn.")
    store.corrections.withdraw(withdrawn.id, 1, Author(id="ada", role="annotator"))
    deleted = corrected_by(store, "ada", "Deleted.")
    store.corrections.delete(deleted.id, 1)
    assert counts(store) is None
    store.corrections.restore(deleted.id, 2)
    assert counts(store) == "Deleted."


def test_where_corrections_must_be_accepted_others_see_them_only_then(store: Store) -> None:
    mine = corrected_by(store, "ada", "It rains.")
    assert counts(store, only_accepted=True, user_id="ada") == "It rains."
    assert counts(store, only_accepted=True, user_id="ben") is None
    assert counts(store, only_accepted=True) is None
    store.reviews.accept(mine.id, 1, EVE)
    assert counts(store, only_accepted=True, user_id="ben") == "It rains."


def test_a_correction_of_the_other_direction_is_another(store: Store) -> None:
    shown = store.translations.add(translation(SOURCE, "Rain.", direction=("fr", "de")))
    store.corrections.add(NewCorrection(shown.id, 0, 0, "Es regnet.", "corrected", 1.0))
    assert counts(store) is None
    assert [row.direction for row in store.memory.sources(0, 10)] == [("fr", "de")]


def test_sources_come_in_the_order_of_submission_and_go_on_where_they_were_left(store: Store) -> None:
    for number in range(3):
        correct(store, "It rains.", source=f"Source {number}.")
    first = store.memory.sources(0, 2)
    assert [row.text for row in first] == ["Source 0.", "Source 1."]
    assert [row.text for row in store.memory.sources(first[-1].seq, 2)] == ["Source 2."]


@pytest.mark.sqlite
def test_a_source_is_looked_up_in_the_index_of_sources(store: Store) -> None:
    asked: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts(store)
    with store.database.engine.connect() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {asked[-1]}", tuple("?" * asked[-1].count("?"))
        )
        assert "ix_corrections_source_text" in " ".join(str(row) for row in plan)


def test_what_was_recalled_is_kept_with_the_translation(store: Store) -> None:
    record = correct(store, "It is raining.", SOURCE)
    (found,) = store.memory.newest(DIRECTION, [SOURCE], only_accepted=False, user_id=None).values()
    assert (found.correction_id, found.machine_text) == (record.id, "It rain.")
    like = replace(found, likeness=0.75)
    kept = store.translations.add(
        translation(), [Recollection(correction=found), Recollection(suggestion=like)]
    )
    assert store.translations.get(kept.id) == kept
    assert (kept.segments[0].from_correction, kept.segments[1].suggestion) == (found, like)
    assert kept.target_text == "It is raining.\nIt rains on the bridge."
    assert isinstance(kept.segments[1].suggestion, Remembered)


def test_a_translation_without_memory_is_the_model_s_own(store: Store) -> None:
    plain, empty = store.translations.add(translation()), store.translations.add(translation(), [NOTHING] * 2)
    assert plain.segments == empty.segments
    assert plain.target_text == empty.target_text == "It rains on the bridge.\nIt rains on the bridge."
