"""Ratings, comparisons and chosen words that may be trained on: those of a search, and those of a snapshot.

A search is one for corrections. It means those of its languages, person and statuses; none where it asks for
a text or a verdict, which only corrections have. A choice, which nobody reviews, counts as submitted."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session

from demo_app.store.choices import ROWS_PER_FETCH, ChoiceRecord, to_choice
from demo_app.store.judgement_records import JudgementKind, JudgementQuery
from demo_app.store.judgement_rows import meant_by, to_judgement
from demo_app.store.project_rows import to_item, to_project
from demo_app.store.records import USABLE, CorrectionQuery
from demo_app.store.schema import SnapshotRow
from demo_app.store.schema_projects import (
    ChoiceRow,
    ItemRow,
    JudgementRow,
    ProjectRow,
    SnapshotChoiceRow,
    SnapshotJudgementRow,
)
from demo_app.store.selection import Judged

Rows = Select[JudgementRow, ItemRow, ProjectRow]
Choices = Select[ChoiceRow]


def matching(query: CorrectionQuery) -> Rows:
    """Judgements of both kinds that a search means, oldest first."""
    statuses = tuple(status for status in USABLE if status in query.statuses)
    meant = meant_by(JudgementQuery(statuses=statuses, user_id=query.user_id))
    return _judgements().where(meant, *_languages(query, ProjectRow), _of_all(query))


def matching_choices(query: CorrectionQuery) -> Choices:
    """Choices that a search means, oldest first."""
    found = select(ChoiceRow).where(ChoiceRow.withdrawn_at.is_(None), *_languages(query, ChoiceRow))
    if query.user_id is not None:
        found = found.where(ChoiceRow.user_id == query.user_id)
    if "submitted" not in query.statuses:
        found = found.where(false())
    return found.where(_of_all(query)).order_by(ChoiceRow.seq)


def of_person(user_id: str, *, gone: bool = False) -> Rows:
    """All that a person gave, whatever reviewers said of it, oldest first; `gone`: deleted ones too."""
    query = JudgementQuery(user_id=user_id, include_deleted=gone, include_withdrawn=gone)
    return _judgements().where(meant_by(query))


def frozen(snapshot_id: str) -> Rows:
    """The judgements that a snapshot holds."""
    held = SnapshotJudgementRow
    ours = _judgements().join(held, held.judgement_seq == JudgementRow.seq)
    return ours.join(SnapshotRow, SnapshotRow.seq == held.snapshot_seq).where(SnapshotRow.id == snapshot_id)


def frozen_choices(snapshot_id: str) -> Choices:
    """The choices that it holds."""
    held = SnapshotChoiceRow
    ours = select(ChoiceRow).join(held, held.choice_seq == ChoiceRow.seq)
    ours = ours.join(SnapshotRow, SnapshotRow.seq == held.snapshot_seq)
    return ours.where(SnapshotRow.id == snapshot_id).order_by(ChoiceRow.seq)


def read_judged(session: Session, rows: Rows, kind: JudgementKind | None = None) -> Iterator[Judged]:
    """Those of a kind, or all, each with its project and its item, as they come."""
    found = rows if kind is None else rows.where(JudgementRow.kind == kind)
    for row, item, project in session.execute(found.execution_options(yield_per=ROWS_PER_FETCH)):
        yield to_project(project), to_judgement(row, item, project.id), to_item(item, project.id)


def read_choices(session: Session, rows: Choices) -> Iterator[ChoiceRecord]:
    """As they come."""
    yield from map(to_choice, session.scalars(rows.execution_options(yield_per=ROWS_PER_FETCH)))


def _judgements() -> Rows:
    found = select(JudgementRow, ItemRow, ProjectRow).join(ItemRow, ItemRow.seq == JudgementRow.item_seq)
    return found.join(ProjectRow, ProjectRow.seq == JudgementRow.project_seq).order_by(JudgementRow.seq)


def _languages(
    query: CorrectionQuery, row: type[ProjectRow] | type[ChoiceRow]
) -> Iterator[ColumnElement[bool]]:
    if query.source_language is not None:
        yield row.source_language == query.source_language
    if query.target_language is not None:
        yield row.target_language == query.target_language


def _of_all(query: CorrectionQuery) -> ColumnElement[bool]:
    """Nothing, for a search that only corrections can fit."""
    only_corrections = bool(query.text) or query.verdict is not None
    return false() if only_corrections else ~false()
