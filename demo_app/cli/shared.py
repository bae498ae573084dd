"""What the commands share: the store that the settings name, errors as one sentence, whole files or none.

Which database is said by the settings (INTERLINEAR_DATA_DIR, INTERLINEAR_DATABASE_URL). An error is one
sentence on standard error and exit status 1."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import typer

from core.errors import InterlinearError, StoreUnavailableError
from demo_app.services.exports import ExportService, build_exports
from demo_app.services.people import local_person
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.records import CorrectionQuery


def now() -> datetime:
    """The clock of the commands."""
    return datetime.now(UTC)


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store, closed at the end."""
    store = open_store(Settings.load().database_url, clock=now, new_id=lambda: uuid.uuid4().hex)
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
def writing_to(out: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears only when it is complete."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f".{out.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            yield file
        os.replace(part, out)
    except OSError as error:
        raise StoreUnavailableError(f"{out} must be writable, but is not ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)


def export_service(store: Store) -> ExportService:
    """What can be taken away from this store."""
    return build_exports(Settings.load(), store, local_person, now)


def read_query(text: str, direction: str, verdict: str | None, include_deleted: bool) -> CorrectionQuery:
    """The filters that several commands have."""
    source, dash, target = direction.partition("-")
    if not dash:
        raise typer.BadParameter("must look like fr-en, fr- or -en", param_hint="--direction")
    return CorrectionQuery(
        text=text,
        source_language=source or None,
        target_language=target or None,
        verdict=verdict,
        include_deleted=include_deleted,
    )


def read_direction(direction: str) -> tuple[str, str]:
    """Both languages of `fr-en`."""
    source, _, target = direction.partition("-")
    if not source or not target:
        raise typer.BadParameter("must look like fr-en", param_hint="--direction")
    return source, target
