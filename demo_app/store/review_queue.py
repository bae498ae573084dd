"""What awaits a decision of reviewers, and the versions of one item. Changes nothing."""

from typing import Literal

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text
from sqlalchemy.orm import Session

from core.errors import NotFoundError
from demo_app.store.correction_rows import to_record
from demo_app.store.engine import Database
from demo_app.store.project_rows import find_project
from demo_app.store.review_records import ReviewPage, ReviewQuery, Version
from demo_app.store.revising import find_row
from demo_app.store.schema import AWAITS_REVIEW, CorrectionRow
from demo_app.store.schema_projects import ItemRow, ProjectRow, SlotRow


class ReviewQueue:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: ReviewQuery) -> ReviewPage:
        """Corrections that nobody has decided about: flagged ones first, then the oldest first.

        Raises `NotFoundError` for a project that is not there."""
        first, size = (query.page - 1) * query.page_size, query.page_size
        with self._database.reading() as session:
            whole, flagged, plain = (_chosen(session, query, which) for which in ("all", "flagged", "plain"))
            before, total = _count(session, flagged), _count(session, whole)
            rows = _read(session, _part(flagged, first, size)) if first < before else []
            if rest := size - len(rows):
                rows += _read(session, _part(plain, max(0, first - before), rest))
        return ReviewPage(tuple(rows), total, query.page, size)

    def versions(self, correction_id: str) -> tuple[Version, ...]:
        """All answers to the item that a correction is about, oldest first; without an item itself alone.

        Others that are deleted or withdrawn are left out. Raises `NotFoundError`, also for one that its
        author withdrew."""
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


def _chosen(session: Session, query: ReviewQuery, which: Literal["all", "flagged", "plain"]) -> Select[int]:
    """Numbers of the rows that await a decision, oldest first.

    Where few can be meant, the slots are read first; adding nothing to the number keeps SQLite from walking
    the corrections to spare itself a sort. Otherwise it must walk them, by an index that it takes only for a
    query in the index's own words."""
    row = CorrectionRow
    if query.project_id is not None or which == "flagged":
        chosen = select(row.seq).join(SlotRow, SlotRow.answer_id == row.id).where(row.deleted_at.is_(None))
        chosen = chosen.order_by(row.seq + 0)
        if query.project_id is not None:
            chosen = chosen.where(SlotRow.project_seq == find_project(session, query.project_id).seq)
        if which != "all":
            chosen = chosen.where(_FLAGGED if which == "flagged" else SlotRow.flag.is_(None))
    else:
        chosen = select(row.seq).where(text(AWAITS_REVIEW)).order_by(row.seq)
        if which == "plain":
            chosen = chosen.where(~exists().where(SlotRow.answer_id == row.id, _FLAGGED))
    if query.but_not_by is not None:
        chosen = chosen.where(or_(row.user_id.is_(None), row.user_id != query.but_not_by))
    return chosen.where(row.status == query.status)


_FLAGGED = SlotRow.flag.is_not(None)
_PRESENT = CorrectionRow.deleted_at.is_(None)


def _count(session: Session, chosen: Select[int]) -> int:
    return session.scalar(chosen.with_only_columns(func.count()).order_by(None)) or 0


def _part(chosen: Select[int], first: int, size: int) -> ColumnElement[bool]:
    """So many of them; only these rows are read."""
    return CorrectionRow.seq.in_(chosen.offset(first).limit(size))


def _read(session: Session, condition: ColumnElement[bool]) -> list[Version]:
    """Oldest first, each with the item that it answers."""
    rows = (
        select(CorrectionRow, SlotRow.flag, ItemRow.id, ProjectRow.id)
        .outerjoin(SlotRow, SlotRow.answer_id == CorrectionRow.id)
        .outerjoin(ItemRow, ItemRow.seq == SlotRow.item_seq)
        .outerjoin(ProjectRow, ProjectRow.seq == SlotRow.project_seq)
        .where(condition)
        .order_by(CorrectionRow.seq)
    )
    return [
        Version(to_record(row), flag, item, project) for row, flag, item, project in session.execute(rows)
    ]
