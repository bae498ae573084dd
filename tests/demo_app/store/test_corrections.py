from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from core.analysis.edits import HTER_SIGNATURE, hter, operations
from core.errors import ForbiddenCharacterError, InputError, NotFoundError, StaleRevisionError
from core.results import Origin
from core.signature import VERSION
from demo_app.store.database import Store
from demo_app.store.records import Author, CorrectionQuery, CorrectionRecord, NewCorrection
from tests.demo_app.store.samples import MODEL_ID, correct, open_at, translation


def test_correction_keeps_its_whole_provenance(store: Store) -> None:
    given = translation()
    shown = store.translations.add(given)
    record = store.corrections.add(NewCorrection(shown.id, 1, 1, "It's raining.", "corrected", 6.5))
    segment, best = given.segments[1], given.segments[1].hypotheses[1]
    assert store.corrections.get(record.id) == record
    assert (record.source_text, record.machine_text) == (segment.source_text, best.text)
    assert (record.source_ids, record.target_ids) == (segment.source_ids, best.ids)
    assert record.n_best == tuple(each.text for each in segment.hypotheses)
    assert (record.score, record.model_id, record.options) == (best.score, MODEL_ID, shown.options)
    assert record.hter == hter(best.text, "It's raining.") > 0
    assert (record.revision, record.status, record.duration_s) == (1, "submitted", 6.5)
    assert (record.token_log_probs, record.app_version) == (best.token_log_probs, VERSION)
    assert Origin(record.model_digest, record.tokenizer_digest, record.signature) == given.origin
    assert record.edits == operations(best.text, "It's raining.")
    assert record.hter_signature == HTER_SIGNATURE


def test_consent_is_of_who_wrote_the_text(store: Store) -> None:
    shown, noon = store.translations.add(translation()), datetime(2026, 1, 2, 12, tzinfo=UTC)
    consent = {"licence": "CC BY 4.0", "licence_accepted_at": noon}
    new = NewCorrection(shown.id, 0, 0, "Rain.", "corrected", 1, "ada", user_role="annotator", **consent)  # type: ignore[arg-type]
    first = store.corrections.add(new)
    eve = Author(id="eve", role="reviewer", licence="CC0 1.0", licence_accepted_at=noon)
    edited = store.corrections.edit(first.id, 1, "Rains.", by=eve)
    gone = store.corrections.delete(first.id, 2, by=Author(id="root", role="admin"))
    said = [(one.licence, one.user_role, one.revised_role) for one in store.corrections.history(first.id)]
    assert said == [
        ("CC BY 4.0", "annotator", "annotator"),
        ("CC0 1.0", "annotator", "reviewer"),
        ("CC0 1.0", "annotator", "admin"),
    ]
    assert (first.licence_accepted_at, edited.user_id, gone.user_id) == (noon, "ada", "ada")


def test_a_comment_stays_until_another_is_made(store: Store) -> None:
    shown = store.translations.add(translation())
    new = NewCorrection(shown.id, 0, 0, "Rain.", "corrected", 1, comment="Is it singular?")
    record = store.corrections.add(new)
    store.corrections.edit(record.id, 1, "Rains.")
    store.corrections.edit(record.id, 2, "Rains!", comment="")
    comments = [one.comment for one in store.corrections.history(record.id)]
    assert comments == ["Is it singular?", "Is it singular?", ""]
    with pytest.raises(ForbiddenCharacterError):
        store.corrections.edit(record.id, 3, "Rains!", comment="\0")


@pytest.mark.parametrize(("segment", "hypothesis"), [(2, 0), (-1, 0), (0, 2), (0, -1)])
def test_what_was_never_shown_cannot_be_corrected(store: Store, segment: int, hypothesis: int) -> None:
    shown = store.translations.add(translation())
    with pytest.raises(NotFoundError, match=f"segment {segment} with hypothesis {hypothesis}"):
        store.corrections.add(NewCorrection(shown.id, segment, hypothesis, "x", "corrected", 0))


