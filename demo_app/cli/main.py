"""`python -m demo_app`: what an operator does to the database without the page."""

import typer

from demo_app.cli.backup import backup, restore
from demo_app.cli.compare import compare
from demo_app.cli.export import export
from demo_app.cli.finetune import finetune
from demo_app.cli.import_ import import_
from demo_app.cli.migrate import migrate
from demo_app.cli.models import models, promote, rollback
from demo_app.cli.project import project
from demo_app.cli.snapshot import snapshot
from demo_app.cli.user import user


def main() -> None:
    """Run the command that was typed."""
    make_cli()()


def make_cli() -> typer.Typer:
    """The commands, wired."""
    cli = typer.Typer(
        help="Interlinear's data from the command line.", no_args_is_help=True, add_completion=False
    )
    cli.command()(backup)
    cli.command()(export)
    cli.command("import")(import_)
    cli.command()(migrate)
    cli.command()(restore)
    cli.command()(snapshot)
    for command in (finetune, models, compare, promote, rollback):
        cli.command()(command)
    cli.add_typer(project(), name="project")
    cli.add_typer(user(), name="user")
    return cli
