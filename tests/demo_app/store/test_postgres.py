"""What is PostgreSQL's own. Where TEST_POSTGRES_URL names a server, the other tests run there too."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from sqlalchemy import event

from core.errors import InputError, StaleRevisionError, StoreUnavailableError
from demo_app.store.database import Store, open_store
from demo_app.store.engine import Database
from demo_app.store.formats import FORMATS
from demo_app.store.records import CorrectionQuery, CorrectionRecord, SnapshotRecord
from demo_app.store.review_records import Adjudication
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.old import (
    FILES_OF_SNAPSHOT,
    TEXTS,
    fill_every_table,
    make_fifth_schema,
    make_first_schema,
    released,
    rows_of,
    schema_at,
)
from tests.demo_app.store.postgres import IS_THERE, bare_url, empty_url, own_url
from tests.demo_app.store.reviewed import item_with
from tests.demo_app.store.samples import correct, counting_ids, open_at, ticking_clock
from tests.demo_app.store.test_corrections import race

pytestmark = pytest.mark.skipif(not IS_THERE, reason="TEST_POSTGRES_URL is not set")


def open_url(url: str, prefix: str = "id") -> Store:
    return open_store(url, clock=ticking_clock(), new_id=counting_ids(prefix))


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_url(empty_url())
    yield opened
    opened.close()


def test_data_of_the_first_schema_go_on_living() -> None:
    older = Database(bare_url(), busy_timeout_s=5)
    make_first_schema(older.engine)
    older.close()
    opened = open_url(own_url())
    history = opened.corrections.history("old")
    opened.close()
    assert [(one.corrected_text, one.checks) for one in history] == [(text, ()) for text in TEXTS]


@pytest.mark.parametrize("revision", released())
def test_every_row_of_a_released_schema_is_there_with_its_values(revision: str) -> None:
    older = Database(bare_url(), busy_timeout_s=5)
    with schema_at(older.engine, revision) as connection:
        rows = fill_every_table(connection)
    older.close()
    opened = open_url(own_url())
    with opened.database.engine.connect() as connection:
        assert rows_of(connection, rows) == rows
    opened.close()


def test_files_of_an_older_snapshot_are_what_they_were() -> None:
    older = Database(bare_url(), busy_timeout_s=5)
    make_fifth_schema(older.engine)
    older.close()
    opened = open_url(own_url())
    for kind, digest in FILES_OF_SNAPSHOT.items():
        file = io.BytesIO()
        FORMATS[kind].write(opened.snapshots.selection(opened.snapshots.find("v1")), file)
        assert hashlib.sha256(file.getvalue()).hexdigest() == digest
    opened.close()


def test_a_snapshot_has_the_id_that_it_has_in_sqlite(store: Store, tmp_path: Path) -> None:
    other = open_at(tmp_path / "x.db")
    record = correct(store, "0")
    # Any locale but C puts these in another order.
    other.histories.add([(replace(record, id=id_),) for id_ in ("b", "A", "a", "_", "É", "Z")])
    histories = list(other.histories.stream(CorrectionQuery()))
    store.corrections.delete(record.id, 1)
    assert store.histories.add(histories) == ["added"] * 6
    assert list(store.histories.stream(CorrectionQuery())) == histories[::-1]
    frozen = [one.snapshots.freeze("v1", CorrectionQuery(), "CC BY 4.0") for one in (store, other)]
    assert frozen[0].id == frozen[1].id
    other.close()


def test_of_two_connections_that_race_exactly_one_wins(store: Store) -> None:
    other = open_url(own_url(), "other")
    record = correct(store, "0")
    for revision in range(1, 11):
        outcomes = race(record, revision, store, other)
        assert {type(each) for each in outcomes} == {CorrectionRecord, StaleRevisionError}
    other.close()


def side_by_side(before: str, *acts: tuple[Store, Callable[[Store], object]]) -> list[object]:
    """What each gives or raises. Before every statement that begins so they wait for each other, but not
    long: a lock may keep one of them from it."""
    barrier, outcomes = Barrier(len(acts)), list[object]()

    def meet(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(before):
            with suppress(BrokenBarrierError):
                barrier.wait(0.3)

    def run(store: Store, act: Callable[[Store], object]) -> None:
        try:
            outcomes.append(act(store))
        except Exception as error:
            outcomes.append(error)

    for store, _ in acts:
        event.listen(store.database.engine, "before_cursor_execute", meet)
    threads = [Thread(target=run, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_who_choose_differently_at_once_one_is_told(store: Store) -> None:
    other = open_url(own_url(), "other")
    item, versions = item_with(store, "It rains.", "It is raining.")
    seen = {one.id: one.revision for one in versions}
    outcomes = side_by_side(
        "UPDATE corrections",
        (store, lambda own: own.reviews.adjudicate(item, Adjudication(seen, versions[0].id))),
        (other, lambda own: own.reviews.adjudicate(item, Adjudication(seen, versions[1].id))),
    )
    other.close()
    assert {type(each) for each in outcomes} == {tuple, StaleRevisionError}
    statuses = [store.corrections.get(one.id).status for one in versions]
    assert sorted(statuses) == ["accepted", "rejected"]


def test_of_two_who_settle_between_the_same_ratings_at_once_one_is_told(store: Store) -> None:
    other = open_url(own_url(), "other")
    (item,) = project_of(store)
    given = [rated(store, item, score, user_id=who) for who, score in (("ada", 90), ("bob", 40))]
    seen = {one.id: one.revision for one in given}
    outcomes = side_by_side(
        "UPDATE judgements",
        (store, lambda own: own.judgement_reviews.adjudicate(item, seen, given[0].id)),
        (other, lambda own: own.judgement_reviews.adjudicate(item, seen, given[1].id)),
    )
    other.close()
    assert {type(each) for each in outcomes} == {tuple, StaleRevisionError}
    newest = store.judgements.of_item(item)
    assert sorted((one.status, one.revision) for one in newest) == [("accepted", 2), ("rejected", 2)]


@pytest.mark.parametrize(("text", "second"), [("", SnapshotRecord), ("one", InputError)])
def test_of_two_who_freeze_under_one_name_at_once_none_fails(
    store: Store, text: str, second: type[object]
) -> None:
    other = open_url(own_url(), "other")
    for words in ("one", "two"):
        correct(store, words)
    outcomes = side_by_side(
        "INSERT INTO snapshots ",
        (store, lambda own: own.snapshots.freeze("v1", CorrectionQuery(), "CC BY 4.0")),
        (other, lambda own: own.snapshots.freeze("v1", CorrectionQuery(text=text), "CC BY 4.0")),
    )
    other.close()
    assert {type(each) for each in outcomes} == {SnapshotRecord, second}
    assert len(store.snapshots.all()) == 1


def test_password_never_shows_in_a_message() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        open_store(
            "postgresql+psycopg://me:secret@127.0.0.1:1/x", clock=ticking_clock(), new_id=counting_ids()
        )
    assert "secret" not in str(caught.value)
