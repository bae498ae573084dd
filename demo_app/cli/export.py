"""`python -m demo_app export`."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import ConfigError
from demo_app.cli.shared import export_service, one_sentence, opened_store, read_query, writing_to
from demo_app.store.formats import BESIDE, format_of
from demo_app.store.records import CorrectionQuery, SnapshotRecord, statuses_meant
from demo_app.store.tally import Tally


class Kind(StrEnum):
    """The names of `FORMATS` and `BESIDE`."""

    jsonl = "jsonl"
    csv = "csv"
    tsv = "tsv"
    tmx = "tmx"
    parquet = "parquet"
    preferences = "preferences"
    ratings = "ratings"
    judgements = "judgements"


def export(  # noqa: PLR0913 - each parameter is a flag
    kind: Annotated[Kind, typer.Option("--format", help="docs/dataset.md describes each.")] = Kind.jsonl,
    out: Annotated[Path | None, typer.Option(help="File to write instead of standard output.")] = None,
    card: Annotated[bool, typer.Option("--card", help="Describe the file in OUT.md beside it.")] = False,
    snapshot: Annotated[str | None, typer.Option(help="A snapshot, by name or id, instead of all.")] = None,
    text: Annotated[str, typer.Option(help="Only with this in source, machine or corrected text.")] = "",
    direction: Annotated[str, typer.Option(help="Only these languages, as fr-en, fr- or -en.")] = "-",
    verdict: Annotated[str | None, typer.Option(help="Only these: corrected, or right.")] = None,
    status: Annotated[str, typer.Option(help="One status, or all, instead of what may be trained on.")] = "",
    include_deleted: Annotated[bool, typer.Option("--include-deleted", help="Deleted ones too.")] = False,
) -> None:
    """Write corrections, newest first, or what people judged, oldest first."""
    with one_sentence(), opened_store() as store:
        if card and out is None:
            raise ConfigError("`--card` must have a file to stand beside, but there is none; add --out.")
        service, tally = export_service(store), Tally()
        query = read_query(text, direction, verdict, include_deleted)
        what: CorrectionQuery | SnapshotRecord = replace(query, statuses=statuses_meant(status))
        if snapshot is not None:
            if query != CorrectionQuery() or status:
                raise ConfigError("`--snapshot` must stand without filters, but does not; leave one out.")
            what = service.find(snapshot)
        with writing_to(out) as file:
            count = format_of(kind.value).write(tally.watch(service.selection(what)), file)
        if card and out:
            with writing_to(out.with_name(f"{out.name}.md")) as file:
                file.write(service.card(what, tally, kind.value).encode())
    typer.echo(f"{count:,} {kind.value if kind.value in BESIDE else 'corrections'}", err=True)
