"""`python -m demo_app compare`: let people compare a candidate with the model in use, blindly."""

from typing import Annotated

import typer

from demo_app.cli.models import Model, before_at, chosen_name, opened_promotion
from demo_app.cli.shared import opened_store
from demo_app.services.people import local_person
from demo_app.settings import Settings


def compare(
    version: Annotated[str, typer.Argument(help="Its id, or name@id.")],
    model: Model = None,
    at_most: Annotated[int, typer.Option(help="Translations that changed, drawn by chance.")] = 100,
    annotators: Annotated[int, typer.Option(help="People for each.")] = 1,
    outcome: Annotated[bool, typer.Option("--outcome", help="Send nothing; print what people said.")] = False,
) -> None:
    """Put translations that changed into projects of blind comparisons, or print what came of it."""
    from demo_app.services.learning import build_trials  # No other command waits for torch.

    with opened_promotion() as promotion, opened_store() as store:
        name = chosen_name(promotion, model or before_at(version))
        trials = build_trials(Settings.load(), store, local_person)
        if not outcome:
            for project in trials.send(name, version, at_most, annotators):
                items = store.projects.extent(project.id).items
                typer.echo(f"{project.name}: {items:,} translations to compare", err=True)
            return
        found = trials.outcome(name, version)
        for of, preferred in (*found.sets.items(), ("all", found.total)):
            p = "-" if preferred.p is None else f"{preferred.p:.3f}"
            cells = preferred.better, preferred.worse, preferred.equal
            typer.echo("\t".join((of, *map(str, cells), p)))
        typer.echo(f"{found.total.judged:,} of {found.sent:,} compared by {found.people:,} people", err=True)
