import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.errors import StoreError
from demo_app.store.database import Store
from demo_app.store.engine import Database
from demo_app.store.schema_projects import ProjectRow
from tests.demo_app.store.old import TEXTS, make_first_schema
from tests.demo_app.store.samples import correct, open_at, url_of


def test_migrations_build_exactly_the_schema(store: Store) -> None:
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), ProjectRow.metadata) == []


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
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), ProjectRow.metadata) == []
    store.close()


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
