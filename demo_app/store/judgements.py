"""Ratings and comparisons with their history. Nothing is ever overwritten: each change is a new revision.

`by` is who makes the revision."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError, StaleRevisionError
from core.signature import VERSION
from demo_app.store.correction_rows import signed
from demo_app.store.engine import Database
from demo_app.store.freed_turns import free_turn
from demo_app.store.judged import read_by_authors
from demo_app.store.judgement_records import JudgementQuery, JudgementRecord, NewJudgement
from demo_app.store.judgement_rows import judgement_rows, meant_by, to_judgement
from demo_app.store.project_records import ItemRecord
from demo_app.store.project_rows import to_item
from demo_app.store.records import AWAITING, NOBODY, REVIEWED, UNCHECKED, Assessment, Author
from demo_app.store.review_records import Rejudged
from demo_app.store.revising import State, made, require_kept
from demo_app.store.schema_projects import ItemRow, JudgementRow
from demo_app.store.search import require_storable

ROWS_PER_FETCH = 500


class Judgements:
    """What people said about items of projects. Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def add(self, new: NewJudgement, assessed: Assessment = UNCHECKED) -> JudgementRecord:
        """Store a first revision; it is on disk when this returns. No such item: `NotFoundError`.

        Within a `Database.writing` block it joins that: an answer and the turn that it ends are stored
        together. What has an id already that is here is not stored again: the record is returned as it is
        now, or `InputError` raised if it began as something else, `StaleRevisionError` if it is deleted."""
        require_storable(new.comment)
        with self._database.writing() as session:
            row = self._first(session, new, assessed)
            try:
                with session.begin_nested():
                    session.add(row)
            except IntegrityError:
                if new.id is None:
                    raise
                return _require_same(self.history(new.id), new)
            return _newest(session, row.id)

    def get(self, judgement_id: str) -> JudgementRecord:
        """The newest revision, a deleted one too."""
        with self._database.reading() as session:
            return _newest(session, judgement_id)

    def history(self, judgement_id: str) -> tuple[JudgementRecord, ...]:
        """Every revision, oldest first."""
        revisions = judgement_rows(JudgementRow.id == judgement_id).order_by(JudgementRow.revision)
        with self._database.reading() as session:
            found = tuple(to_judgement(*row) for row in session.execute(revisions))
        if not found:
            raise _unknown(judgement_id)
        return found

    def revise(
        self,
        judgement_id: str,
        expected_revision: int,
        answer: dict[str, Any],
        *,
        comment: str = "",
        assessed: Assessment = UNCHECKED,
        by: Author = NOBODY,
    ) -> JudgementRecord:
        """Add a revision with another answer. A review of the old one says nothing about it.

        Raises `StaleRevisionError` unless `expected_revision` is the newest; `NotFoundError` if deleted."""
        require_storable(comment)
        changes = {"comment": comment, "status": assessed.status, "reason": ""}
        changes |= _answered(answer, assessed, by)
        return self._revise(judgement_id, expected_revision, changes, _PRESENT, by)

    def accept(
        self,
        judgement_id: str,
        expected_revision: int,
        reason: str = "",
        by: Author = NOBODY,
        rejudged: Rejudged | None = None,
    ) -> JudgementRecord:
        """Add a revision that a reviewer approves, also of what was set aside, as it stands or as they
        changed it. Raises as `revise`."""
        require_storable(reason)
        changes = {"status": "accepted", "reason": reason}
        if rejudged:
            changes |= _answered(rejudged.answer, rejudged.assessed, by) | changes
        return self._revise(judgement_id, expected_revision, changes, _PRESENT, by)

    def reject(
        self, judgement_id: str, expected_revision: int, reason: str, by: Author = NOBODY
    ) -> JudgementRecord:
        """Add a revision that a reviewer refuses. Raises as `revise`."""
        require_storable(reason)
        changes = {"status": "rejected", "reason": reason}
        return self._revise(judgement_id, expected_revision, changes, _PRESENT, by)

    def reopen(self, judgement_id: str, expected_revision: int, by: Author = NOBODY) -> JudgementRecord:
        """Add a revision that takes a review back: again what it was before, submitted or set aside, with the
        answer that it had.

        Raises as `revise`, and `NotFoundError` where nobody accepted or rejected it."""
        earlier = [one for one in self.history(judgement_id) if one.revision < expected_revision]
        before = next((one for one in reversed(earlier) if one.status in AWAITING), None)
        changes: dict[str, Any] = {"status": before.status if before else "submitted", "reason": ""}
        if before:
            changes |= {name: getattr(before, name) for name in _OF_AN_ANSWER}
            changes["checks"] = list(before.checks)
        return self._revise(judgement_id, expected_revision, changes, _REVIEWED, by)

    def delete(self, judgement_id: str, expected_revision: int, by: Author = NOBODY) -> JudgementRecord:
        """Add a revision that hides the judgement. Raises as `revise`.

        Where its author does it, its item is open again, to them too."""
        with self._database.writing() as session:
            if _newest(session, judgement_id).user_id == by.id:
                free_turn(session, judgement_id, self._new_id, to_anybody=True)
            return self._revise(judgement_id, expected_revision, {"deleted_at": self._clock()}, _PRESENT, by)

    def restore(self, judgement_id: str, expected_revision: int, by: Author = NOBODY) -> JudgementRecord:
        """Add a revision that brings a deleted one back as it was. Not deleted: `NotFoundError`."""
        return self._revise(judgement_id, expected_revision, {"deleted_at": None}, _DELETED, by)

    def withdraw(self, judgement_id: str, expected_revision: int, by: Author) -> JudgementRecord:
        """Add a last revision, with which its author takes the judgement back. Raises as `revise`.

        It counts as deleted as well, so whatever leaves deleted ones out leaves it out; one that was deleted
        before can be withdrawn too. Its item is open again, to others."""
        changes = {"status": "withdrawn", "deleted_at": self._clock()}
        with self._database.writing() as session:
            free_turn(session, judgement_id, self._new_id, to_anybody=False)
            return self._revise(judgement_id, expected_revision, changes, _NOT_WITHDRAWN, by)

    def of_item(self, item_id: str) -> tuple[JudgementRecord, ...]:
        """All that is neither deleted nor withdrawn, in the order of giving."""
        return tuple(self.stream(JudgementQuery(item_id=item_id)))

    def of_project(self, project_id: str) -> Iterator[JudgementRecord]:
        """The same of a whole project, as `stream` gives it."""
        return self.stream(JudgementQuery(project_id=project_id))

    def stream(self, query: JudgementQuery) -> Iterator[JudgementRecord]:
        """Newest revisions in the order of their making, all as they were when the first was read.

        Holds `ROWS_PER_FETCH` of them in memory, and a connection until it is exhausted or closed."""
        return (record for record, _ in self.with_items(query))

    def with_items(self, query: JudgementQuery) -> Iterator[tuple[JudgementRecord, ItemRecord]]:
        """The same, each with what it is about."""
        rows = judgement_rows(meant_by(query)).order_by(JudgementRow.seq)
        with self._database.reading() as session:
            for row, item, project_id in session.execute(rows.execution_options(yield_per=ROWS_PER_FETCH)):
                yield to_judgement(row, item, project_id), to_item(item, project_id)

    def by_authors(self, project_id: str) -> Iterator[tuple[tuple[JudgementRecord, ItemRecord], ...]]:
        """Of each item with an answer all of them, in the order of the items' last ones, each with its
        author's own last answer, whatever a reviewer made of it.

        As `tells_of_agreement` says. All as they were when the first was read; see `by_item`."""
        with self._database.reading() as session:
            yield from read_by_authors(session, project_id)

    def _first(self, session: Session, new: NewJudgement, assessed: Assessment) -> JudgementRow:
        item = select(ItemRow.seq, ItemRow.project_seq).where(ItemRow.id == new.item_id)
        place = session.execute(item).one_or_none()
        if place is None:
            raise NotFoundError(f"There is no item {new.item_id!r}; reload the project and choose again.")
        now = self._clock()
        return JudgementRow(
            id=new.id or self._new_id(),
            revision=1,
            kind=new.kind,
            item_seq=place.seq,
            project_seq=place.project_seq,
            **signed(new),
            answer=new.answer,
            status=assessed.status,
            checks=list(assessed.checks),
            comment=new.comment,
            reason="",
            duration_s=new.duration_s,
            app_version=VERSION,
            created_at=now,
            updated_at=now,
        )

    def _revise(
        self,
        judgement_id: str,
        expected_revision: int,
        changes: dict[str, Any],
        state: State,
        by: Author,
    ) -> JudgementRecord:
        """Add a revision to a judgement in a state; two who race cannot both win."""
        row, now = JudgementRow, self._clock()
        asked = row.id == judgement_id, row.revision == expected_revision, row.superseded_at.is_(None)
        supersede = update(row).where(*asked, state.condition).values(superseded_at=now)
        with self._database.writing() as session:
            options = {"synchronize_session": False}
            superseded = cast(CursorResult[Any], session.execute(supersede, execution_options=options))
            if superseded.rowcount != 1:
                raise _refusal(_newest(session, judgement_id), expected_revision, state)
            old = session.execute(_columns(*asked[:2])).one()._asdict()
            new = {"revision": expected_revision + 1, "superseded_at": None, **made(by, now)}
            session.execute(insert(row).values(old | new | changes))
            return _newest(session, judgement_id)


