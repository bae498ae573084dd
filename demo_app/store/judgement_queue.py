"""Ratings and comparisons that await a decision of reviewers, item by item. Changes nothing."""

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from demo_app.store.engine import Database
from demo_app.store.judgement_records import JudgementKind
from demo_app.store.judgement_rows import judgement_rows, to_judgement
from demo_app.store.project_rows import find_project, to_item
from demo_app.store.review_records import JudgedItem, JudgedPage, JudgedVersion, ReviewQuery
from demo_app.store.schema_projects import ItemRow, JudgementRow, SlotRow

_NEWEST = JudgementRow.superseded_at.is_(None)
_PRESENT = JudgementRow.deleted_at.is_(None)
_OWN_TURN = SlotRow.answer_id == JudgementRow.id


class JudgementQueue:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, kind: JudgementKind, query: ReviewQuery) -> JudgedPage:
        """Items with judgements that nobody has decided about: flagged ones first, then the oldest first.

        Raises `NotFoundError` for a project that is not there."""
        first, size = (query.page - 1) * query.page_size, query.page_size
        with self._database.reading() as session:
            meant = _meant(session, kind, query)
            items = _items(meant)
            total = session.scalar(select(func.count()).select_from(items.order_by(None).subquery())) or 0
            shown = session.scalars(items.limit(size).offset(first)).all()
            found = _read(session, meant & JudgementRow.item_seq.in_(shown))
            return JudgedPage(tuple(found[seq] for seq in shown), total)

    def beside(self, judgement_id: str, item_id: str) -> JudgedItem:
        """All judgements of an item that are neither deleted nor withdrawn, and this one of them anyway."""
        here = (ItemRow.id == item_id) & _NEWEST & (_PRESENT | (JudgementRow.id == judgement_id))
        with self._database.reading() as session:
            (found,) = _read(session, here).values()
            return found


def _meant(session: Session, kind: JudgementKind, query: ReviewQuery) -> ColumnElement[bool]:
    row = JudgementRow
    meant = _NEWEST & _PRESENT & (row.kind == kind) & (row.status == query.status)
    if query.project_id is not None:
        meant &= row.project_seq == find_project(session, query.project_id).seq
    if query.but_not_by is not None:
        meant &= or_(row.user_id.is_(None), row.user_id != query.but_not_by)
    return meant


def _items(meant: ColumnElement[bool]) -> Select[int]:
    """Numbers of the items, in the order of the queue."""
    flagged = func.max(case((SlotRow.flag.is_not(None), 1), else_=0))
    found = select(JudgementRow.item_seq).outerjoin(SlotRow, _OWN_TURN).where(meant)
    return found.group_by(JudgementRow.item_seq).order_by(flagged.desc(), func.min(JudgementRow.seq))


def _read(session: Session, condition: ColumnElement[bool]) -> dict[int, JudgedItem]:
    """By the number of the item; judgements oldest first."""
    rows = judgement_rows(condition).add_columns(SlotRow.flag).outerjoin(SlotRow, _OWN_TURN)
    items: dict[int, JudgedItem] = {}
    for row, item, project_id, flag in session.execute(rows.order_by(JudgementRow.seq)):
        before = items.get(item.seq, JudgedItem(to_item(item, project_id)))
        judged = JudgedVersion(to_judgement(row, item, project_id), flag)
        items[item.seq] = JudgedItem(before.item, (*before.versions, judged))
    return items
