"""Ratings, comparisons and chosen words that may be trained on: those of a search, and those of a snapshot.

A search is one for corrections. It means those of its languages, person and statuses; none where it asks for
a text or a verdict, which only corrections have. A choice, which nobody reviews, counts as submitted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from core.analysis.agreement import z_of
from demo_app.store.by_item import by_item
from demo_app.store.choices import ROWS_PER_FETCH, ChoiceRecord, to_choice
from demo_app.store.judgement_records import JudgementKind, JudgementQuery, JudgementRecord
from demo_app.store.judgement_rows import (
    items_by_last_answer,
    judgement_rows,
    meant_by,
    to_judgement,
    with_own_answers,
)
from demo_app.store.project_records import ItemRecord
from demo_app.store.project_rows import to_item, to_project
from demo_app.store.provenance import of_output
from demo_app.store.records import USABLE, CorrectionQuery, TranslationRecord
from demo_app.store.revising import tells_of_agreement
from demo_app.store.schema import CorrectionRow, SnapshotRow
from demo_app.store.schema_projects import (
    ChoiceRow,
    ItemRow,
    JudgementRow,
    ProjectRow,
    SlotRow,
    SnapshotChoiceRow,
    SnapshotJudgementRow,
)
from demo_app.store.search import matches
from demo_app.store.selection import Judged
from demo_app.store.translations import find_translations

Rows = Select[JudgementRow, ItemRow, ProjectRow]
Choices = Select[ChoiceRow]


def matching(query: CorrectionQuery) -> Rows:
    """Judgements of both kinds that a search means and that may be trained on, oldest first."""
    statuses = tuple(status for status in USABLE if status in query.statuses)
    return matching_all(replace(query, statuses=statuses, include_deleted=False))


def matching_all(query: CorrectionQuery) -> Rows:
    """The same with those that may not be, if it asks for them."""
    asked = JudgementQuery(
        statuses=query.statuses, user_id=query.user_id, include_deleted=query.include_deleted
    )
    return judgements(asked).where(*_languages(query, ProjectRow), _of_all(query))


def matching_choices(query: CorrectionQuery) -> Choices:
    """Choices that a search means, oldest first."""
    found = select(ChoiceRow).where(ChoiceRow.withdrawn_at.is_(None), *_languages(query, ChoiceRow))
    if query.user_id is not None:
        found = found.where(ChoiceRow.user_id == query.user_id)
    if "submitted" not in query.statuses:
        found = found.where(false())
    return found.where(_of_all(query)).order_by(ChoiceRow.seq)


def judgements(query: JudgementQuery) -> Rows:
    """Those that a query means, oldest first."""
    return _judgements().where(meant_by(query))


def answered(query: CorrectionQuery, judgements: bool) -> Select[ProjectRow]:
    """Projects that corrections of a search come from, with `judgements` also those of its judgements; the
    oldest first."""
    corrected = select(SlotRow.project_seq).join(CorrectionRow, CorrectionRow.id == SlotRow.answer_id)
    found: ColumnElement[bool] = ProjectRow.seq.in_(corrected.where(matches(query)))
    if judgements:
        judged = matching(query).order_by(None).with_only_columns(JudgementRow.project_seq)
        found |= ProjectRow.seq.in_(judged)
    return select(ProjectRow).where(found).order_by(ProjectRow.seq)


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
    for part in session.execute(found.execution_options(yield_per=ROWS_PER_FETCH)).partitions():
        items = [to_item(item, project.id) for _, item, project in part]
        outputs = (output for item in items for output in item.candidates)
        ids = {output.translation_id for output in outputs if output.translation_id}
        translations = find_translations(session, ids)
        for whole, (row, item, project) in zip(items, part, strict=True):
            written = tuple(of_output(output, translations) for output in whole.candidates)
            record = to_judgement(row, item, project.id)
            yield Judged(to_project(project), record, whole, written=written)


def read_ratings(session: Session, rows: Rows) -> Iterator[Judged]:
    """The ratings among them, each with its z: of those that its rater gave in its project."""
    scores = _scores(session, rows)
    z = {rater: z_of([*given.elements()]) for rater, given in scores.items()}
    for one in read_judged(session, rows, "rating"):
        rater = z[one.project.id, one.record.user_id]
        yield one._replace(z=rater(float(one.record.answer["score"])))


def read_by_authors(
    session: Session, project_id: str
) -> Iterator[tuple[tuple[JudgementRecord, ItemRecord], ...]]:
    """As `Judgements.by_authors`."""
    told = tells_of_agreement(JudgementRow)
    # Without the project, which the items tell: with it SQLite walks the whole project for each few items.
    rows = with_own_answers(judgement_rows(meant_by(JudgementQuery()) & told)).order_by(JudgementRow.seq)
    items = items_by_last_answer(meant_by(JudgementQuery(project_id=project_id)) & told)

    def read(some: Sequence[int]) -> Iterator[tuple[int, tuple[JudgementRecord, ItemRecord]]]:
        for row, item, id_, answer in session.execute(rows.where(ItemRow.seq.in_(some))):
            yield item.seq, (replace(to_judgement(row, item, id_), answer=answer), to_item(item, id_))

    return by_item(session, items, read)


def _scores(session: Session, rows: Rows) -> dict[tuple[str, str | None], Counter[float]]:
    """How often each rater of each project gave each score: no more rows than there are scores to give."""
    score = JudgementRow.answer["score"].as_float().label("score")
    ratings = rows.where(JudgementRow.kind == "rating").order_by(None)
    given = ratings.with_only_columns(ProjectRow.id, JudgementRow.user_id, score).subquery()
    found: dict[tuple[str, str | None], Counter[float]] = defaultdict(Counter)
    counted = session.execute(select(*given.c, func.count().label("times")).group_by(*given.c))
    for row in counted.mappings():
        found[row["id"], row["user_id"]][float(row["score"])] = row["times"]
    return found


def read_choices(session: Session, rows: Choices) -> Iterator[tuple[ChoiceRecord, TranslationRecord]]:
    """As they come, each with the translation that it was made in."""
    for part in session.scalars(rows.execution_options(yield_per=ROWS_PER_FETCH)).partitions():
        translations = find_translations(session, {row.translation_id for row in part})
        yield from ((to_choice(row), translations[row.translation_id]) for row in part)


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