_PRESENT = State(
    JudgementRow.deleted_at.is_(None),
    "This judgement is deleted; restore it before you change it. One that its author withdrew stays so.",
)
_DELETED = State(
    JudgementRow.deleted_at.is_not(None) & (JudgementRow.status != "withdrawn"),
    "Only a deleted judgement can be restored, and this one is not; reload it.",
)
_NOT_WITHDRAWN = State(
    JudgementRow.status != "withdrawn", "This judgement is withdrawn already; there is nothing left to do."
)
_REVIEWED = State(
    JudgementRow.deleted_at.is_(None) & JudgementRow.status.in_(REVIEWED),
    "Only a judgement that was accepted or rejected, and is not deleted, can be reopened, and this one is "
    "not; reload it.",
)
_ASKED = ("item_id", "kind", "answer", "comment", "user_id", "id")
"""What makes two answers the same; a program that tries again may have measured the time anew."""


_OF_AN_ANSWER = ("answer", "licence", "licence_accepted_at")
"""What `_answered` changes beside the checks."""


def _answered(answer: dict[str, Any], assessed: Assessment, by: Author) -> dict[str, Any]:
    """What another answer changes."""
    return {
        "answer": answer,
        "checks": list(assessed.checks),
        "licence": by.licence,
        "licence_accepted_at": by.licence_accepted_at,
    }


