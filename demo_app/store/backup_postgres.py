"""Whole copies of a PostgreSQL database while others write in it, by PostgreSQL's own `pg_dump`."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote as quoted
from tempfile import NamedTemporaryFile

from sqlalchemy import URL, text
from sqlalchemy.exc import ProgrammingError

from core.errors import ConfigError, StoreUnavailableError
from demo_app.store.engine import Database


def dump(url: URL, out: Path) -> tuple[int, str]:
    """Write a new file in the custom format, as of one moment; returns how many corrections are in it and the
    schema, as `0001`.

    Without `pg_dump` on the PATH: `ConfigError`; what PostgreSQL refuses: `StoreUnavailableError`."""
    program = shutil.which("pg_dump")
    if program is None:
        raise ConfigError(
            "A copy of a PostgreSQL database needs pg_dump, which is not on the PATH; install PostgreSQL's "
            f"client programs (Debian: postgresql-client), or where they are run: {dump_command(url, out)}"
        )
    database = Database(url.render_as_string(hide_password=False), busy_timeout_s=5)
    try:
        with database.reading() as session:
            corrections = session.scalar(text("SELECT count(*) FROM corrections")) or 0
            schema = session.scalar(text("SELECT version_num FROM alembic_version"))
            # What pg_dump then writes is what was counted, whoever goes on meanwhile.
            moment = session.scalar(text("SELECT pg_export_snapshot()"))
            with _with_secret(url) as told:
                _run(program, *_options(told, out), f"--snapshot={moment}", "--no-password")
    except ProgrammingError as error:
        raise StoreUnavailableError(
            f"The database {database.place} must have the tables of this program, but has not; name another, "
            "or start the server once."
        ) from error
    finally:
        database.close()
    return corrections, str(schema)


def dump_command(url: URL, out: Path) -> str:
    """For somebody to type; asks for the password, and does not show it."""
    return " ".join(map(quoted, ("pg_dump", *_options(url, out))))


def restore_command(url: URL, backup: Path) -> str:
    """The way back, alike."""
    command = "pg_restore", "--clean", "--if-exists", _named(url), str(backup)
    return " ".join(map(quoted, command))


def _options(url: URL, out: Path) -> tuple[str, ...]:
    return "--format=custom", f"--file={out}", _named(url)


def _named(url: URL) -> str:
    plain = url._replace(drivername=url.get_backend_name(), password=None)
    return f"--dbname={plain.render_as_string(hide_password=False)}"


@contextmanager
def _with_secret(url: URL) -> Iterator[URL]:
    """The same with its password in a file that its owner alone can read: a command can be read by all."""
    if not url.password:
        yield url
        return
    with NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("*:*:*:*:" + re.sub(r"([:\\])", r"\\\1", str(url.password)) + "\n")
        file.flush()
        yield url.update_query_dict({"passfile": file.name})


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[:500]
        raise StoreUnavailableError(
            f"pg_dump must copy the database, but cannot ({said}); nothing was written."
        )
