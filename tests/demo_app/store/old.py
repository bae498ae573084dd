"""A database as an older release left it, with data in. Spelled out, as its migration is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    Table,
    select,
    text,
)

from demo_app.store.migrate import MIGRATIONS
from tests.demo_app.store.samples import MODEL_ID

Rows = dict[str, dict[str, Any]]
"""By the name of the table, then of the column."""
TEXTS = ("It rained.", "Été 100% 🌧")

_TRANSLATION = """
INSERT INTO translations (seq, id, created_at, source_language, target_language, source_text, target_text,
  model_id, duration_s, options, segments)
VALUES (1, 'shown', '2026-01-02 03:04:05.000006', 'fr', 'en', 'Il pleut.', 'It rain.', :model, 0.5,
  '{"mode":"greedy"}', '[]')"""
_CORRECTION = """
INSERT INTO corrections (seq, id, revision, source_language, target_language, verdict, deleted_at,
  search_text, source_text, machine_text, corrected_text, status, hter, score, translation_id, segment_index,
  hypothesis_index, model_id, options, source_ids, target_ids, n_best, duration_s, created_at, updated_at)
VALUES (1, 'old', 2, 'fr', 'en', 'corrected', NULL, 'il pleut.', 'Il pleut.', 'It rain.', :text, 'submitted',
  0.5, -0.25, 'shown', 0, 0, :model, '{"mode":"greedy"}', '[6,3]', '[7,3]', '["It rain."]', 4.5,
  '2026-01-02 03:04:06.000007', '2026-01-02 03:04:07.000008')"""
_REVISION = """
INSERT INTO correction_revisions (correction_id, revision, corrected_text, verdict, status, hter, updated_at)
VALUES ('old', :revision, :text, 'corrected', 'submitted', 0.5, '2026-01-02 03:04:07.000008')"""
_SNAPSHOT = """
INSERT INTO snapshots (seq, id, name, created_at, licence, filter, columns, counts)
VALUES (1, :id, 'v1', '2026-03-29 00:59:58.123456', 'CC BY 4.0', '{}', :columns, '{}')"""
_JOB = """
INSERT INTO jobs (id, kind, state, model, base, snapshot_id, options, progress, version, error, starts,
  created_at)
VALUES (:id, 'finetune', :state, 'fr-en', 'fr-en@0', 's', '{}', '{}', '', '', 0, '2026-01-02 03:04:05.000006')
"""
JOBS = ("runs", "waits")
COLUMNS = (
    *("id", "revision", "translation_id", "segment_index", "hypothesis_index", "source_language"),
    *("target_language", "source_text", "machine_text", "corrected_text", "verdict", "status", "checks"),
    *("hter", "score", "model_id", "options", "source_ids", "target_ids", "n_best", "duration_s", "user_id"),
    *("revised_by", "created_at", "updated_at", "deleted_at"),
)
SNAPSHOT_ID = "fc875b6786004e81cb8e4da37e9497fbde8d37512ca633edc4dcae105003c0db"
FILES_OF_SNAPSHOT = {
    "jsonl": SNAPSHOT_ID,
    "csv": "d877a5f7d5ac94f29c63bed60b26a0ef934983a9f9df15d7fc1fd0ccfc15791c",
    "tsv": "30ba366a2203cdf775d99c4ef4edb55dfe7bc04203d3701db8a26fee5d3e640a",
    "tmx": "afa371a491f93168bd1d6590f7de1dd29a4cb2af83d95fec7f82cacfa72dde80",
    "preferences": "f7cd0813ee1f2083a6cb82af39da1fbcb89b99febae861d22e0d536395dd2471",
}
"""SHA-256 of what the release with schema 0005 exported of it."""


def make_first_schema(engine: Engine) -> None:
    """Schema 0001 with one translation and one correction of two revisions, `TEXTS`."""
    with schema_at(engine, "0001") as connection:
        _fill(connection)


def make_fifth_schema(engine: Engine) -> None:
    """The same data, brought to schema 0005 and frozen there, as `SNAPSHOT_ID`."""
    make_first_schema(engine)
    with schema_at(engine, "0005") as connection:
        values = {"id": SNAPSHOT_ID, "columns": json.dumps(COLUMNS)}
        connection.execute(text(_SNAPSHOT), values)
        connection.execute(text("INSERT INTO snapshot_corrections VALUES (1, 1, 2)"))


def make_ninth_schema(engine: Engine) -> None:
    """Schema 0009 with a job that runs and one that waits, `JOBS`."""
    with schema_at(engine, "0009") as connection:
        for job_id, state in zip(JOBS, ("running", "queued"), strict=True):
            connection.execute(text(_JOB), {"id": job_id, "state": state})


@contextmanager
def schema_at(engine: Engine, revision: str) -> Iterator[Connection]:
    """A transaction with the tables of a released schema."""
    scripts = Config()
    scripts.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        scripts.attributes["connection"] = connection
        command.upgrade(scripts, revision)
        yield connection


def released() -> list[str]:
    """Every schema before that of this release, oldest first."""
    return [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][:0:-1]


def fill_every_table(connection: Connection) -> Rows:
    """One row in each, whatever tables there are; returns the values."""
    rows: Rows = {}
    for table in _tables(connection):
        rows[table.name] = {column.name: _value(column, rows) for column in table.columns}
        connection.execute(table.insert(), rows[table.name])
    return rows


def rows_of(connection: Connection, like: Rows) -> Rows:
    """The only row of each of these tables, with the columns that it had."""
    found = {table.name: table for table in _tables(connection)}
    return {
        name: dict(connection.execute(select(*(found[name].c[column] for column in row))).mappings().one())
        for name, row in like.items()
    }


def _tables(connection: Connection) -> list[Table]:
    """As the database has them, not as this release means them; those first that others refer to."""
    there = MetaData()
    there.reflect(connection, only=lambda name, _: not name.startswith(("corrections_search", "alembic")))
    return there.sorted_tables


def _value(column: Column[Any], rows: Rows) -> Any:
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    kind = column.type
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC if kind.timezone else None)
    if isinstance(kind, JSON):
        return {"été": [1, None, f"{column}"]}
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return 1
    return 0.25 if isinstance(kind, Float) else f"{column} 🌧"


def _fill(connection: Connection) -> None:
    # Not as parameters of the statement: a colon before a word inside JSON would count as one.
    connection.execute(text(_TRANSLATION.replace('":', '"\\:')), {"model": MODEL_ID})
    connection.execute(text(_CORRECTION.replace('":', '"\\:')), {"model": MODEL_ID, "text": TEXTS[1]})
    for revision, written in enumerate(TEXTS, start=1):
        connection.execute(text(_REVISION), {"revision": revision, "text": written})
