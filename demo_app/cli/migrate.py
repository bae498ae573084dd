"""`python -m demo_app migrate`."""

import typer

from demo_app.cli.shared import one_sentence, opened_store


def migrate() -> None:
    """Make the database, or bring it to the schema of this release. Starting the server does it too."""
    with one_sentence(), opened_store() as store:
        typer.echo(f"{store.database.place} is at schema {store.version}", err=True)
