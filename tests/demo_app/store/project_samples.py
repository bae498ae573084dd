"""Projects with items, and a clock that a test sets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from demo_app.store.database import Store
from demo_app.store.project_records import NewItem, NewProject, Output, ProjectRecord, Turn

LEASE_S = 60.0


class SetClock:
    """Stands still until it is told how far to go."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 29, 0, 59, 58, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def new_project(name: str = "News", **values: Any) -> NewProject:
    asked = NewProject(
        name=name, source_language="fr", target_language="en", task="post_edit", lease_s=LEASE_S
    )
    return replace(asked, **values)


def items(count: int) -> list[NewItem]:
    """Given in another order than that of the queue."""
    made = [
        NewItem(
            line=number + 1,
            source_text=f"Phrase {number}.",
            candidates=(Output(text=f"Sentence {number}.", made_by="fr-en@0 beam"),),
            rank=number / count,
        )
        for number in range(count)
    ]
    return made[::-1]


def project_of(store: Store, count: int, **values: Any) -> ProjectRecord:
    project = store.projects.add(new_project(**values))
    store.projects.add_items(project.id, items(count))
    return project


def taken(store: Store, project: ProjectRecord, holder: str) -> Turn:
    turn = store.queue.take(project.id, holder)
    assert turn, f"There is no turn for {holder!r}."
    return turn


def answered(store: Store, turn: Turn, holder: str, answer_id: str = "answer") -> str:
    return store.queue.answer(turn.slot_id, holder, lambda: answer_id)
