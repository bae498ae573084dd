"""`python -m demo_app backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from demo_app.cli.shared import one_sentence
from demo_app.settings import Settings
from demo_app.store.backup import Copied, back_up
from demo_app.store.backup import restore as put_back


def backup(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="To write; must not be there yet.")],
) -> None:
    """Copy the database as it is now, while the server goes on, and check the copy."""
    with one_sentence():
        _tell(out, back_up(Settings.load().database_url, out))


def restore(source: Annotated[Path, typer.Argument(metavar="FILE", help="That `backup` wrote.")]) -> None:
    """Put a backup where the database is to be. Stop the server first, and move the old one away."""
    with one_sentence():
        url = Settings.load().database_url
        _tell(source, put_back(source, url))


def _tell(file: Path, copied: Copied) -> None:
    size_mb = copied.size_bytes / 1e6
    typer.echo(
        f"{file} is whole: {copied.corrections:,} corrections, schema {copied.schema}, {size_mb:,.1f} MB",
        err=True,
    )
