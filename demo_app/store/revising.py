"""A new revision of a correction: only upon its newest, and only in a state that allows it.

Nothing is ever overwritten; two who race cannot both win."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, CursorResult, exists, select, update
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError, StaleRevisionError
from core.signature import VERSION
from demo_app.store.correction_rows import at_revision, measured, to_record, to_revision
from demo_app.store.engine import Database
from demo_app.store.records import AWAITING, REVIEWED, USABLE, Assessment, Author, CorrectionRecord
from demo_app.store.review_records import ANOTHER_CHOSEN
from demo_app.store.schema import CorrectionRow, RevisionRow
from demo_app.store.schema_projects import JudgementRow
from demo_app.store.search import search_text
from demo_app.store.selection import History


class State(NamedTuple):
    """What a correction must be for a change, and the sentence for one that is not."""

    condition: ColumnElement[bool]
    otherwise: str


_NOT_DELETED = CorrectionRow.deleted_at.is_(None)

PRESENT = State(
    _NOT_DELETED,
    "This correction is deleted; restore it before you change it. One that its author withdrew stays so.",
)
DELETED = State(
    CorrectionRow.deleted_at.is_not(None) & (CorrectionRow.status != "withdrawn"),
    "Only a deleted correction can be restored, and this one is not; reload it.",
)
NOT_WITHDRAWN = State(
    CorrectionRow.status != "withdrawn", "This correction is withdrawn already; there is nothing left to do."
)
SET_ASIDE = State(
    _NOT_DELETED & (CorrectionRow.status == "quarantined"),
    "Only a correction that is set aside, and not deleted, can be released, and this one is not; reload it.",
)
AWAITS_REVIEW = State(
    _NOT_DELETED & CorrectionRow.status.in_(AWAITING),
    "Only a correction that nobody has decided about, and that is not deleted, can be accepted or rejected, "
    "and this one is not; reopen or restore it first.",
)
_WAS_RELEASED = exists().where(
    RevisionRow.correction_id == CorrectionRow.id,
    RevisionRow.revision == CorrectionRow.revision - 1,
    RevisionRow.status == "quarantined",
    RevisionRow.deleted_at.is_(None),
    RevisionRow.corrected_text == CorrectionRow.corrected_text,
)
IS_DECIDED = State(
    _NOT_DELETED
    & (CorrectionRow.status.in_(REVIEWED) | ((CorrectionRow.status == "submitted") & _WAS_RELEASED)),
    "Only a correction that was accepted, rejected or just released, and is not deleted, can be reopened, "
    "and this one is not; reload it.",
)


def revise(
    database: Database, asked: tuple[str, int], state: State, changes: dict[str, Any]
) -> CorrectionRecord:
    """Add a revision. `asked`: which correction, and which revision of it must be the newest.

    Another one raises `StaleRevisionError`; a correction that is not there, or in another state,
    `NotFoundError`. Then nothing was changed."""
    correction_id, expected_revision = asked
    newest = CorrectionRow.id == correction_id, CorrectionRow.revision == expected_revision
    change = (
        update(CorrectionRow)
        .where(*newest, state.condition)
        .values(revision=expected_revision + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    with database.writing() as session:
        changed = cast(CursorResult[Any], session.execute(change)).rowcount
        row = find_row(session, correction_id)
        if changed != 1:
            raise _refusal(row, expected_revision, state)
        record = to_record(row)
        session.add(to_revision(record))
    return record


def made(by: Author, now: datetime) -> dict[str, Any]:
    """What every revision says of its making."""
    return {"revised_by": by.id, "revised_role": by.role, "updated_at": now, "app_version": VERSION}


def rewritten(now: CorrectionRecord, text: str, assessed: Assessment, by: Author) -> dict[str, Any]:
    """What another text changes. A review of the old one says nothing about it."""
    return {
        "corrected_text": text,
        "verdict": "right" if text == now.machine_text else "corrected",
        "status": assessed.status,
        "reason": "",
        "checks": list(assessed.checks),
        **measured(now.machine_text, text),
        "licence": by.licence,
        "licence_accepted_at": by.licence_accepted_at,
        "search_text": search_text(now.source_text, now.machine_text, text),
    }


def unwritten(earlier: CorrectionRecord) -> dict[str, Any]:
    """What brings a text back as it was in an earlier revision: the fields that `rewritten` changes."""
    texts = earlier.source_text, earlier.machine_text, earlier.corrected_text
    names = ("corrected_text", "verdict", "status", "reason", "checks", "edits", "hter", "hter_signature")
    kept = {name: getattr(earlier, name) for name in (*names, "licence", "licence_accepted_at")}
    return kept | {"search_text": search_text(*texts)}


def require_kept(deleted_at: datetime | None) -> None:
    """Raise `StaleRevisionError` where what is sent again was taken back in between."""
    if deleted_at is not None:
        raise StaleRevisionError(
            "What is sent again must still be there, but was taken back or deleted; send it as a new one, "
            "under another key. Nothing was saved."
        )


def tells_of_agreement(row: type[CorrectionRow] | type[JudgementRow]) -> ColumnElement[bool]:
    """What may be trained on, and that over which a reviewer chose another: choosing does not hide who
    agreed."""
    passed_over = (row.status == "rejected") & (row.reason == ANOTHER_CHOSEN)
    return row.status.in_(USABLE) | passed_over


def require_all_seen(statuses: Mapping[str, str], seen: Collection[str], chosen: str) -> None:
    """Raise unless a reviewer saw just what awaits review of an item, and may choose from it.

    `statuses`: of all versions that are neither deleted nor withdrawn, by id; locked by whoever asks."""
    if chosen not in seen:
        raise InputError("The chosen version must be one of those that were shown, but is not.")
    if {id_ for id_, status in statuses.items() if status in AWAITING} != set(seen):
        raise StaleRevisionError(
            "The versions that await review must be those that you saw, but one came or went; reload "
            "them and choose again. Nothing was changed."
        )
    if "accepted" in statuses.values():
        raise InputError(
            "No version of this text may be accepted when you choose, but one is; reopen that one first."
        )


def find_row(session: Session, correction_id: str) -> CorrectionRow:
    """As it is now; raises `NotFoundError`."""
    found = select(CorrectionRow).where(CorrectionRow.id == correction_id)
    # What this session read before may have been changed since by a statement that it did not notice.
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError(f"There is no correction {correction_id!r}; reload the list and choose again.")
    return row


def read_history(session: Session, correction_id: str) -> History:
    """Every revision; raises `NotFoundError`."""
    revisions = select(RevisionRow).where(RevisionRow.correction_id == correction_id)
    newest = to_record(find_row(session, correction_id))
    return tuple(
        at_revision(newest, row) for row in session.scalars(revisions.order_by(RevisionRow.revision))
    )


def _refusal(row: CorrectionRow, expected_revision: int, state: State) -> NotFoundError | StaleRevisionError:
    if row.revision != expected_revision:
        return StaleRevisionError(
            f"The correction must still be at revision {expected_revision}, but somebody made revision "
            f"{row.revision} of it; reload it and change that one. Nothing was changed."
        )
    return NotFoundError(state.otherwise)
