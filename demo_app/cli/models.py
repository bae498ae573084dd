"""`python -m demo_app models`, `promote`, `rollback`: versions of models, and which of them serves.

A server that runs notices within a second or two, and swaps without a request that fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import ConfigError
from demo_app.cli.shared import now, one_sentence, opened_store
from demo_app.services.people import local_person
from demo_app.settings import Settings

if TYPE_CHECKING:
    from demo_app.services.promotion import PromotionService, VersionInfo

Model = Annotated[str | None, typer.Option(help="Name of the model; need not be given where there is one.")]


class _Nothing:
    """No model is loaded here that could be swapped."""

    def swap(self, name: str) -> None:
        pass


def models(
    model: Model = None,
    history: Annotated[bool, typer.Option("--history", help="What was promoted and rolled back.")] = False,
    clean_up: Annotated[
        int | None, typer.Option(help="Remove versions that are not in use but the newest so many.")
    ] = None,
) -> None:
    """Print id, alias, time, base and verdict of each version, with tabs between."""
    with opened_promotion() as service:
        name = chosen_name(service, model)
        if clean_up is not None:
            for gone in service.clean_up(name, clean_up):
                typer.echo(f"{name}@{gone} is removed", err=True)
        if history:
            for event in service.history(name):
                facts = "; ".join(f"{key}: {value}" for key, value in event.facts.items() if value)
                typer.echo("\t".join((event.at, event.kind, event.version, event.before, facts)))
            return
        for one in service.versions(name):
            typer.echo("\t".join(_row(one)))


def promote(
    version: Annotated[str, typer.Argument(help="Its id, or name@id.")],
    model: Model = None,
    reason: Annotated[
        str, typer.Option(help="Promote it though the gate refuses; kept in the history.")
    ] = "",
) -> None:
    """Serve a version from now on, if the gate lets it through."""
    with opened_promotion() as service:
        made = service.promote(chosen_name(service, model or before_at(version)), version, reason)
        typer.echo(f"{made.model}@{made.id} is in use", err=True)


def rollback(
    model: Model = None,
    reason: Annotated[str, typer.Option(help="Kept in the history.")] = "",
) -> None:
    """Serve again what served before."""
    with opened_promotion() as service:
        made = service.rollback(chosen_name(service, model), reason)
        typer.echo(f"{made.model}@{made.id} is in use again", err=True)


@contextmanager
def opened_promotion() -> "Iterator[PromotionService]":
    """Versions as the settings have them; an error ends the command with its sentence."""
    from demo_app.services.learning import build_promotion, tuned_now  # No other command waits for torch.

    def tuned() -> str:  # the way back must not wait for a database
        with opened_store() as store:
            return tuned_now(Settings.load(), store)

    with one_sentence():
        yield build_promotion(Settings.load(), _Nothing(), local_person, now, tuned)


def chosen_name(service: "PromotionService", given: str | None) -> str:
    """The model that was given, or the only one; raises `ConfigError`."""
    names = service.registries.names()
    if given is None and len(names) != 1:
        raise ConfigError(f"Say which model with --model: there are {', '.join(names) or 'none'}.")
    return given or names[0]


def before_at(version: str) -> str | None:
    """The model of `name@id`; None of an id alone."""
    return version.partition("@")[0] if "@" in version else None


def _row(one: "VersionInfo") -> tuple[str, ...]:
    lineage, verdict = one.lineage, one.verdict
    return (
        one.id,
        one.alias or "-",
        lineage.created_at if lineage else "-",
        lineage.base if lineage else "-",
        "-" if verdict is None else "passes" if verdict.passed else verdict.reason,
    )
