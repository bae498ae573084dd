"""What several people made of one item of a project where texts are corrected. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from demo_app.store.engine import Database
from demo_app.store.project_rows import find_project
from demo_app.store.revising import tells_of_agreement
from demo_app.store.schema import CorrectionRow, RevisionRow
from demo_app.store.schema_projects import ItemRow, SlotRow

ROWS_PER_FETCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class EditRecord:
    """One person's correction of an item."""

    item_id: str
    correction_id: str
    user_id: str | None
    """A pseudonym; None where nobody logs in."""
    corrected_text: str
    """Their own last one, whatever a reviewer wrote upon it; `hter` is its."""
    hter: float
    duration_s: float
    created_at: datetime
    """UTC, aware."""
    is_control: bool = False
    """Whether chance alone chose the item."""
    gold: dict[str, Any] | None = None
    """What is known of the item, as `ItemRecord.gold`."""


_OWN = (
    select(func.max(RevisionRow.revision))
    .where(
        RevisionRow.correction_id == CorrectionRow.id,
        RevisionRow.revised_by.is_not_distinct_from(CorrectionRow.user_id),
    )
    .correlate(CorrectionRow)
    .scalar_subquery()
)
"""The last revision by the author of the correction."""


class ProjectEdits:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, project_id: str) -> Iterator[tuple[EditRecord, ...]]:
        """Of each item with an answer all of them, in the order of the items.

        As `tells_of_agreement` says.
        All as they were when the first was read; holds `ROWS_PER_FETCH` of them in memory."""
        found = (
            select(CorrectionRow, RevisionRow, ItemRow)
            .join(
                RevisionRow,
                (RevisionRow.correction_id == CorrectionRow.id) & (RevisionRow.revision == _OWN),
            )
            .join(SlotRow, SlotRow.answer_id == CorrectionRow.id)
            .join(ItemRow, ItemRow.seq == SlotRow.item_seq)
            .where(CorrectionRow.deleted_at.is_(None), tells_of_agreement(CorrectionRow))
            .order_by(ItemRow.seq, CorrectionRow.seq)
            .execution_options(yield_per=ROWS_PER_FETCH)
        )
        with self._database.reading() as session:
            project = find_project(session, project_id)
            rows = session.execute(found.where(SlotRow.project_seq == project.seq))
            records = (_record(*found) for found in rows)
            yield from _by_item(records)


def _by_item(records: Iterable[EditRecord]) -> Iterator[tuple[EditRecord, ...]]:
    for _, group in groupby(records, key=lambda record: record.item_id):
        yield tuple(group)


def _record(row: CorrectionRow, own: RevisionRow, item: ItemRow) -> EditRecord:
    return EditRecord(
        item_id=item.id,
        correction_id=row.id,
        user_id=row.user_id,
        corrected_text=own.corrected_text,
        hter=own.hter,
        duration_s=row.duration_s,
        created_at=row.created_at,
        is_control=item.is_control,
        gold=item.gold,
    )
