"""Between rows and records of judgements, and which rows a query means. Runs no SQL."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from demo_app.store.judgement_records import JudgementQuery, JudgementRecord
from demo_app.store.records import STATUSES
from demo_app.store.schema_projects import ItemRow, JudgementRow, ProjectRow

_FIELDS = tuple(
    field.name for field in fields(JudgementRecord) if field.name not in ("item_id", "project_id", "checks")
)

_REVISION, _OWN = aliased(JudgementRow), aliased(JudgementRow)
_OWN_LAST = (
    select(func.max(_REVISION.revision))
    .where(_REVISION.id == JudgementRow.id, _REVISION.revised_by.is_not_distinct_from(JudgementRow.user_id))
    .correlate(JudgementRow)
    .scalar_subquery()
)
"""The last revision by the author of the judgement."""


def judgement_rows(*conditions: ColumnElement[bool]) -> Select[JudgementRow, ItemRow, str]:
    """Revisions, each with its item and the id of its project."""
    found = select(JudgementRow, ItemRow, ProjectRow.id).join(ItemRow, ItemRow.seq == JudgementRow.item_seq)
    return found.join(ProjectRow, ProjectRow.seq == JudgementRow.project_seq).where(*conditions)


def with_own_answers(
    rows: Select[JudgementRow, ItemRow, str],
) -> Select[JudgementRow, ItemRow, str, dict[str, Any]]:
    """The same, each with the last answer that its author gave."""
    own = (_OWN.id == JudgementRow.id) & (_OWN.revision == _OWN_LAST)
    return rows.join(_OWN, own).add_columns(_OWN.answer)


def items_by_last_answer(meant: ColumnElement[bool]) -> Select[int]:
    """Row numbers of the items that judgements are about, in the order of the last of these."""
    last_at = func.max(JudgementRow.created_at)
    found = judgement_rows(meant).with_only_columns(ItemRow.seq).group_by(ItemRow.seq)
    return found.order_by(last_at, ItemRow.seq)


def to_judgement(row: JudgementRow, item: ItemRow, project_id: str) -> JudgementRecord:
    """The revision as a record."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return JudgementRecord(**values, item_id=item.id, project_id=project_id, checks=tuple(row.checks))


def meant_by(query: JudgementQuery) -> ColumnElement[bool]:
    """The condition of a query."""
    row = JudgementRow
    clause: ColumnElement[bool] = row.superseded_at.is_(None)
    if query.project_id is not None:
        clause &= ProjectRow.id == query.project_id
    if query.item_id is not None:
        clause &= ItemRow.id == query.item_id
    if query.user_id is not None:
        clause &= row.user_id == query.user_id
    if query.kind is not None:
        clause &= row.kind == query.kind
    if set(query.statuses) != set(STATUSES):
        clause &= row.status.in_(query.statuses)
    withdrawn = row.status == "withdrawn"
    if query.include_deleted:
        return clause if query.include_withdrawn else clause & ~withdrawn
    present = row.deleted_at.is_(None)
    return clause & (or_(present, withdrawn) if query.include_withdrawn else present)
