"""`python -m demo_app import`."""

from pathlib import Path
from typing import Annotated

import typer

from demo_app.cli.shared import now, one_sentence, opened_store, read_direction
from demo_app.settings import Settings


def import_(
    file: Annotated[Path, typer.Argument(help="JSON lines of an export, or pairs as .csv or .tsv.")],
    direction: Annotated[
        str | None, typer.Option(help="Languages of pairs that do not say theirs, as fr-en.")
    ] = None,
) -> None:
    """Bring corrections or judgements in. Bad rows are told by their line and left out: status 1."""
    # No other command waits for the detector of languages.
    from demo_app.services.imports import ImportService
    from demo_app.services.quality.languages import LangidDetector

    languages = None if direction is None else read_direction(direction)
    with one_sentence(), opened_store() as store:
        kept = store.histories, store.judged_histories
        service = ImportService(Settings.load(), *kept, now, LangidDetector())
        report = service.run(
            file, languages, lambda line, words: typer.echo(f"line {line}: {words}", err=True)
        )
    typer.echo(
        f"{report.added:,} added, {report.extended:,} brought up to date, {report.present:,} here already, "
        f"{report.refused:,} refused",
        err=True,
    )
    if report.set_aside:
        typer.echo(
            f"{report.set_aside:,} of those added are set aside by the checks; a reviewer can release them",
            err=True,
        )
    if report.refused:
        raise typer.Exit(1)
