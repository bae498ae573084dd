"""Decisions of reviewers about corrections. Each is a revision: all of them can be read and taken back.

Every change raises `StaleRevisionError` unless the revision that the reviewer saw is still the newest,
`NotFoundError` in a state that does not allow it, and then changes nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.errors import InputError
from demo_app.store.correction_rows import to_record
from demo_app.store.engine import Database
from demo_app.store.records import AWAITING, NOBODY, Author, CorrectionRecord
from demo_app.store.review_records import ANOTHER_CHOSEN, Adjudication, Written
from demo_app.store.revising import (
    AWAITS_REVIEW,
    IS_DECIDED,
    State,
    find_row,
    made,
    read_history,
    require_all_seen,
    revise,
    rewritten,
    unwritten,
)
from demo_app.store.schema import CorrectionRow
from demo_app.store.schema_projects import ItemRow, SlotRow
from demo_app.store.search import require_storable


class Reviews:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def accept(
        self, correction_id: str, expected_revision: int, by: Author = NOBODY, written: Written | None = None
    ) -> CorrectionRecord:
        """What was submitted or set aside is right, as it stands or as `written` by the reviewer.

        Another text is a revision of its own before, made at the same moment: both of them or none."""
        changes, signed = {"status": "accepted", "reason": ""}, made(by, self._clock())
        with self._database.writing():
            if written:
                expected_revision = self._rewrite((correction_id, expected_revision), written, by, signed)
            return self._decide((correction_id, expected_revision), AWAITS_REVIEW, changes, signed)

    def reject(
        self, correction_id: str, expected_revision: int, reason: str, by: Author = NOBODY
    ) -> CorrectionRecord:
        """It is not to be trained on; raises `InputError` without a reason."""
        require_storable(reason)
        if not reason.strip():
            raise InputError("A rejection must have a reason, but has none; say what is wrong.")
        changes, signed = {"status": "rejected", "reason": reason}, made(by, self._clock())
        return self._decide((correction_id, expected_revision), AWAITS_REVIEW, changes, signed)

    def reopen(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        """Take a decision or a release back: the correction is what it was before, submitted or set aside,
        with the text that it had."""
        changes = self._as_before(correction_id, expected_revision)
        signed = made(by, self._clock())
        return self._decide((correction_id, expected_revision), IS_DECIDED, changes, signed)

    def reopen_all(self, revisions: Mapping[str, int], by: Author = NOBODY) -> tuple[CorrectionRecord, ...]:
        """The same for several, correction -> revision: all of them or none."""
        with self._database.writing():
            return tuple(self.reopen(id_, revision, by) for id_, revision in sorted(revisions.items()))

    def adjudicate(
        self, item_id: str, choice: Adjudication, by: Author = NOBODY
    ) -> tuple[CorrectionRecord, ...]:
        """Accept one version of an item and reject the others that await review: all of it or nothing.

        Returns the accepted one first. Raises `InputError` where a version is accepted already."""
        chosen, others = choice.chosen, sorted(choice.revisions.keys() - {choice.chosen})
        with self._database.writing():
            self._require_all_seen(item_id, choice)
            accepted = self.accept(chosen, choice.revisions[chosen], by, choice.written)
            rejected = [self.reject(id_, choice.revisions[id_], ANOTHER_CHOSEN, by) for id_ in others]
            return accepted, *rejected

    def _rewrite(self, asked: tuple[str, int], written: Written, by: Author, signed: dict[str, Any]) -> int:
        """The number of the revision that has the text."""
        require_storable(written.text)
        with self._database.reading() as session:
            now = to_record(find_row(session, asked[0]))
        if written.text == now.corrected_text:
            return asked[1]
        changes = rewritten(now, written.text, written.assessed, by) | {"status": now.status}
        return self._decide(asked, AWAITS_REVIEW, changes, signed).revision

    def _require_all_seen(self, item_id: str, choice: Adjudication) -> None:
        row = CorrectionRow
        answers = (
            select(row.id, row.status)
            .join(SlotRow, SlotRow.answer_id == row.id)
            .join(ItemRow, ItemRow.seq == SlotRow.item_seq)
            .where(ItemRow.id == item_id, row.deleted_at.is_(None))
            # All are locked before one is changed, and by everybody in the same order: else two who choose
            # differently would wait for each other.
            .order_by(row.id)
            .with_for_update(of=row)
        )
        with self._database.reading() as session:
            found = {id_: status for id_, status in session.execute(answers)}
        require_all_seen(found, choice.revisions.keys(), choice.chosen)

    def _as_before(self, correction_id: str, revision: int) -> dict[str, Any]:
        """What the last decision changed, as it was. Revisions never change, so this needs no lock."""
        with self._database.reading() as session:
            history = read_history(session, correction_id)[:revision]
        awaited = [place for place, one in enumerate(history[:-1]) if one.status in AWAITING]
        if not awaited:
            return {"status": "submitted", "reason": ""}
        before, decision = history[awaited[-1]], history[awaited[-1] + 1]
        signed = [(one.revised_by, one.updated_at) for one in (before, decision)]
        if before.revision == 1 or decision.status != "accepted" or signed[0] != signed[1]:
            return {"status": before.status, "reason": ""}
        return unwritten(history[awaited[-1] - 1])  # The decision wrote `before` itself.

    def _decide(
        self, asked: tuple[str, int], state: State, changes: dict[str, Any], signed: dict[str, Any]
    ) -> CorrectionRecord:
        return revise(self._database, asked, state, {**changes, **signed})
