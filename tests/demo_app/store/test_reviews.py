"""Decisions about corrections: revisions like all others, taken back like all others."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import SQLAlchemyError

from core.errors import InputError, NotFoundError, StaleRevisionError, StoreError
from demo_app.store.database import Store
from demo_app.store.records import USABLE, Assessment, CorrectionQuery, CorrectionRecord
from demo_app.store.review_records import ANOTHER_CHOSEN, Adjudication, Written
from tests.demo_app.store.files import written
from tests.demo_app.store.reviewed import EVE, FOUND, SET_ASIDE, corrected_by, item_with
from tests.demo_app.store.samples import correct, open_at, open_empty

Act = Callable[[Store, CorrectionRecord], CorrectionRecord]
ACTS: dict[str, Act] = {
    "accept": lambda store, now: store.reviews.accept(now.id, now.revision, EVE),
    "reject": lambda store, now: store.reviews.reject(now.id, now.revision, "too free", EVE),
    "reopen": lambda store, now: store.reviews.reopen(now.id, now.revision, EVE),
    "edit": lambda store, now: store.corrections.edit(now.id, now.revision, "It rains.", by=EVE),
    "release": lambda store, now: store.corrections.release(now.id, now.revision, EVE),
    "delete": lambda store, now: store.corrections.delete(now.id, now.revision, EVE),
    "restore": lambda store, now: store.corrections.restore(now.id, now.revision, EVE),
}
PATHS = {
    "accept": "accepted",
    "reject": "rejected",
    "accept reopen": "submitted",
    "reject reopen": "submitted",
    "reject reopen accept": "accepted",
    "accept edit": "submitted",
    "reject edit accept": "accepted",
    "edit accept": "accepted",
    "reject delete restore": "rejected",
    "accept delete restore reopen": "submitted",
    "aside accept": "accepted",
    "aside reject": "rejected",
    "aside reject reopen": "quarantined",
    "aside release reopen": "quarantined",
    "aside release reopen release": "submitted",
    "aside accept edit accept reopen": "submitted",
    "aside release accept reopen": "submitted",
    "aside reject reopen release": "submitted",
}
"""What is done, from a correction that was submitted or set aside, and what it is then."""
REFUSED = (
    *("reopen", "aside reopen", "accept accept", "accept reject", "reject reject", "reject accept"),
    *("aside edit reopen", "aside release edit reopen", "aside release reopen reopen"),
    *("delete accept", "delete reject", "accept delete reopen", "accept release", "reject reopen reopen"),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all paths: each test walks with a correction of its own."""
    opened = open_empty(tmp_path_factory.mktemp("paths") / "x.db")
    yield opened
    opened.close()


def walked(store: Store, steps: str) -> list[CorrectionRecord]:
    """Every revision, as it was returned."""
    first, *acts = steps.split()
    aside = first == "aside"
    revisions = [corrected_by(store, "ada", "Il rains.", SET_ASIDE if aside else Assessment())]
    for act in acts if aside else [first, *acts]:
        revisions.append(ACTS[act](store, revisions[-1]))
    return revisions


@pytest.mark.parametrize("steps", PATHS)
def test_a_path_leads_where_it_should_and_leaves_every_revision_as_it_was(shared: Store, steps: str) -> None:
    revisions = walked(shared, steps)
    assert revisions[-1].status == PATHS[steps]
    assert shared.corrections.history(revisions[0].id) == tuple(revisions)
    assert all(one.checks in ((), FOUND) for one in revisions)
    assert {one.user_id for one in revisions} == {"ada"}


@pytest.mark.parametrize("steps", REFUSED)
def test_other_paths_are_refused_and_change_nothing(shared: Store, steps: str) -> None:
    *before, last = steps.split()
    revisions = walked(shared, " ".join(before) or "edit")
    with pytest.raises(NotFoundError, match="Only a correction"):
        ACTS[last](shared, revisions[-1])
    assert shared.corrections.history(revisions[0].id) == tuple(revisions)


def test_a_reason_is_needed_and_stays_with_its_revision(store: Store) -> None:
    record = correct(store, "It rains.")
    for reason in ("", " \n"):
        with pytest.raises(InputError, match="must have a reason"):
            store.reviews.reject(record.id, 1, reason, EVE)
    store.reviews.reject(record.id, 1, "too free", EVE)
    store.corrections.delete(record.id, 2)
    store.corrections.restore(record.id, 3)
    store.reviews.reopen(record.id, 4, EVE)
    history = store.corrections.history(record.id)
    assert [one.reason for one in history] == ["", "too free", "too free", "too free", ""]
    assert [one.revised_role for one in history] == [None, "reviewer", None, None, "reviewer"]


