"""`python -m demo_app project`: texts for several people to annotate."""

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from demo_app.cli.project_figures import agreement, export, trust
from demo_app.cli.shared import one_sentence, opened_store, read_direction
from demo_app.services.people import local_person
from demo_app.services.pretranslation import Pretranslation
from demo_app.services.project_files import ProjectFiles
from demo_app.services.projects import Models, ProjectService
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.project_records import NewProject, ProjectRecord

Name = Annotated[str, typer.Argument(help="Of the project.")]


class TaskName(StrEnum):
    """The names of `store.project_records.TASKS`."""

    post_edit = "post_edit"
    rating = "rating"
    comparison = "comparison"


def project() -> typer.Typer:
    """The group of commands."""
    group = typer.Typer(help="Texts for several people to annotate.", no_args_is_help=True)
    group.command("add")(add)
    group.command("import")(import_)
    group.command("list")(list_)
    group.command()(close)
    group.command()(reopen)
    for command in (agreement, trust, export):
        group.command()(command)
    return group


def add(
    name: Name,
    direction: Annotated[str, typer.Option(help="Languages, as fr-en.")],
    task: Annotated[TaskName, typer.Option(help="What is asked of each text.")] = TaskName.post_edit,
    annotators: Annotated[int, typer.Option(help="People for each text.")] = 1,
    control_share: Annotated[float, typer.Option(help="Of the texts, chosen by chance alone.")] = 0.2,
    lease_minutes: Annotated[float, typer.Option(help="How long a silent person keeps a text.")] = 30,
) -> None:
    """Make a project without texts."""
    source, target = read_direction(direction)
    with one_sentence(), opened_store() as store:
        new = NewProject(
            name=name,
            source_language=source,
            target_language=target,
            task=task.value,
            annotators=annotators,
            control_share=control_share,
            lease_s=60 * lease_minutes,
        )
        made = store.projects.add(new)
    typer.echo(f"{made.name} is ready; python -m demo_app project import adds texts", err=True)


def import_(
    name: Name,
    file: Annotated[Path, typer.Argument(help="Texts as .txt, .csv, .tsv, .jsonl or .tmx.")],
    model: Annotated[str | None, typer.Option(help="Model that translates them.")] = None,
    second_model: Annotated[
        str | None, typer.Option(help="Another, to see where they disagree; without it, its greedy search.")
    ] = None,
) -> None:
    """Add texts, translated and in order. Bad rows are told by their line; then the status is 1."""
    with one_sentence(), opened_store() as store:
        found, watch = store.projects.named(name), Screen(sys.stderr.isatty())
        report = _service(store).import_file(found.id, file, Models(first=model, second=second_model), watch)
    watch.end()
    typer.echo(
        f"{report.added:,} added, {report.present:,} here already, {report.refused:,} refused", err=True
    )
    if report.refused:
        raise typer.Exit(1)


def list_() -> None:
    """Print name, languages, task, people for each text, `open` or `closed`, texts done and all texts."""
    with one_sentence(), opened_store() as store:
        for one in store.projects.all():
            progress = store.projects.progress(one.id)
            direction = f"{one.source_language}-{one.target_language}"
            state = "closed" if one.closed_at else "open"
            counts = (str(one.annotators), state, str(progress.completed), str(progress.items))
            typer.echo("\t".join((one.name, direction, one.task, *counts)))


def close(name: Name) -> None:
    """Give no more texts out; those that people have may still be answered."""
    _change(name, lambda store, found: store.projects.close(found.id), "closed")


def reopen(name: Name) -> None:
    """Give texts out again."""
    _change(name, lambda store, found: store.projects.reopen(found.id), "open")


class Screen:
    """Tells how an import goes: bad rows in lines of their own, progress in one that changes."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal
        self._line = ""

    def refused(self, line: int, words: str) -> None:
        self.end()
        typer.echo(f"line {line}: {words}", err=True)

    def read(self, done_bytes: int, total_bytes: int) -> None:
        self._show(f"read {100 * done_bytes // max(total_bytes, 1)} %")

    def translated(self, done: int, total: int) -> None:
        self._show(f"translated {done:,} of {total:,}")

    def end(self) -> None:
        """Leave what was told last, and begin a line."""
        if self._line:
            typer.echo(err=True)
        self._line = ""

    def _show(self, line: str) -> None:
        if self._is_terminal and line != self._line:
            typer.echo(f"\r\033[K{line}", err=True, nl=False)
            self._line = line


def _service(store: Store) -> ProjectService:
    from demo_app.services.loading import open_pool  # No other command waits for torch.

    settings = Settings.load()
    pretranslation = Pretranslation(store.database, store.translations)
    files = ProjectFiles(settings, store.projects, pretranslation)
    return ProjectService(store.projects, files, open_pool(settings), store.users, local_person)


def _change(name: str, change: Callable[[Store, ProjectRecord], ProjectRecord], state: str) -> None:
    with one_sentence(), opened_store() as store:
        changed = change(store, store.projects.named(name))
        typer.echo(f"{changed.name} is {state} now", err=True)
