"""Projects as the person who is acting may make, fill and see them. Knows no SQL and no page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from core.errors import NotAllowedError
from demo_app.services.model_pool import ModelPool
from demo_app.services.people import Person, Role, require_role
from demo_app.services.pretranslation import Ways, ways_of
from demo_app.services.project_files import FileReport, ProjectFiles, Watches
from demo_app.store.project_records import (
    Extent,
    ItemPage,
    ItemQuery,
    NewProject,
    Progress,
    ProjectRecord,
    Share,
)
from demo_app.store.projects import Projects
from demo_app.store.users import Users


def holder_of(person: Person) -> str:
    """What the queue calls them."""
    return person.id or ""


@dataclass(frozen=True, kw_only=True)
class Models:
    """Which models translate what a file does not bring translated; by name, None for the default one."""

    first: str | None = None
    second: str | None = None
    """Set beside it to see where they disagree; None: its own greedy search."""


@dataclass(frozen=True)
class ProjectService:
    """Each method may raise `NotAllowedError` and `NotFoundError`. Safe to share between threads."""

    projects: Projects
    files: ProjectFiles
    pool: ModelPool
    users: Users
    person: Callable[[], Person]

    def create(self, new: NewProject) -> ProjectRecord:
        """An admin makes a project without items. Raises `InputError` for a name that is taken."""
        self._require("admin")
        return self.projects.add(replace(new, created_by=self.person().id))

    def import_file(self, project_id: str, path: Path, models: Models, watch: Watches) -> FileReport:
        """An admin adds the texts of a file; takes as long as translating them. Bad rows are told.

        Raises `ConfigError` for the file's ending or models that do not know the direction,
        `StoreUnavailableError` where the file cannot be read, `CheckpointError` for the models."""
        self._require("admin")
        project = self.projects.get(project_id)

        @cache
        def find_ways() -> Ways:
            second = None if models.second is None else self.pool.get(models.second)
            way = (project.source_language, project.target_language)
            return ways_of(project, self.pool.get(models.first, way), second)

        return self.files.add(project, path, find_ways, watch)

    def close(self, project_id: str) -> ProjectRecord:
        """An admin ends the giving of turns."""
        self._require("admin")
        return self.projects.close(project_id)

    def reopen(self, project_id: str) -> ProjectRecord:
        """The reverse."""
        self._require("admin")
        return self.projects.reopen(project_id)

    def list(self) -> tuple[ProjectRecord, ...]:
        """To reviewers all, newest first; to annotators those that are open to them."""
        self._require("annotator")
        return self.projects.all() if self.person().may("reviewer") else self.open_to_me()

    def open_to_me(self) -> tuple[ProjectRecord, ...]:
        """Those with something to do for the person: both languages are among theirs, and the project is not
        closed or they hold a turn in it."""
        self._require("annotator")
        held = self.projects.held_in(holder_of(self.person()))
        return tuple(
            one
            for one in self.projects.all()
            if (one.closed_at is None or one.id in held) and self._fits(one)
        )

    def require_fit(self, project_id: str) -> ProjectRecord:
        """The project; raises `NotAllowedError` unless the person stated that they know its languages."""
        self._require("annotator")
        project = self.projects.get(project_id)
        if not self._fits(project):
            raise NotAllowedError(
                f"For {project.name!r} you must know {project.source_language} and "
                f"{project.target_language}, but did not say so; state your languages under your name at the "
                "top of the page."
            )
        return project

    def progress(self, project_id: str) -> Progress:
        """A reviewer sees how far all are."""
        self._require("reviewer")
        return self.projects.progress(project_id)

    def progress_of_all(self) -> dict[str, Progress]:
        """The same of every project, by its id."""
        self._require("reviewer")
        return self.projects.progress_of_all()

    def extent(self, project_id: str) -> Extent:
        """Anybody whom it is offered to sees how far it is as a whole."""
        self.require_fit(project_id)
        return self.projects.extent(project_id)

    def my_share(self, project_id: str) -> Share:
        """Anybody sees how far they are."""
        self._require("annotator")
        return self.projects.share(project_id, holder_of(self.person()))

    def items(self, project_id: str, query: ItemQuery) -> ItemPage:
        """A reviewer looks through the items."""
        self._require("reviewer")
        return self.projects.items(project_id, query)

    def _fits(self, project: ProjectRecord) -> bool:
        person = self.person()
        if person.id is None:
            return True  # Whoever sits at their own machine is asked for nothing.
        user = self.users.get(person.id)
        return user is not None and {project.source_language, project.target_language} <= set(user.languages)

    def _require(self, role: Role) -> None:
        require_role(self.person(), role)