def test_right_is_only_said_of_the_machines_own_text(store: Store) -> None:
    shown = store.translations.add(translation("Oui.", "Yes."))
    assert store.corrections.add(NewCorrection(shown.id, 0, 0, "Yes.", "right", 1)).hter == 0
    with pytest.raises(InputError, match="differs"):
        store.corrections.add(NewCorrection(shown.id, 0, 0, "Yes!", "right", 1))


def test_every_revision_stays_readable(store: Store) -> None:
    first = correct(store, "It is raining.")
    second = store.corrections.edit(first.id, 1, "It rain.")
    third = store.corrections.delete(first.id, 2)
    fourth = store.corrections.restore(first.id, 3)
    assert store.corrections.history(first.id) == (first, second, third, fourth)
    assert [each.revision for each in (first, second, third, fourth)] == [1, 2, 3, 4]
    assert (second.verdict, second.hter) == ("right", 0.0)
    assert third.deleted_at is not None and fourth.deleted_at is None


def test_second_of_two_tabs_is_told_and_changes_nothing(store: Store) -> None:
    record = correct(store, "It is raining.")
    winner = store.corrections.edit(record.id, 1, "It rains.")
    with pytest.raises(StaleRevisionError, match="revision 1, but somebody made revision 2"):
        store.corrections.edit(record.id, 1, "Rain.")
    with pytest.raises(StaleRevisionError):
        store.corrections.delete(record.id, 1)
    assert store.corrections.get(record.id) == winner
    assert len(store.corrections.history(record.id)) == 2


def test_of_two_connections_that_race_exactly_one_wins(store: Store, path: Path) -> None:
    other = open_at(path, "other")
    record = correct(store, "0")
    for revision in range(1, 16):
        outcomes = race(record, revision, store, other)
        assert sorted(map(type, outcomes), key=str) == sorted((CorrectionRecord, StaleRevisionError), key=str)
    assert [each.revision for each in store.corrections.history(record.id)] == list(range(1, 17))
    other.close()


def race(record: CorrectionRecord, revision: int, *stores: Store) -> list[object]:
    outcomes: list[object] = []
    barrier = Barrier(len(stores))

    def edit(store: Store) -> None:
        barrier.wait()
        try:
            outcomes.append(store.corrections.edit(record.id, revision, f"text {revision}"))
        except StaleRevisionError as error:
            outcomes.append(error)

    threads = [Thread(target=edit, args=(each,)) for each in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_deleted_correction_hides_and_refuses_edits_until_restored(store: Store) -> None:
    record = correct(store, "It is raining.")
    store.corrections.delete(record.id, 1)
    assert store.corrections.search(CorrectionQuery()).total == 0
    assert store.corrections.search(CorrectionQuery(include_deleted=True)).total == 1
    with pytest.raises(NotFoundError, match="restore it"):
        store.corrections.edit(record.id, 2, "x")
    store.corrections.restore(record.id, 2)
    with pytest.raises(NotFoundError, match="Only a deleted"):
        store.corrections.restore(record.id, 3)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_no_database_holds_is_refused_everywhere(store: Store, text: str) -> None:
    record = correct(store, "fine")
    with pytest.raises(ForbiddenCharacterError):
        correct(store, text)
    with pytest.raises(ForbiddenCharacterError):
        store.corrections.edit(record.id, 1, text)
    with pytest.raises(ForbiddenCharacterError):
        store.corrections.search(CorrectionQuery(text=text))
    assert store.corrections.history(record.id) == (record,)


def test_counts_are_the_headline(store: Store) -> None:
    assert store.corrections.counts().mean_hter is None
    right = store.translations.add(translation("Oui.", "Yes.", direction=("fr", "de")))
    store.corrections.add(NewCorrection(right.id, 0, 0, "Yes.", "right", 1))
    kept = [correct(store, "It is raining."), correct(store, "It rains.")]
    store.corrections.delete(correct(store, "gone").id, 1)
    counts = store.corrections.counts()
    assert (counts.total, counts.right) == (3, 1)
    assert list(counts.by_direction.items()) == [(("fr", "en"), 2), (("fr", "de"), 1)]
    assert counts.mean_hter == pytest.approx(sum(each.hter for each in kept) / 3)
