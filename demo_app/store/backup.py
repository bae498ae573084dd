"""Whole copies of a database while others write in it, and the way back. Runs no migration.

Of PostgreSQL its own programs make them; the way back is theirs alone, and named."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from core.errors import ConfigError, StoreUnavailableError
from demo_app.store.backup_postgres import dump, restore_command
from demo_app.store.engine import make_folder, parse_url
from demo_app.store.faults import explain_sqlite

_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite may keep at and beside a file."""


@dataclass(frozen=True)
class Copied:
    """What was found in a copy when it was checked."""

    corrections: int
    """Deleted ones too."""
    schema: str
    """As `0001`."""
    size_bytes: int


def back_up(url: str, out: Path) -> Copied:
    """Copy the database at a URL as it is at one moment, whoever writes meanwhile, into a new file.

    The file appears when it is whole, checked and on disk. A file that is there already, a place that cannot
    be written, and PostgreSQL without its `pg_dump` raise `ConfigError` or `StoreUnavailableError` and leave
    nothing."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _copy(_file_of(parsed), out, "DELETE")
    _require_absent(out)
    part = _part_of(out)
    try:
        corrections, schema = dump(parsed, part)
        _settle(part, out)
    finally:
        part.unlink(missing_ok=True)
    return Copied(corrections, schema, out.stat().st_size)


def restore(backup: Path, url: str) -> Copied:
    """Put the database of a backup where a URL says, and nothing is yet. Raises as `back_up` does, and
    `ConfigError` for what is not SQLite."""
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(
            "Only files of SQLite can be put back here; PostgreSQL's own command is: "
            + restore_command(parsed, backup)
        )
    target = _file_of(parsed)
    make_folder(parsed)
    return _copy(backup, target, "WAL")


def _file_of(url: URL) -> Path:
    if str(url.database).startswith("file:"):
        raise ConfigError("`database_url` must name a file by its path to be copied, but is a file: address.")
    return Path(str(url.database)).expanduser()


def _copy(source: Path, target: Path, journal: str) -> Copied:
    """`journal`: of the copy. DELETE needs nothing beside the file; the program works with WAL."""
    _require_absent(target)
    part = _part_of(target)
    try:
        with _told(source):
            opened = sqlite3.connect(f"file:{quote(str(source.absolute()))}?mode=rw", uri=True)
        with closing(opened):
            with _told(source):
                _look(opened)
            with _told(target), closing(sqlite3.connect(part, isolation_level=None)) as copy:
                opened.backup(copy)
                corrections, schema = _look(copy)
                _require_whole(copy, target)
                copy.execute(f"PRAGMA journal_mode = {journal}")
        _settle(part, target)
    finally:
        for ending in _BESIDE:
            Path(f"{part}{ending}").unlink(missing_ok=True)
    return Copied(corrections, schema, target.stat().st_size)


def _part_of(target: Path) -> Path:
    """Where it grows."""
    return target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")


def _require_absent(target: Path) -> None:
    for ending in _BESIDE:
        there = Path(f"{target}{ending}")
        if there.exists():
            raise ConfigError(
                f"{there} must not be there yet, but is; nothing is overwritten. Choose another name, or "
                "stop the server and move it away."
            )


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise explain_sqlite(error, str(place)) from error


def _look(database: sqlite3.Connection) -> tuple[int, str]:
    """How many corrections, and which schema: what no other database has both."""
    (corrections,) = database.execute("SELECT count(*) FROM corrections").fetchone()
    (schema,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return int(corrections), str(schema)


def _require_whole(copy: sqlite3.Connection, place: Path) -> None:
    found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise StoreUnavailableError(
            f"The copy for {place} must be whole, but is not ({'; '.join(found)}); the database it was made "
            "from is damaged. Nothing was written."
        )


def _settle(part: Path, target: Path) -> None:
    """Give it its name once it is on disk, and then that too."""
    try:
        _sync(part)
        _require_absent(target)
        os.replace(part, target)
        _sync(target.parent)
    except OSError as error:
        raise StoreUnavailableError(f"{target} must be writable, but is not ({error.strerror}).") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
