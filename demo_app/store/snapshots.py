"""Frozen sets of corrections, and of judgements, each with a checksum that a training run can name."""

import hashlib
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from io import BufferedWriter, RawIOBase
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError
from demo_app.store.by_item import row_numbers
from demo_app.store.engine import Database, by_code_point, in_turn
from demo_app.store.formats import FORMATS, format_of
from demo_app.store.histories import read_histories
from demo_app.store.judged import frozen, frozen_choices, matching, matching_choices, read_ratings
from demo_app.store.judged_histories import JudgedHistories
from demo_app.store.judgement_records import JUDGEMENT_KINDS
from demo_app.store.preferences import count_ties, read_preferences
from demo_app.store.records import STATUSES, USABLE, CorrectionQuery, SnapshotRecord
from demo_app.store.schema import Base, CorrectionRow, SnapshotCorrectionRow, SnapshotRow
from demo_app.store.schema_projects import (
    ChoiceRow,
    JudgementRow,
    SnapshotChoiceRow,
    SnapshotJudgementRow,
)
from demo_app.store.search import matches, require_storable
from demo_app.store.selection import COLUMNS, VINTAGE, History, Judged, Preference, Selection
from demo_app.store.tally import Tally

MAX_NAME_CHARS = 100
_ROWS_PER_INSERT = 10_000
_FREEZING = 0x1_17E_F0F_EE2
"""See `in_turn`."""
_DIGEST = re.compile("[0-9a-f]{8,64}")
"""A checksum, or enough of its beginning to be meant as one."""


class Snapshots:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._judged = JudgedHistories(database, clock)

    def freeze(
        self,
        name: str,
        query: CorrectionQuery,
        licence: str,
        judgements: bool = False,
        agreement: Sequence[dict[str, Any]] = (),
    ) -> SnapshotRecord:
        """Keep the revisions that a search selects now, whatever becomes of the corrections.

        With `judgements` also what it means of ratings, comparisons and chosen words (`store.judged`).
        `agreement` is kept with the counts.

        What was frozen under this name before is given back. Raises `InputError` if the name is not fit or
        stands for something else, if there is nothing to freeze, or if it has another name already."""
        _check_name(name)
        digest, tally = _Digest(), Tally()
        with self._database.reading() as session:
            held = _find_held(session, query, judgements)
            with BufferedWriter(digest) as file:
                FORMATS["jsonl"].write(tally.watch(Selection(_matching(session, query))), file)
                if held.beside_corrections:
                    for kind in ("ratings", "preferences"):
                        format_of(kind).write(_selected(session, query), file)
        if not held.corrections and not held.beside_corrections:
            raise InputError(self._why_none(query))
        row = SnapshotRow(
            id=digest.hexadecimal,
            name=name,
            created_at=self._clock(),
            licence=licence,
            filter=asked(query),
            columns=list(COLUMNS),
            counts=tally.summary() | held.counts | {"agreement": list(agreement), "vintage": VINTAGE},
        )
        with self._database.writing() as session:
            in_turn(session, _FREEZING)
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
        return Selection(
            self._histories(snapshot.id),
            snapshot.columns,
            vintage=snapshot.vintage,
            preferences=self._preferences(snapshot.id),
            ratings=self._ratings(snapshot.id),
            judged=self._judged.of_snapshot(snapshot.id),
        )

    def _why_none(self, query: CorrectionQuery) -> str:
        """What the search would find, had it not asked for a status."""
        found = select(CorrectionRow.status, func.count()).where(matches(replace(query, statuses=STATUSES)))
        with self._database.reading() as session:
            rows = session.execute(found.group_by(CorrectionRow.status))
            counted = {status: count for status, count in rows}
        if not counted:
            return "A snapshot must hold a correction, but the search finds none; widen it."
        wanted = " or ".join(query.statuses or USABLE)
        told = ", ".join(f"{counted[status]:,} {status}" for status in STATUSES if status in counted)
        return (
            f"A snapshot must hold a correction that is {wanted}, but those that the search finds are not "
            f"({told}); review those first."
        )

    def _preferences(self, snapshot_id: str) -> Iterator[Preference]:
        with self._database.reading() as session:
            yield from read_preferences(session, frozen(snapshot_id), frozen_choices(snapshot_id))

    def _ratings(self, snapshot_id: str) -> Iterator[Judged]:
        with self._database.reading() as session:
            yield from read_ratings(session, frozen(snapshot_id))

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


@dataclass(frozen=True)
class _Held:
    """Numbers of rows; a million pairs of them are 16 MB."""

    corrections: "array[int]"
    """And the revision after each."""
    judgements: dict[str, "array[int]"]
    """By kind."""
    choices: "array[int]"
    ties: int = 0
    """How often comparisons rank two texts alike."""

    @property
    def beside_corrections(self) -> bool:
        return bool(self.choices or any(self.judgements.values()))

    @property
    def counts(self) -> dict[str, int]:
        """What there is beside corrections, where there is any; ties always."""
        kinds = {f"{kind}s": len(seqs) for kind, seqs in self.judgements.items()}
        found = {**kinds, "choices": len(self.choices)} if self.beside_corrections else {}
        return {**found, "ties": self.ties}


def _find_held(session: Session, query: CorrectionQuery, judgements: bool) -> _Held:
    chosen = select(CorrectionRow.seq, CorrectionRow.revision).where(matches(query))
    pairs = session.execute(chosen.execution_options(yield_per=_ROWS_PER_INSERT))
    corrections = array("q", (number for pair in pairs for number in pair))
    if not judgements:
        return _Held(corrections, {}, array("q"))
    return _Held(
        corrections,
        {
            kind: row_numbers(session, seqs.where(JudgementRow.kind == kind))
            for seqs in [matching(query).with_only_columns(JudgementRow.seq)]
            for kind in JUDGEMENT_KINDS
        },
        row_numbers(session, matching_choices(query).with_only_columns(ChoiceRow.seq)),
        count_ties(session, matching(query)),
    )


def _selected(session: Session, query: CorrectionQuery) -> Selection:
    """All that a search means, as of the state that the session sees."""
    return Selection(
        _matching(session, query),
        preferences=read_preferences(session, matching(query), matching_choices(query)),
        ratings=read_ratings(session, matching(query)),
    )


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
    return {name: value for name, value in values.items() if name not in ("page", "page_size", "count_to")}


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


def _add(session: Session, row: SnapshotRow, held: _Held) -> SnapshotRecord:
    session.add(row)
    session.flush()
    _keep(session, SnapshotChoiceRow, row.seq, "choice_seq", held.choices)
    for seqs in held.judgements.values():
        _keep(session, SnapshotJudgementRow, row.seq, "judgement_seq", seqs)
    for start in range(0, len(held.corrections), 2 * _ROWS_PER_INSERT):
        part = held.corrections[start : start + 2 * _ROWS_PER_INSERT]
        rows = [
            {"snapshot_seq": row.seq, "correction_seq": seq, "revision": revision}
            for seq, revision in zip(part[::2], part[1::2], strict=True)
        ]
        session.execute(insert(SnapshotCorrectionRow), rows)
    return _to_record(row)


def _keep(session: Session, table: type[Base], snapshot_seq: int, column: str, seqs: "array[int]") -> None:
    for start in range(0, len(seqs), _ROWS_PER_INSERT):
        part = seqs[start : start + _ROWS_PER_INSERT]
        session.execute(insert(table), [{"snapshot_seq": snapshot_seq, column: seq} for seq in part])


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
