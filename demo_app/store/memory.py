"""Corrections by their source, as a translation memory asks for them. Changes nothing."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, case, func, or_, select

from demo_app.store.engine import Database
from demo_app.store.memory_records import Remembered, SourceRow
from demo_app.store.records import USABLE
from demo_app.store.schema import CorrectionRow
from demo_app.store.selection import time_text


class Memory:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self, after: int, at_most: int) -> list[SourceRow]:
        """Of the corrections submitted after the one with this number, in that order."""
        row = CorrectionRow
        found = select(row.seq, row.source_language, row.target_language, row.source_text)
        with self._database.reading() as session:
            rows = session.execute(found.where(row.seq > after).order_by(row.seq).limit(at_most))
            return [SourceRow(seq, (source, target), text) for seq, source, target, text in rows]

    def newest(
        self, direction: tuple[str, str], sources: Sequence[str], *, only_accepted: bool, user_id: str | None
    ) -> dict[str, Remembered]:
        """By source, the correction that counts: an accepted one before others, then the one changed last.

        Only what may be trained on, and with `only_accepted` of that only what a reviewer accepted and what
        this person submitted."""
        row = CorrectionRow
        rank = func.row_number().over(
            partition_by=row.source_text,
            order_by=(case((row.status == "accepted", 0), else_=1), row.updated_at.desc(), row.seq.desc()),
        )
        chosen = (
            select(*_COLUMNS.values(), rank.label("rank"))
            .where(row.source_text.in_(sources), _is_of(direction), row.deleted_at.is_(None))
            .where(_may_act(only_accepted, user_id))
            .subquery()
        )
        with self._database.reading() as session:
            rows = session.execute(select(chosen).where(chosen.c.rank == 1)).mappings()
            return {found["source_text"]: _remembered(found) for found in rows}


_COLUMNS = {
    name: getattr(CorrectionRow, name)
    for name in (
        *("id", "revision", "source_text", "corrected_text", "machine_text", "model_id", "status"),
        *("user_id", "updated_at"),
    )
}


def _is_of(direction: tuple[str, str]) -> ColumnElement[bool]:
    """In words that SQLite, which plans without figures, cannot look up in the index of languages instead of
    the one of sources."""
    between = " → "
    column = CorrectionRow.source_language + between + CorrectionRow.target_language
    return column == between.join(direction)


def _may_act(only_accepted: bool, user_id: str | None) -> ColumnElement[bool]:
    row = CorrectionRow
    if not only_accepted:
        return row.status.in_(USABLE)
    own = row.status.in_(USABLE) & (row.user_id == user_id)
    return row.status == "accepted" if user_id is None else or_(row.status == "accepted", own)


def _remembered(found: RowMapping) -> Remembered:
    return Remembered(
        correction_id=found["id"],
        revision=found["revision"],
        source_text=found["source_text"],
        text=found["corrected_text"],
        likeness=1.0,
        machine_text=found["machine_text"],
        model_id=found["model_id"],
        status=found["status"],
        user_id=found["user_id"],
        updated_at=time_text(found["updated_at"]),
    )