def test_what_was_rejected_is_in_no_file_to_train_on(store: Store) -> None:
    kept = correct(store, "kept")
    for steps in ("reject", "aside reject", "accept reopen reject", "reject delete restore"):
        walked(store, steps)
    everything = list(store.histories.stream(CorrectionQuery(include_deleted=True)))
    assert len(everything) == 5
    for kind in ("tsv", "tmx", "preferences"):
        assert written(kind, *everything) == written(kind, (kept,))


def test_what_was_rejected_is_in_no_list_count_or_snapshot_of_what_is_usable(store: Store) -> None:
    kept, accepted = correct(store, "kept"), walked(store, "accept")[-1]
    walked(store, "reject")
    usable = CorrectionQuery(statuses=USABLE)
    assert [row.id for row in store.corrections.search(usable).rows] == [accepted.id, kept.id]
    assert store.corrections.counts().total == 2
    frozen = store.snapshots.freeze("accepted", CorrectionQuery(statuses=("accepted",)), "CC BY 4.0")
    assert [history[-1] for history in store.snapshots.selection(frozen).histories] == [accepted]


def test_of_two_reviewers_who_race_one_wins_and_the_other_is_told(store: Store, path: Path) -> None:
    other = open_at(path, "other")
    outcomes: list[object] = []
    for _ in range(6):
        record = correct(store, "It rains.")
        barrier = Barrier(2)

        def decide(
            act: str, by: Store, record: CorrectionRecord = record, barrier: Barrier = barrier
        ) -> None:
            barrier.wait()
            try:
                outcomes.append(ACTS[act](by, record).status)
            except StaleRevisionError as error:
                outcomes.append(str(error))

        threads = [Thread(target=decide, args=args) for args in (("accept", store), ("reject", other))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won, told = sorted(map(str, outcomes[-2:]), key=lambda said: said.startswith("The correction must"))
        assert store.corrections.get(record.id).status == won
        assert "revision 1, but somebody made revision 2" in told
        assert len(store.corrections.history(record.id)) == 2
    other.close()


def seen(*versions: CorrectionRecord) -> dict[str, int]:
    return {one.id: one.revision for one in versions}


def test_the_chosen_version_is_accepted_and_the_others_are_not(store: Store) -> None:
    item, (one, two, three) = item_with(store, "It rains.", "It is raining.", "Rain.")
    choice = Adjudication(seen(one, two, three), two.id)
    accepted, *rejected = store.reviews.adjudicate(item, choice, EVE)
    assert (accepted.id, accepted.status, accepted.revised_by) == (two.id, "accepted", "eve")
    assert {(other.id, other.status, other.reason) for other in rejected} == {
        (one.id, "rejected", ANOTHER_CHOSEN),
        (three.id, "rejected", ANOTHER_CHOSEN),
    }
    reopened = store.reviews.reopen_all(seen(accepted, *rejected), EVE)
    assert {other.status for other in reopened} == {"submitted"}


def test_a_version_that_the_reviewer_wrote_is_a_revision_of_the_one_it_began_with(store: Store) -> None:
    item, (one, two) = item_with(store, "It rains.", "It is raining.")
    choice = Adjudication(seen(one, two), one.id, Written("Rain is falling.", SET_ASIDE))
    accepted, _ = store.reviews.adjudicate(item, choice, EVE)
    assert (accepted.corrected_text, accepted.status, accepted.checks) == (
        "Rain is falling.",
        "accepted",
        FOUND,
    )
    history = store.corrections.history(one.id)
    assert [(past.corrected_text, past.status, past.revised_by) for past in history] == [
        ("It rains.", "submitted", "p0"),
        ("Rain is falling.", "submitted", "eve"),
        ("Rain is falling.", "accepted", "eve"),
    ]


OWN = ("corrected_text", "verdict", "status", "reason", "checks", "edits", "hter", "licence", "comment")


@pytest.mark.parametrize("assessed", [Assessment(), SET_ASIDE])
def test_a_text_that_a_reviewer_wrote_goes_when_the_decision_is_taken_back(
    store: Store, assessed: Assessment
) -> None:
    mine = corrected_by(store, "ada", "Il rains.", assessed)
    accepted = store.reviews.accept(mine.id, 1, EVE, Written("Rain is falling."))
    reopened = store.reviews.reopen(mine.id, accepted.revision, EVE)
    assert [getattr(reopened, name) for name in OWN] == [getattr(mine, name) for name in OWN]
    assert [row.id for row in store.corrections.search(CorrectionQuery(text="il rains")).rows] == [mine.id]
    history = store.corrections.history(mine.id)
    assert [past.corrected_text for past in history] == ["Il rains.", *["Rain is falling."] * 2, "Il rains."]


def test_a_text_that_was_there_before_the_decision_stays_when_it_is_taken_back(store: Store) -> None:
    mine = corrected_by(store, "ada", "Il rains.")
    store.reviews.accept(mine.id, 1, EVE, Written("Rain is falling."))
    store.corrections.edit(mine.id, 3, "It rains.", by=EVE)
    store.reviews.accept(mine.id, 4, EVE)
    assert store.reviews.reopen(mine.id, 5, EVE).corrected_text == "It rains."


def test_a_written_text_that_is_the_version_s_own_is_no_revision(store: Store) -> None:
    item, (one, two) = item_with(store, "It rains.", "It is raining.")
    accepted, _ = store.reviews.adjudicate(
        item, Adjudication(seen(one, two), one.id, Written("It rains.")), EVE
    )
    assert accepted.revision == 2


def all_of(store: Store) -> list[tuple[CorrectionRecord, ...]]:
    return list(store.histories.stream(CorrectionQuery(include_deleted=True)))


def test_a_version_that_changed_meanwhile_stops_all_of_it(store: Store) -> None:
    item, (one, two, three) = item_with(store, "It rains.", "It is raining.", "Rain.")
    store.corrections.edit(three.id, 1, "Rain!")
    before = all_of(store)
    for written_text in (None, Written("Rain is falling.")):
        with pytest.raises(StaleRevisionError):
            store.reviews.adjudicate(item, Adjudication(seen(one, two, three), one.id, written_text), EVE)
    assert all_of(store) == before


def test_a_text_is_written_and_accepted_or_neither(store: Store) -> None:
    record = correct(store, "It rains.")
    store.reviews.accept(record.id, 1, EVE)
    with pytest.raises(NotFoundError):
        store.reviews.accept(record.id, 2, EVE, Written("Rain."))
    with pytest.raises(StaleRevisionError):
        store.reviews.accept(record.id, 1, EVE, Written("Rain."))
    assert len(store.corrections.history(record.id)) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["corrections", "correction_revisions"])
