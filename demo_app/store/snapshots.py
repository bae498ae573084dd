"""Frozen sets of corrections, each with a checksum that a training run can name."""

import hashlib
import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from io import BufferedWriter, RawIOBase
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError
from demo_app.store.engine import Database, by_code_point
from demo_app.store.formats import FORMATS
from demo_app.store.histories import read_histories
from demo_app.store.records import CorrectionQuery, SnapshotRecord
from demo_app.store.schema import CorrectionRow, SnapshotCorrectionRow, SnapshotRow
from demo_app.store.search import matches, require_storable
from demo_app.store.selection import COLUMNS, History, Selection
from demo_app.store.tally import Tally

MAX_NAME_CHARS = 100
_ROWS_PER_INSERT = 10_000
_DIGEST = re.compile("[0-9a-f]{8,64}")
"""A checksum, or enough of its beginning to be meant as one."""


class Snapshots:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def freeze(self, name: str, query: CorrectionQuery, licence: str) -> SnapshotRecord:
        """Keep the revisions that a search selects now, whatever becomes of the corrections.

        What was frozen under this name before is given back. Raises `InputError` if the name is not fit or
        stands for something else, if there is nothing to freeze, or if it has another name already."""
        _check_name(name)
        digest, tally = _Digest(), Tally()
        file = BufferedWriter(digest)
        with self._database.reading() as session:
            chosen = select(CorrectionRow.seq, CorrectionRow.revision).where(matches(query))
            pairs = session.execute(chosen.execution_options(yield_per=_ROWS_PER_INSERT))
            # A million pairs of numbers are 16 MB.
            held = array("q", (number for pair in pairs for number in pair))
            FORMATS["jsonl"].write(tally.watch(Selection(_matching(session, query))), file)
            file.flush()
        if not held:
            raise InputError("A snapshot must hold a correction, but the search finds none; widen it.")
        row = SnapshotRow(
            id=digest.hexadecimal,
            name=name,
            created_at=self._clock(),
            licence=licence,
            filter=asked(query),
            columns=list(COLUMNS),
            counts=tally.summary(),
        )
        with self._database.writing() as session:
            return _find_same(session, row) or _add(session, row, held)

    def find(self, name: str) -> SnapshotRecord:
        """The snapshot with this name, this id, or an id that begins so (8 digits); `NotFoundError`."""
        require_storable(name)
        named = SnapshotRow.name == name
        meant = or_(named, SnapshotRow.id.startswith(name)) if _DIGEST.fullmatch(name) else named
        with self._database.reading() as session:
            found = session.scalars(select(SnapshotRow).where(meant)).all()
        if len(found) != 1:
            count = len(found) or "none"
            raise NotFoundError(
                f"There must be one snapshot {name!r}, but there is {count}; see which there are."
            )
        return _to_record(found[0])

    def all(self) -> tuple[SnapshotRecord, ...]:
        """Newest first."""
        with self._database.reading() as session:
            return tuple(
                map(_to_record, session.scalars(select(SnapshotRow).order_by(SnapshotRow.seq.desc())))
            )

    def selection(self, snapshot: SnapshotRecord) -> Selection:
        """What it holds, by id of correction: the same at any time. To be read once."""
        return Selection(self._histories(snapshot.id), snapshot.columns)

    def _histories(self, snapshot_id: str) -> Iterator[History]:
        row, held = CorrectionRow, SnapshotCorrectionRow
        frozen = select(row, held.revision).join(held, held.correction_seq == row.seq)
        ours = frozen.join(SnapshotRow, SnapshotRow.seq == held.snapshot_seq).where(
            SnapshotRow.id == snapshot_id
        )
        with self._database.reading() as session:
            yield from read_histories(session, ours.order_by(by_code_point(session, row.id)))


class _Digest(RawIOBase):
    """A file of which only the checksum is kept."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._sum.update(data)
        return len(data)

    @property
    def hexadecimal(self) -> str:
        return self._sum.hexdigest()


def _check_name(name: str) -> None:
    if not 0 < len(name) <= MAX_NAME_CHARS or name != name.strip() or not name.isprintable():
        raise InputError(
            f"A snapshot's name must have 1 to {MAX_NAME_CHARS} printable characters and no space at an end, "
            f"but is {name[: MAX_NAME_CHARS + 1]!r}; choose another."
        )
    if _DIGEST.fullmatch(name):
        raise InputError(f"A snapshot's name must not look like an id, but is {name!r}; choose another.")


def asked(query: CorrectionQuery) -> dict[str, Any]:
    """A query as plain values, without its page."""
    values = {**asdict(query), "statuses": list(query.statuses)}
    return {name: value for name, value in values.items() if name not in ("page", "page_size")}


def _matching(session: Session, query: CorrectionQuery) -> Iterator[History]:
    row = CorrectionRow
    found = select(row, row.revision).where(matches(query))
    return read_histories(session, found.order_by(by_code_point(session, row.id)))


def _find_same(session: Session, row: SnapshotRow) -> SnapshotRecord | None:
    """The snapshot that is here already; `InputError` if name and content are not those of one."""
    clash = or_(SnapshotRow.id == row.id, SnapshotRow.name == row.name)
    for other in session.scalars(select(SnapshotRow).where(clash)):
        if other.id != row.id:
            raise InputError(
                f"The name {row.name!r} must be free, but is that of other corrections, frozen on "
                f"{other.created_at:%Y-%m-%d}; choose another."
            )
        if other.name != row.name:
            raise InputError(f"These corrections are frozen already, as {other.name!r}; use that snapshot.")
        return _to_record(other)
    return None


def _add(session: Session, row: SnapshotRow, held: "array[int]") -> SnapshotRecord:
    session.add(row)
    session.flush()
    for start in range(0, len(held), 2 * _ROWS_PER_INSERT):
        part = held[start : start + 2 * _ROWS_PER_INSERT]
        rows = [
            {"snapshot_seq": row.seq, "correction_seq": seq, "revision": revision}
            for seq, revision in zip(part[::2], part[1::2], strict=True)
        ]
        session.execute(insert(SnapshotCorrectionRow), rows)
    return _to_record(row)


def _to_record(row: SnapshotRow) -> SnapshotRecord:
    return SnapshotRecord(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        licence=row.licence,
        filter=row.filter,
        columns=tuple(row.columns),
        counts=row.counts,
    )
