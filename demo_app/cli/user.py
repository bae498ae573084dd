"""`python -m demo_app user`: who may log in. A password is asked, or read from standard input."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from demo_app.cli.shared import one_sentence, opened_store
from demo_app.services.accounts import AccountService, check_name
from demo_app.services.attempts import Attempts
from demo_app.services.secret_key import secret_key
from demo_app.settings import Settings

Name = Annotated[str, typer.Argument(help="Of the account; upper and lower case are the same.")]


class RoleName(StrEnum):
    """The names of `services.people.ROLES`."""

    annotator = "annotator"
    reviewer = "reviewer"
    admin = "admin"


def user() -> typer.Typer:
    """The group of commands."""
    group = typer.Typer(help="Accounts of those who may log in.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_)
    group.command()(password)
    group.command()(role)
    group.command()(disable)
    group.command()(enable)
    return group


def add(
    name: Name, role: Annotated[RoleName, typer.Option(help="What they may do.")] = RoleName.annotator
) -> None:
    """Make an account. Its password is asked; without a terminal it is the first line of standard input."""
    with opened_accounts() as accounts:
        check_name(name)
        made = accounts.add(name, read_password(), role.value)
        typer.echo(f"{made.name} may log in as {made.role}", err=True)


def list_() -> None:
    """Print name, role, state, licence and languages of each account, with tabs between."""
    with opened_accounts() as accounts:
        for one in accounts.list():
            languages = ",".join(f"{code}:{level}" for code, level in sorted(one.languages.items()))
            state = "disabled" if one.disabled_at else "active"
            typer.echo("\t".join((one.name, one.role, state, one.licence or "-", languages or "-")))


def password(name: Name) -> None:
    """Give an account another password; whoever is logged in with the old one is logged out."""
    with opened_accounts() as accounts:
        found = accounts.named(name)
        accounts.change_password(found.name, read_password())
        typer.echo(f"{found.name} has a new password", err=True)


def role(name: Name, role: Annotated[RoleName, typer.Argument(help="What they may do from now on.")]) -> None:
    """Change what an account may do."""
    with opened_accounts() as accounts:
        changed = accounts.set_role(name, role.value)
        typer.echo(f"{changed.name} is {changed.role} now", err=True)


def disable(name: Name) -> None:
    """Shut an account out at once; its corrections stay."""
    with opened_accounts() as accounts:
        typer.echo(f"{accounts.disable(name).name} is disabled", err=True)


def enable(name: Name) -> None:
    """Let a disabled account in again."""
    with opened_accounts() as accounts:
        typer.echo(f"{accounts.enable(name).name} is active", err=True)


@contextmanager
def opened_accounts() -> Iterator[AccountService]:
    """The accounts of the store that the settings name; an error ends the command with its sentence."""
    with one_sentence(), opened_store() as store:
        settings = Settings.load()
        attempts = Attempts(time.monotonic)
        yield AccountService(store.users, settings.licence, secret_key(settings), attempts)


def read_password() -> str:
    """Never an argument: those are seen by all other programs, and kept by the shell."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
