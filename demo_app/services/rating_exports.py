"""Taking ratings away as files. Knows no SQL and no widget."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from core.config import require_choice
from core.errors import InputError
from demo_app.services.exports import new_folder
from demo_app.services.people import Person, require_role
from demo_app.store.export_ratings import write_esa, write_mqm
from demo_app.store.preferences import Preferences
from demo_app.store.project_records import ProjectRecord
from demo_app.store.projects import Projects
from demo_app.store.selection import Judged

RATING_FORMATS: dict[str, tuple[str, Callable[[Iterable[Judged], TextIO], int]]] = {
    "esa": ("esa.jsonl", write_esa),
    "mqm": ("mqm.tsv", write_mqm),
}
"""By name: the ending of the file, without the dot, and what writes it."""


@dataclass(frozen=True)
class RatingExports:
    """For reviewers; to others it raises `NotAllowedError`."""

    projects: Projects
    preferences: Preferences
    person: Callable[[], Person]

    def offered(self) -> tuple[ProjectRecord, ...]:
        """Projects where texts are rated, newest first."""
        require_role(self.person(), "reviewer")
        return tuple(project for project in self.projects.all() if project.task == "rating")

    def write_file(self, project_id: str, kind: str, folder: Path) -> Path:
        """Write a new file below `folder`, and return its path. Raises as `write` and `new_folder`."""
        require_role(self.person(), "reviewer")
        require_choice("kind", kind, tuple(RATING_FORMATS))
        with new_folder(folder) as own:
            path = own / f"ratings-{project_id[:12]}.{RATING_FORMATS[kind][0]}"
            with path.open("wb") as file:
                self.write(project_id, kind, file)
        return path

    def write(self, project_id: str, kind: str, file: BinaryIO) -> int:
        """Write what may be trained on as it comes, and return how many ratings.

        Raises `InputError` for projects where nothing is rated, `ConfigError` for another kind of file."""
        require_role(self.person(), "reviewer")
        require_choice("kind", kind, tuple(RATING_FORMATS))
        project = self.projects.get(project_id)
        if project.task != "rating":
            raise InputError(
                f"In {project.name!r} nothing is rated, so there are no ratings; choose another."
            )
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            return RATING_FORMATS[kind][1](self.preferences.ratings_of(project.id), text)
        finally:
            text.detach()  # Writes what is held back; whoever opened the file closes it.
