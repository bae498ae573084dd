"""What awaits a decision of reviewers, and the versions of one item. Changes nothing."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from demo_app.store.correction_rows import to_record
from demo_app.store.engine import Database
from demo_app.store.review_records import ReviewPage, ReviewQuery, Version
from demo_app.store.revising import find_row
from demo_app.store.schema import AWAITS_REVIEW, CorrectionRow
from demo_app.store.schema_projects import ItemRow, ProjectRow, SlotRow


class ReviewQueue:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: ReviewQuery) -> ReviewPage:
        """Corrections that nobody has decided about: flagged ones first, then the oldest first."""
        first, size = (query.page - 1) * query.page_size, query.page_size
        awaiting = _awaiting(query)
        with self._database.reading() as session:
            flagged, total = (_count(session, query, flagged=only) for only in (True, False))
            rows = _read(session, awaiting & _FLAGGED, first, size) if first < flagged else []
            if rest := size - len(rows):
                rows += _read(session, awaiting & _PLAIN, max(0, first - flagged), rest)
        return ReviewPage(tuple(rows), total, query.page, size)

    def versions(self, correction_id: str) -> tuple[Version, ...]:
        """All answers to the item that a correction is about, oldest first; without an item itself alone.

        Others that are deleted or withdrawn are left out. Raises `NotFoundError`, also for one that its author
        withdrew."""
        itself = CorrectionRow.id == correction_id
        with self._database.reading() as session:
            row = find_row(session, correction_id)
            if row.status == "withdrawn":
                raise NotFoundError("The author of this correction took it back; go on with another.")
            item_seq = session.scalar(select(SlotRow.item_seq).where(SlotRow.answer_id == correction_id))
            if item_seq is None:
                return (Version(to_record(row)),)
            return tuple(_read(session, (SlotRow.item_seq == item_seq) & (_PRESENT | itself)))

    def versions_of(self, item_id: str) -> tuple[Version, ...]:
        """The same by the item; empty where nobody has answered it."""
        with self._database.reading() as session:
            return tuple(_read(session, (ItemRow.id == item_id) & _PRESENT))


_PRESENT = CorrectionRow.deleted_at.is_(None)
_FLAGGED, _PLAIN = SlotRow.flag.is_not(None), SlotRow.flag.is_(None)


def _awaiting(query: ReviewQuery) -> ColumnElement[bool]:
    # In the very words of the index, without which SQLite does not take it.
    found = and_(text(AWAITS_REVIEW), CorrectionRow.status == query.status)
    if query.but_not_by is not None:
        found &= or_(CorrectionRow.user_id.is_(None), CorrectionRow.user_id != query.but_not_by)
    if query.project_id is not None:
        found &= ProjectRow.id == query.project_id
    return found


def _with_items(chosen: Select[Any]) -> Select[Any]:
    """The same, with the slot, item and project of each correction that has them."""
    slots = chosen.outerjoin(SlotRow, SlotRow.answer_id == CorrectionRow.id)
    items = slots.outerjoin(ItemRow, ItemRow.seq == SlotRow.item_seq)
    return items.outerjoin(ProjectRow, ProjectRow.seq == SlotRow.project_seq)


def _count(session: Session, query: ReviewQuery, *, flagged: bool) -> int:
    """Of all that awaits a decision, or of the flagged ones alone."""
    counted = select(func.count()).select_from(CorrectionRow).where(_awaiting(query))
    if flagged:
        counted = counted.where(_FLAGGED)
    joined = _with_items(counted) if flagged or query.project_id is not None else counted
    return session.scalar(joined) or 0


_SEEN: Any = select(CorrectionRow, SlotRow.flag, ItemRow.id, ProjectRow.id)


def _read(
    session: Session, chosen: ColumnElement[bool], first: int = 0, size: int | None = None
) -> list[Version]:
    """Oldest first."""
    rows = _with_items(_SEEN).where(chosen).order_by(CorrectionRow.seq).offset(first).limit(size)
    return [
        Version(to_record(row), flag, item, project) for row, flag, item, project in session.execute(rows)
    ]
