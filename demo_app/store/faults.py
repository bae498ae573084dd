"""What went wrong in the database, as one sentence. Knows no table."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY
from sqlite3 import Error as SqliteError

from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import StoreError, StoreUnavailableError

_SQLITE = {
    5: "is locked by another program; close that program, or try again in a moment",
    6: "is locked by another task; try again in a moment",
    8: "can only be read; make the file and its folder writable for this account",
    10: "could not be read or written; check that the disk is sound and has room",
    11: "is damaged; stop the program and restore a copy of the file",
    13: "has no room left; free some space on the disk",
    14: "could not be opened; check that its folder exists and is writable for this account",
    26: "is not an SQLite database; choose another file, or restore a copy of it",
}
"""By primary result code, https://www.sqlite.org/rescode.html."""

_POSTGRES = {
    "25": "can only be read; connect to the primary server",
    "53": "has no room or no connection left; ask its administrator",
    "55": "is locked by another program; try again in a moment",
}
"""By class of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html."""


def is_busy(error: DatabaseError) -> bool:
    """Whether waiting may help: another connection to the SQLite file holds its lock."""
    return bool(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == SQLITE_BUSY)


def explain(error: DatabaseError | InterfaceError, place: str) -> StoreUnavailableError:
    """The sentence for a failure that is not ours; `place` names the database without its password."""
    cause = error.orig
    if isinstance(cause, SqliteError):
        return explain_sqlite(cause, place)
    state = str(getattr(cause, "sqlstate", None) or "")
    return _sentence(_POSTGRES.get(state[:2]), cause, place)


def explain_sqlite(cause: SqliteError, place: str) -> StoreUnavailableError:
    """The same for an error of SQLite's own driver."""
    # The low byte is the primary code; the rest only says where it happened.
    return _sentence(_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF), cause, place)


def _sentence(known: str | None, cause: BaseException | None, place: str) -> StoreUnavailableError:
    if known:
        return StoreUnavailableError(f"The database {place} {known}. Nothing was changed.")
    detail = " ".join(str(cause).split())
    return StoreUnavailableError(f"The database {place} cannot do it ({detail}). Nothing was changed.")


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn failures of the database into the `StoreError` tree; mistakes in our own SQL stay as they are."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except (DatabaseError, InterfaceError) as error:
        raise explain(_first(error), place) from error
    except PoolTimeoutError as error:
        raise StoreError(
            f"The database {place} must have a free connection, but all are busy; try again in a moment."
        ) from error


def _first(error: DatabaseError | InterfaceError) -> DatabaseError | InterfaceError:
    """What went wrong before all else: where SQLite drops a transaction, ending its savepoint fails too."""
    before = error.__context__
    return _first(before) if isinstance(before, OperationalError) else error
