"""`python -m demo_app`: what an operator does to the database without the page.

Which database is said by the settings (INTERLINEAR_DATA_DIR, INTERLINEAR_DATABASE_URL). An error is one
sentence on standard error and exit status 1."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from core.errors import InterlinearError, StoreUnavailableError
from demo_app.services.dataset import WRITERS, utc_now
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.records import CorrectionQuery


class Kind(StrEnum):
    jsonl = "jsonl"
    csv = "csv"


def main() -> None:
    """Run the command that was typed."""
    make_cli()()


def make_cli() -> typer.Typer:
    """The commands, wired."""
    cli = typer.Typer(
        help="Interlinear's data from the command line.", no_args_is_help=True, add_completion=False
    )
    cli.command()(export)
    cli.command()(migrate)
    return cli


def export(
    kind: Annotated[Kind, typer.Option("--format", help="docs/dataset.md describes both.")] = Kind.jsonl,
    out: Annotated[Path | None, typer.Option(help="File to write instead of standard output.")] = None,
    text: Annotated[str, typer.Option(help="Only with this in source, machine or corrected text.")] = "",
    direction: Annotated[str, typer.Option(help="Only these languages, as fr-en, fr- or -en.")] = "-",
    verdict: Annotated[str | None, typer.Option(help="Only these: corrected, or right.")] = None,
    include_deleted: Annotated[bool, typer.Option("--include-deleted", help="Deleted ones too.")] = False,
) -> None:
    """Write corrections, newest first, as UTF-8."""
    source, dash, target = direction.partition("-")
    if not dash:
        raise typer.BadParameter("must look like fr-en, fr- or -en", param_hint="--direction")
    with _one_sentence(), _store() as store:
        query = CorrectionQuery(
            text=text,
            source_language=source or None,
            target_language=target or None,
            verdict=verdict,
            include_deleted=include_deleted,
        )
        with _writing_to(out) as file:
            count = WRITERS[kind.value](store.corrections.stream(query), file)
    typer.echo(f"{count:,} corrections", err=True)


def migrate() -> None:
    """Make the database, or bring it to the schema of this release. Starting the server does it too."""
    with _one_sentence(), _store() as store:
        typer.echo(f"{store.database.place} is at schema {store.version}", err=True)


@contextmanager
def _store() -> Iterator[Store]:
    store = open_store(Settings.load().database_url, clock=utc_now, new_id=lambda: uuid.uuid4().hex)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except InterlinearError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@contextmanager
def _writing_to(out: Path | None) -> Iterator[TextIO]:
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
