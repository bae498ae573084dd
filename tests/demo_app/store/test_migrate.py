import hashlib
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from core.analysis.edits import HTER_SIGNATURE
from core.errors import StoreError
from demo_app.store.database import Store
from demo_app.store.engine import Database
from demo_app.store.formats import FORMATS
from demo_app.store.import_jsonl import read_history
from demo_app.store.records import OLD_HTER_SIGNATURE, CorrectionQuery
from demo_app.store.schema import CorrectionRow
from demo_app.store.schema_projects import ProjectRow
from tests.demo_app.store.old import (
    FILES_OF_SNAPSHOT,
    JOBS,
    TEXTS,
    fill_every_table,
    make_fifth_schema,
    make_first_schema,
    make_ninth_schema,
    released,
    rows_of,
    schema_at,
)
from tests.demo_app.store.samples import correct, open_at, url_of

INDEX_TABLES = "corrections_search"
"""What SQLite keeps its index of texts in."""
OF_THE_OTHER = {"sqlite": "ix_corrections_search_text", "postgresql": "ix_corrections_filters"}
"""Alembic does not know that an index may be meant for one database alone."""


def differences(store: Store) -> list[Any]:
    """Between the tables that are there and those of the schema, but for what is another database's."""
    with store.database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), ProjectRow.metadata)
    other = "add_index", OF_THE_OTHER[store.database.engine.dialect.name]
    return [
        each
        for each in found
        if (each[0], each[1].name) != other and not each[1].name.startswith(INDEX_TABLES)
    ]


def test_migrations_build_exactly_the_schema(store: Store) -> None:
    assert differences(store) == []


def test_opening_again_changes_nothing(store: Store, path: Path) -> None:
    record = correct(store, "kept")
    again = open_at(path)
    assert again.version == store.version
    assert again.corrections.get(record.id) == record


def test_data_of_the_first_schema_go_on_living(path: Path) -> None:
    older = Database(url_of(path), busy_timeout_s=5)
    make_first_schema(older.engine)
    older.close()
    store = open_at(path)
    assert [(one.corrected_text, one.checks) for one in store.corrections.history("old")] == [
        (text, ()) for text in TEXTS
    ]
    assert store.corrections.edit("old", 2, "It rains.").revision == 3
    assert store.corrections.search(CorrectionQuery(text="PLEUT")).total == 1
    assert differences(store) == []
    store.close()


@pytest.mark.parametrize("revision", released())
def test_every_row_of_a_released_schema_is_there_with_its_values(path: Path, revision: str) -> None:
    older = Database(url_of(path), busy_timeout_s=5)
    with schema_at(older.engine, revision) as connection:
        rows = fill_every_table(connection)
    older.close()
    store = open_at(path)
    with store.database.engine.connect() as connection:
        assert rows_of(connection, rows) == rows
    assert differences(store) == []
    store.close()


def test_jobs_of_before_are_nobodys_and_go_on(path: Path) -> None:
    older = Database(url_of(path), busy_timeout_s=5)
    make_ninth_schema(older.engine)
    older.close()
    store = open_at(path)
    assert [(one.id, one.state) for one in store.jobs.of_others("we")] == [
        ("runs", "running"),
        ("waits", "queued"),
    ]
    for job_id in JOBS:
        store.jobs.adopt(job_id, "we")
    running = store.jobs.running("we")
    assert running and running.id == "runs" and store.jobs.start_next("we") is None
    assert differences(store) == []
    store.close()


@pytest.mark.parametrize("is_answer", [True, False])
def test_what_answered_an_item_before_knows_whether_chance_chose_it(path: Path, is_answer: bool) -> None:
    older = Database(url_of(path), busy_timeout_s=5)
    with schema_at(older.engine, "0011") as connection:
        correction = fill_every_table(connection)["corrections"]["id"]
        if is_answer:
            connection.execute(text("UPDATE slots SET answer_id = :id"), {"id": correction})
    older.close()
    store = open_at(path)
    with store.database.engine.connect() as connection:
        found = connection.execute(select(CorrectionRow.is_control)).scalar_one()
    assert found is (True if is_answer else None)
    store.close()


@pytest.fixture
def frozen_before(path: Path) -> Iterator[Store]:
    """A database of schema 0005 with a snapshot, opened by this release."""
    older = Database(url_of(path), busy_timeout_s=5)
    make_fifth_schema(older.engine)
    older.close()
    store = open_at(path)
    yield store
    store.close()


@pytest.mark.parametrize("kind", FILES_OF_SNAPSHOT)
def test_files_of_an_older_snapshot_are_what_they_were(frozen_before: Store, kind: str) -> None:
    file = io.BytesIO()
    FORMATS[kind].write(frozen_before.snapshots.selection(frozen_before.snapshots.find("v1")), file)
    assert hashlib.sha256(file.getvalue()).hexdigest() == FILES_OF_SNAPSHOT[kind]


def test_an_older_record_says_what_it_does_not_know_and_keeps_its_figure(frozen_before: Store) -> None:
    first, second = frozen_before.corrections.history("old")
    assert (first.edits, first.hter, first.hter_signature) == (None, 0.5, OLD_HTER_SIGNATURE)
    assert (first.reason, first.comment, first.licence, first.token_log_probs) == ("", "", None, ())
    edited = frozen_before.corrections.edit("old", second.revision, "It rains.")
    assert (edited.hter_signature, edited.edits) == (
        HTER_SIGNATURE,
        ({"kind": "replace", "start": 3, "end": 7, "text": "rains"},),
    )
    assert frozen_before.corrections.history("old")[:2] == (first, second)


def test_a_file_of_an_older_release_is_known_here(frozen_before: Store) -> None:
    file = io.BytesIO()
    FORMATS["jsonl"].write(frozen_before.snapshots.selection(frozen_before.snapshots.find("v1")), file)
    assert frozen_before.histories.add([read_history(file.getvalue())]) == ["present"]


@pytest.mark.sqlite
def test_writes_wait_for_the_disk(store: Store) -> None:
    with store.database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_a_migration_that_fails_leaves_no_table_behind(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE correction_revisions (somebody_elses INTEGER)")
    other.close()
    with pytest.raises(StoreError, match="already exists"):
        open_at(path)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("correction_revisions",)]
    other.close()
