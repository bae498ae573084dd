"""Between rows and records of projects, and finding them inside a transaction."""

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFoundError, TextTooLongError
from demo_app.store.project_records import MAX_NOTE_CHARS, ItemRecord, NewItem, Output, ProjectRecord
from demo_app.store.schema_projects import ItemRow, ProjectRow
from demo_app.store.search import require_storable

_PROJECT = tuple(field.name for field in fields(ProjectRecord))
_ITEM = tuple(field.name for field in fields(ItemRecord) if field.name not in ("project_id", "candidates"))

FOR_CHANGES = {"key_share": True}
"""How the row of a project is locked: rows that refer to it may still be added by others."""


def to_project(row: ProjectRow) -> ProjectRecord:
    """The project as a record."""
    return ProjectRecord(**{name: getattr(row, name) for name in _PROJECT})


def to_item(row: ItemRow, project_id: str) -> ItemRecord:
    """The item as a record."""
    candidates = tuple(Output(**values) for values in row.candidates)
    plain = {name: getattr(row, name) for name in _ITEM}
    return ItemRecord(project_id=project_id, candidates=candidates, **plain)


def from_item(item: NewItem, project_seq: int) -> dict[str, Any]:
    """The values of the item's row."""
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    candidates = [asdict(one) for one in item.candidates]
    return values | {"project_seq": project_seq, "candidates": candidates, "completed_at": None}


def require_note(text: str) -> None:
    """Raise the `InputError` tree unless the text may be told about an item; nothing at all may be."""
    require_storable(text)
    if len(text) > MAX_NOTE_CHARS:
        raise TextTooLongError(
            f"A note may have at most {MAX_NOTE_CHARS:,} characters, but this one has {len(text):,}; "
            "shorten it."
        )


def find_project(session: Session, project_id: str, *, lock: bool = False) -> ProjectRow:
    """Raises `NotFoundError`.

    `lock`: until the transaction ends, no other changes this project's queue. (SQLite has one writer at a
    time anyway.)"""
    asked = select(ProjectRow).where(ProjectRow.id == project_id)
    row = session.scalar(asked.with_for_update(key_share=True) if lock else asked)
    if row is None:
        raise NotFoundError(f"There is no project {project_id!r}; reload the list and choose again.")
    return row