def test_a_fault_in_the_middle_leaves_nothing_of_it(store: Store, table: str) -> None:
    item, (one, two, three) = item_with(store, "It rains.", "It is raining.", "Rain.")
    before = all_of(store)
    event = "UPDATE" if table == "corrections" else "INSERT"
    last = f"NEW.{'id' if table == 'corrections' else 'correction_id'} = '{three.id}'"
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER fault BEFORE {event} ON {table} WHEN {last} BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    with pytest.raises((StoreError, SQLAlchemyError)):
        store.reviews.adjudicate(
            item, Adjudication(seen(one, two, three), one.id, Written("Rain falls.")), EVE
        )
    assert all_of(store) == before


def test_what_awaits_review_must_all_have_been_seen(store: Store) -> None:
    item, (one, two, three) = item_with(store, "It rains.", "It is raining.", "Rain.")
    with pytest.raises(StaleRevisionError, match="one came or went"):
        store.reviews.adjudicate(item, Adjudication(seen(one, two), one.id), EVE)
    with pytest.raises(InputError, match="must be one of those"):
        store.reviews.adjudicate(item, Adjudication(seen(two, three), one.id), EVE)
    store.corrections.delete(three.id, 1)
    store.reviews.reject(two.id, 1, "too free", EVE)
    accepted = store.reviews.adjudicate(item, Adjudication(seen(one), one.id), EVE)
    assert [version.id for version in accepted] == [one.id]
    assert store.corrections.get(two.id).reason == "too free"


def test_where_one_is_accepted_nothing_is_chosen(store: Store) -> None:
    item, (one, two) = item_with(store, "It rains.", "It is raining.")
    store.reviews.accept(one.id, 1, EVE)
    with pytest.raises(InputError, match="reopen that one first"):
        store.reviews.adjudicate(item, Adjudication(seen(two), two.id), EVE)


def test_all_are_reopened_or_none(store: Store) -> None:
    first, second = correct(store, "one"), correct(store, "two")
    store.reviews.accept(first.id, 1)
    with pytest.raises(NotFoundError):
        store.reviews.reopen_all({first.id: 2, second.id: 1}, EVE)
    assert store.corrections.get(first.id).status == "accepted"
