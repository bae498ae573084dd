"""Ratings and comparisons that await a decision of reviewers, item by item. Changes nothing."""

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from demo_app.store.engine import Database
from demo_app.store.judgement_records import JudgementKind
from demo_app.store.judgement_rows import judgement_rows, to_judgement
from demo_app.store.project_rows import find_project, to_item
from demo_app.store.review_records import JudgedItem, JudgedPage, JudgedVersion, ReviewQuery
from demo_app.store.schema_projects import ItemRow, JudgementRow, ProjectRow, SlotRow

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
        first = (query.page - 1) * query.page_size
        with self._database.reading() as session:
            flagged = list(session.scalars(_flagged(session, kind, query)))
            oldest = session.scalars(_items(session, kind, query).limit(query.count_to + 1)).all()
            told = set(flagged)
            waiting = flagged + [seq for seq in oldest[: query.count_to] if seq not in told]
            shown = waiting[first : first + query.page_size]
            found = _read(session, _meant(JudgementRow, query) & JudgementRow.item_seq.in_(shown))
            rows = tuple(found[seq] for seq in shown)
            return JudgedPage(rows, len(waiting), len(oldest) <= query.count_to)

    def beside(self, judgement_id: str, item_id: str) -> JudgedItem:
        """All judgements of an item that are neither deleted nor withdrawn, and this one of them anyway."""
        here = (ItemRow.id == item_id) & _NEWEST & (_PRESENT | (JudgementRow.id == judgement_id))
        with self._database.reading() as session:
            (found,) = _read(session, here).values()
            return found


def _meant(row: type[JudgementRow], query: ReviewQuery) -> ColumnElement[bool]:
    """Without its kind and its project, which an item tells: with them, SQLite, which plans without figures,
    walks the whole queue to find the judgements of one item."""
    meant = row.superseded_at.is_(None) & row.deleted_at.is_(None) & (row.status == query.status)
    if query.but_not_by is not None:
        meant &= or_(row.user_id.is_(None), row.user_id != query.but_not_by)
    return meant


def _items(session: Session, kind: JudgementKind, query: ReviewQuery) -> Select[int]:
    """Numbers of all items, in the order of their oldest judgement."""
    row, before = JudgementRow, aliased(JudgementRow)
    has_older = exists().where(before.item_seq == row.item_seq, before.seq < row.seq, _meant(before, query))
    found = select(row.item_seq).where(_meant(row, query), ~has_older).order_by(row.seq)
    if query.project_id is None:
        return found.where(row.kind == kind)
    return found.where(row.project_seq == find_project(session, query.project_id).seq)


def _flagged(session: Session, kind: JudgementKind, query: ReviewQuery) -> Select[int]:
    """The same of items about which the author of one of the judgements told something."""
    row = JudgementRow
    told = exists().where(_OWN_TURN, _meant(row, query))
    oldest = select(func.min(row.seq)).where(row.item_seq == SlotRow.item_seq, _meant(row, query))
    found = select(SlotRow.item_seq).where(SlotRow.flag.is_not(None), told).group_by(SlotRow.item_seq)
    found = found.order_by(oldest.correlate(SlotRow).scalar_subquery())
    if query.project_id is None:
        return found.where(SlotRow.project_seq.in_(select(ProjectRow.seq).where(ProjectRow.task == kind)))
    return found.where(SlotRow.project_seq == find_project(session, query.project_id).seq)


def _read(session: Session, condition: ColumnElement[bool]) -> dict[int, JudgedItem]:
    """By the number of the item; judgements oldest first."""
    rows = judgement_rows(condition).add_columns(SlotRow.flag).outerjoin(SlotRow, _OWN_TURN)
    items: dict[int, JudgedItem] = {}
    for row, item, project_id, flag in session.execute(rows.order_by(JudgementRow.seq)):
        before = items.get(item.seq, JudgedItem(to_item(item, project_id)))
        judged = JudgedVersion(to_judgement(row, item, project_id), flag)
        items[item.seq] = JudgedItem(before.item, (*before.versions, judged))
    return items
