"""`python -m demo_app export`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from demo_app.cli.shared import one_sentence, opened_store, writing_to
from demo_app.services.dataset import WRITERS
from demo_app.store.records import CorrectionQuery


class Kind(StrEnum):
    jsonl = "jsonl"
    csv = "csv"


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
    with one_sentence(), opened_store() as store:
        query = CorrectionQuery(
            text=text,
            source_language=source or None,
            target_language=target or None,
            verdict=verdict,
            include_deleted=include_deleted,
        )
        with writing_to(out) as file:
            count = WRITERS[kind.value](store.corrections.stream(query), file)
    typer.echo(f"{count:,} corrections", err=True)
