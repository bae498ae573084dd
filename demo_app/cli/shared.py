"""What the commands share: the store that the settings name, errors as one sentence, whole files or none.

Which database is said by the settings (INTERLINEAR_DATA_DIR, INTERLINEAR_DATABASE_URL). An error is one
sentence on standard error and exit status 1."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import typer

from core.errors import InterlinearError, StoreUnavailableError
from demo_app.services.dataset import utc_now
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store, closed at the end."""
    store = open_store(Settings.load().database_url, clock=utc_now, new_id=lambda: uuid.uuid4().hex)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def one_sentence() -> Iterator[None]:
    """An error ends the command with its sentence and status 1."""
    try:
        yield
    except InterlinearError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@contextmanager
def writing_to(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears only when it is complete."""
    if out is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    part = out.with_name(f".{out.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
            yield file
        os.replace(part, out)
    except OSError as error:
        raise StoreUnavailableError(f"{out} must be writable, but is not ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
