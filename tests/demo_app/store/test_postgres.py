"""The same store on PostgreSQL, where TEST_POSTGRES_URL names an empty database (and psycopg is there)."""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.errors import StaleRevisionError, StoreUnavailableError
from demo_app.store.database import Store, open_store
from demo_app.store.engine import Database
from demo_app.store.formats import FORMATS
from demo_app.store.records import CorrectionQuery, CorrectionRecord
from demo_app.store.review_records import Adjudication, ReviewQuery, Written
from demo_app.store.schema import Base
from tests.demo_app.store.old import FILES_OF_SNAPSHOT, TEXTS, make_fifth_schema, make_first_schema
from tests.demo_app.store.reviewed import EVE, item_with
from tests.demo_app.store.samples import correct, counting_ids, open_at, ticking_clock
from tests.demo_app.store.test_corrections import race
from tests.demo_app.store.test_reviews import PATHS, seen, walked

pytestmark = pytest.mark.skipif("TEST_POSTGRES_URL" not in os.environ, reason="TEST_POSTGRES_URL is not set")


def open_one(prefix: str) -> Store:
    return open_store(
        os.environ["TEST_POSTGRES_URL"], clock=ticking_clock(), new_id=counting_ids(f"{prefix}-{os.getpid()}")
    )


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    opened = open_one(request.node.name)
    yield opened
    clear(opened)
    opened.close()


def clear(opened: Store) -> None:
    with opened.database.engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")


def test_data_of_the_first_schema_go_on_living() -> None:
    older = Database(os.environ["TEST_POSTGRES_URL"], busy_timeout_s=5)
    make_first_schema(older.engine)
    older.close()
    opened = open_one("first")
    try:
        assert [(one.corrected_text, one.checks) for one in opened.corrections.history("old")] == [
            (text, ()) for text in TEXTS
        ]
    finally:
        clear(opened)
        opened.close()


def test_files_of_an_older_snapshot_are_what_they_were() -> None:
    older = Database(os.environ["TEST_POSTGRES_URL"], busy_timeout_s=5)
    make_fifth_schema(older.engine)
    older.close()
    opened = open_one("fifth")
    try:
        for kind, digest in FILES_OF_SNAPSHOT.items():
            histories = opened.snapshots.selection(opened.snapshots.find("v1"))
            file = io.BytesIO()
            FORMATS[kind].write(histories, file)
            assert hashlib.sha256(file.getvalue()).hexdigest() == digest
    finally:
        clear(opened)
        opened.close()


def test_decisions_are_what_they_are_in_sqlite(store: Store) -> None:
    for steps, status in PATHS.items():
        revisions = walked(store, steps)
        assert revisions[-1].status == status
        assert store.corrections.history(revisions[0].id) == tuple(revisions)


def test_one_version_is_chosen_or_nothing_is_done(store: Store) -> None:
    item, (one, two, three) = item_with(store, "It rains.", "It is raining.", "Rain.")
    assert [row.record for row in store.review_queue.page(ReviewQuery()).rows] == [one, two, three]
    stale = Adjudication({one.id: 1, two.id: 1, three.id: 2}, one.id, Written("Rain falls."))
    with pytest.raises(StaleRevisionError):
        store.reviews.adjudicate(item, stale, EVE)
    assert store.review_queue.page(ReviewQuery()).total == 3
    accepted, *_ = store.reviews.adjudicate(item, Adjudication(seen(one, two, three), two.id), EVE)
    assert (accepted.id, store.review_queue.page(ReviewQuery()).total) == (two.id, 0)


def test_every_revision_stays_readable(store: Store) -> None:
    first = correct(store, "ÉTÉ 100% 🌧\t\\_'\n")
    second = store.corrections.edit(first.id, 1, "x")
    third = store.corrections.delete(first.id, 2)
    fourth = store.corrections.restore(first.id, 3)
    assert store.corrections.history(first.id) == (first, second, third, fourth)
    assert store.corrections.counts().total == 1


def test_migrations_build_exactly_the_schema(store: Store) -> None:
    with store.database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    # Alembic does not know that an index may be meant for SQLite alone.
    assert [name for name, *_ in differences] == ["add_index"]


def test_search_is_literal_and_knows_no_case(store: Store) -> None:
    correct(store, "Été à 100% de_la \\ route")
    correct(store, "1000 della")
    for text in ("ÉTÉ", "100%", "e_l", "\\ r"):
        assert store.corrections.search(CorrectionQuery(text=text)).total == 1
    assert len(list(store.corrections.stream(CorrectionQuery(), rows_per_fetch=1))) == 2


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
    other = open_one("other")
    record = correct(store, "0")
    for revision in range(1, 11):
        outcomes = race(record, revision, store, other)
        assert {type(each) for each in outcomes} == {CorrectionRecord, StaleRevisionError}
    other.close()


def test_password_never_shows_in_a_message() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        open_store(
            "postgresql+psycopg://me:secret@127.0.0.1:1/x", clock=ticking_clock(), new_id=counting_ids()
        )
    assert "secret" not in str(caught.value)
