"""`python -m demo_app project agreement`, `trust`, `export`: what its answers say, as text and as files."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from demo_app.cli.shared import one_sentence, opened_store, writing_to
from demo_app.services.agreement import FIGURES, AgreementService
from demo_app.services.answers import Answers
from demo_app.services.people import local_person
from demo_app.services.rating_exports import RatingExports
from demo_app.services.trust import TrustService

Name = Annotated[str, typer.Argument(help="Of the project.")]
_FIGURES = ("answers", "shared_items", *FIGURES)


class RatingKind(StrEnum):
    """The names of `services.rating_exports.RATING_FORMATS`."""

    esa = "esa"
    mqm = "mqm"


def agreement(name: Name) -> None:
    """Print each figure of agreement, then each person's answers, mean and spread, then each rated system's
    ratings, mean and mean z, with tabs between."""
    with one_sentence(), opened_store() as store:
        service = AgreementService(
            store.projects, Answers(store.judgements, store.project_edits), local_person
        )
        found = service.figures(store.projects.named(name).id)
        for figure in _FIGURES:
            _print((figure, getattr(found, figure)))
        low, high = found.alpha_bounds or (None, None)
        _print(("alpha_bounds", low, high))
        for one in found.raters:
            _print((_who(one.user_id), one.answers, one.mean, one.spread))
        for system in found.systems:
            _print(("system", system.made_by, system.ratings, system.mean, system.mean_z))


def trust(name: Name) -> None:
    """Print person, known answers, passed, shared answers, agreement and trust, the least trusted first."""
    with one_sentence(), opened_store() as store:
        service = TrustService(store.projects, Answers(store.judgements, store.project_edits), local_person)
        for one in service.of_project(store.projects.named(name).id):
            _print((_who(one.user_id), one.known, one.passed, one.shared, one.own, one.trust))


def export(
    name: Name,
    kind: Annotated[RatingKind, typer.Option("--format", help="docs/rating.md describes each.")],
    out: Annotated[Path | None, typer.Option(help="File to write instead of standard output.")] = None,
) -> None:
    """Write the ratings that may be trained on, with their marked errors."""
    with one_sentence(), opened_store() as store:
        service = RatingExports(store.projects, store.preferences, local_person)
        project = store.projects.named(name)
        with writing_to(out) as file:
            count = service.write(project.id, kind.value, file)
    typer.echo(f"{count:,} ratings", err=True)


def _who(user_id: str) -> str:
    """The local person has no id."""
    return user_id or "local"


def _print(cells: Sequence[str | float | None]) -> None:
    typer.echo("\t".join(_cell(cell) for cell in cells))


def _cell(cell: str | float | None) -> str:
    if cell is None:
        return "-"
    return f"{cell:.4f}" if isinstance(cell, float) else str(cell)
