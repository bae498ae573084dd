"""Connections and transactions. The one place that knows SQLite from PostgreSQL; knows no table."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from json import dumps
from pathlib import Path
from threading import Lock, local
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, collate, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.errors import ConfigError, StoreUnavailableError
from demo_app.store.faults import explained

BEGIN = "interlinear_begin"
"""Execution option: the statement that starts a transaction in SQLite."""
NO_TRANSACTION = ""
"""Its value for the few statements that SQLite takes only outside of one."""


class Database:
    """Sessions to read and to write in. Safe to share between threads."""

    def __init__(self, url: str, busy_timeout_s: float) -> None:
        parsed = parse_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        self.place = str(parsed.database) if sqlite else parsed.render_as_string(hide_password=True)
        """What messages call it."""
        self.engine = _make_engine(parsed, busy_timeout_s)
        # SQLite's transactions are as strict as this by themselves.
        self._reader = (
            self.engine if sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        # A reader that becomes a writer halfway fails at once in WAL mode; a writer must say so at the start.
        self._writer = self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        # SQLite has one writer anyway, and lets those who wait sleep and try; a lock wakes the next at once.
        self._turn: AbstractContextManager[object] = Lock() if sqlite else nullcontext()
        self._under_way = local()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database from its first statement to its last.

        Within a `writing` block of this thread it is that block's, and sees what the block has changed."""
        with explained(self.place):
            if outer := self._outer():
                yield outer
                return
            with Session(self._reader) as session:
                yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are all on disk when the block ends, or none of them.

        A block within a block of this thread joins it, so that what several nouns of the store do becomes
        one transaction. An error must leave the outermost block: else it commits what came before."""
        with explained(self.place):
            if outer := self._outer():
                yield outer
                return
            with self._turn, Session(self._writer, expire_on_commit=False) as session, session.begin():
                self._under_way.session = session
                try:
                    yield session
                finally:
                    self._under_way.session = None

    def _outer(self) -> Session | None:
        return getattr(self._under_way, "session", None)

    def close(self) -> None:
        """Give all connections back; the last one folds SQLite's write-ahead log into the file."""
        self.engine.dispose()


def by_code_point(session: Session, column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The column for an ORDER BY that is the same in every database; PostgreSQL's own depends on a locale."""
    return collate(column, "C" if session.get_bind().dialect.name == "postgresql" else "BINARY")


def in_turn(session: Session, number: int) -> None:
    """Wait until no other transaction that asked with this number is under way.

    Of several that look first and then write, each sees what the one before wrote. `number`: any that no
    other use of PostgreSQL's advisory locks has."""
    if session.get_bind().dialect.name == "postgresql":  # in SQLite writers take turns anyway
        session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")


def parse_url(url: str) -> URL:
    """Raises `ConfigError` for what names no database that keeps anything."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "`database_url` must look like sqlite:////folder/file.db or postgresql://host/name, but does not."
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigError("`database_url` must name a file, but names SQLite's memory, which keeps nothing.")
    return parsed


def _make_engine(url: URL, busy_timeout_s: float) -> Engine:
    plain_json = partial(dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # People's texts have no place in a log.
    options: dict[str, Any] = {"json_serializer": plain_json, "hide_parameters": True}
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        options["connect_args"] = {"timeout": busy_timeout_s}
        make_folder(url)
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(
            f"The driver for `{url.drivername}` must be installed, but is not ({error}); "
            "for PostgreSQL: pip install 'psycopg[binary]'."
        ) from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_folder(url: URL) -> None:
    """That of an SQLite file; raises `StoreUnavailableError`."""
    if str(url.database).startswith("file:"):
        return  # An SQLite URI may say more than a path, as in file:/a/b.db?mode=ro.
    folder = Path(str(url.database)).expanduser().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(
            f"The folder of the database must exist or be made, but {folder} cannot be: {error.strerror}."
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Full sync: what was acknowledged survives kill -9 and a loss of power."""
    connection.isolation_level = None  # We begin transactions ourselves; the driver would begin them late.
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    statement = connection.get_execution_options().get(BEGIN, "BEGIN")
    if statement != NO_TRANSACTION:
        connection.exec_driver_sql(statement)
