"""`python -m demo_app snapshot`."""

from dataclasses import replace
from typing import Annotated

import typer

from core.errors import ConfigError
from demo_app.cli.shared import export_service, one_sentence, opened_store, read_query
from demo_app.store.records import CorrectionQuery


def snapshot(
    name: Annotated[
        str | None, typer.Argument(help="What to call it; without a name, all are listed.")
    ] = None,
    text: Annotated[str, typer.Option(help="Only with this in source, machine or corrected text.")] = "",
    direction: Annotated[str, typer.Option(help="Only these languages, as fr-en, fr- or -en.")] = "-",
    verdict: Annotated[str | None, typer.Option(help="Only these: corrected, or right.")] = None,
    status: Annotated[str, typer.Option(help="Only submitted or accepted, instead of both.")] = "",
    judgements: Annotated[
        bool, typer.Option("--judgements", help="Ratings, comparisons and words chosen in the lab too.")
    ] = False,
) -> None:
    """Freeze corrections, so that a training run can name exactly what it learned from."""
    with one_sentence(), opened_store() as store:
        query = read_query(text, direction, verdict, include_deleted=False)
        if status:
            query = replace(query, statuses=(status,))
        service = export_service(store)
        if name is None and (judgements or query != CorrectionQuery()):
            raise ConfigError("A filter must have a snapshot to make, but there is no name; add one.")
        snapshots = service.frozen() if name is None else (service.freeze(name, query, judgements),)
        for one in snapshots:
            typer.echo(f"{one.id}\t{one.created_at:%Y-%m-%dT%H:%M:%SZ}\t{one.counts['total']}\t{one.name}")