def _columns(*conditions: ColumnElement[bool]) -> Select[Any]:
    """All that a later revision takes over."""
    columns = [column for column in JudgementRow.__table__.columns if column.name != "seq"]
    return select(*columns).where(*conditions)


def _newest(session: Session, judgement_id: str) -> JudgementRecord:
    newest = judgement_rows(JudgementRow.id == judgement_id, JudgementRow.superseded_at.is_(None))
    found = session.execute(newest).one_or_none()
    if found is None:
        raise _unknown(judgement_id)
    return to_judgement(*found)


def _unknown(judgement_id: str) -> NotFoundError:
    return NotFoundError(f"There is no judgement {judgement_id!r}; reload the list and choose again.")


def _require_same(history: tuple[JudgementRecord, ...], new: NewJudgement) -> JudgementRecord:
    """The newest revision of what was stored before under the same id, if it was the same then."""
    if any(getattr(history[0], name) != getattr(new, name) for name in _ASKED):
        raise InputError(
            "What is sent again must be what was sent first, but this is another judgement; nothing was "
            "saved."
        )
    require_kept(history[-1].deleted_at)
    return history[-1]


def _refusal(
    newest: JudgementRecord, expected_revision: int, state: State
) -> NotFoundError | StaleRevisionError:
    if newest.revision != expected_revision:
        return StaleRevisionError(
            f"The judgement must still be at revision {expected_revision}, but somebody made revision "
            f"{newest.revision} of it; reload it and change that one. Nothing was changed."
        )
    return NotFoundError(state.otherwise)
