"""Whoever makes projects beside a running server: real files, translated by the server's own model."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo_app.factory import build_services, new_id, utc_now
from demo_app.services.projects import Models
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import NewProject, Task
from demo_app.ui.services import Services
from tests.demo_app.services.project_rig import Watching

TEXTS = (
    "La petite souris noire dort sur la vieille chaise.",
    "On m'a volé mon vélo devant la bibliothèque.",
    "Nous restons à la maison ce soir.",
)


class Lead:
    """Uses the server's database."""

    def __init__(self, store: Store, services: Services, folder: Path) -> None:
        self.services, self.store = services, store
        self._file = folder / "texts.txt"
        self._file.write_text("\n".join(TEXTS))

    def project(self, name: str, task: Task, **rules: Any) -> str:
        """With the three texts, the one of which the model is least sure first."""
        new = NewProject(
            name=name, source_language="fr", target_language="en", task=task, control_share=0, rules=rules
        )
        made = self.services.projects.create(new)
        self.services.projects.import_file(made.id, self._file, Models(), Watching())
        return made.id

    def judgements(self, project_id: str) -> list[JudgementRecord]:
        return list(self.store.judgements.of_project(project_id))


@contextlib.contextmanager
def lead_in(settings: Settings, folder: Path) -> Iterator[Lead]:
    """Where nobody logs in."""
    with contextlib.ExitStack() as closing:
        store = open_store(settings.database_url, clock=utc_now, new_id=new_id)
        closing.callback(store.close)
        yield Lead(store, build_services(settings, store, closing), folder)
