"""What several people made of one item of a project where texts are corrected. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from demo_app.store.by_item import by_item
from demo_app.store.engine import Database
from demo_app.store.project_rows import find_project
from demo_app.store.revising import tells_of_agreement
from demo_app.store.schema import CorrectionRow, RevisionRow
from demo_app.store.schema_projects import ItemRow, SlotRow


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
        """Of each item with an answer all of them, in the order of the items' last ones.

        As `tells_of_agreement` says. All as they were when the first was read; see `by_item`."""
        with self._database.reading() as session:
            ours = SlotRow.project_seq == find_project(session, project_id).seq
            last_at = func.max(CorrectionRow.created_at)
            items = _answers(select(SlotRow.item_seq)).where(ours).group_by(SlotRow.item_seq)

            def read(some: Sequence[int]) -> Iterator[tuple[int, EditRecord]]:
                found = session.execute(_EDITS.where(SlotRow.item_seq.in_(some)))
                return ((row.item_seq, _record(row)) for row in found)

            yield from by_item(session, items.order_by(last_at, SlotRow.item_seq), read)


def _answers(asked: Select[Any]) -> Select[Any]:
    answered = asked.join(CorrectionRow, CorrectionRow.id == SlotRow.answer_id)
    return answered.where(CorrectionRow.deleted_at.is_(None), tells_of_agreement(CorrectionRow))


_EDITS = (
    _answers(
        select(
            SlotRow.item_seq,
            ItemRow.id.label("item_id"),
            ItemRow.is_control,
            ItemRow.gold,
            CorrectionRow.id.label("correction_id"),
            CorrectionRow.user_id,
            CorrectionRow.duration_s,
            CorrectionRow.created_at,
            RevisionRow.corrected_text,
            RevisionRow.hter,
        ).select_from(SlotRow)
    )
    .join(ItemRow, ItemRow.seq == SlotRow.item_seq)
    .join(RevisionRow, (RevisionRow.correction_id == CorrectionRow.id) & (RevisionRow.revision == _OWN))
    .order_by(CorrectionRow.seq)
)
"""Not whole rows, for those of corrections are long."""


def _record(row: Row[Any]) -> EditRecord:
    values = row._asdict()
    del values["item_seq"]
    return EditRecord(**values)
