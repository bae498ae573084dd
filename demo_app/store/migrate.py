"""Brings a database to the schema of this release, once, whoever comes first."""

import time
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from core.errors import StoreVersionError
from demo_app.store.engine import BEGIN, NO_TRANSACTION, Database
from demo_app.store.faults import explained, is_busy

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_ADVISORY_LOCK = 0x1_17E_811_EA
"""Any number that no other program uses for PostgreSQL's advisory locks."""
_WAL_PATIENCE_S = 10.0


def migrate(database: Database) -> str:
    """Apply what is missing, all of it or nothing, and return the schema's version.

    A database of a newer release raises `StoreVersionError` and stays as it is. Safe when several
    processes start at once. A database that needs nothing is only read."""
    with explained(database.place):
        with database.engine.connect() as connection:
            if _is_current(connection, database.place):
                return str(_version(connection))
        _use_write_ahead_log(database)
        writer = database.engine.execution_options(**{BEGIN: "BEGIN EXCLUSIVE"})
        with writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            scripts = _scripts()
            scripts.attributes["connection"] = connection
            # Does nothing if somebody did it while this process waited for the lock.
            command.upgrade(scripts, "head")
            return str(_version(connection))


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> Config:
    scripts = Config()
    # The option is %-interpolated; a path may hold a percent sign.
    scripts.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return scripts


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """The newest one and all; Alembic compiles every script to tell them."""
    directory = ScriptDirectory.from_config(_scripts())
    return directory.get_current_head(), frozenset(one.revision for one in directory.walk_revisions())


def _is_current(connection: Connection, place: str) -> bool:
    """Whether nothing is missing; raises `StoreVersionError` for a version that is not ours."""
    current, (head, known) = _version(connection), _revisions()
    if current is not None and current not in known:
        raise StoreVersionError(
            f"The database {place} must be of schema {head} or older, but is of {current}, which a newer "
            "release wrote; install that release, or choose another database. Nothing was changed."
        )
    return current == head


def _use_write_ahead_log(database: Database) -> None:
    """Switch SQLite to WAL, which stays in the file. The switch does not wait for locks by itself."""
    if database.engine.dialect.name != "sqlite":
        return
    deadline = time.monotonic() + _WAL_PATIENCE_S
    with database.engine.execution_options(**{BEGIN: NO_TRANSACTION}).connect() as connection:
        while True:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
