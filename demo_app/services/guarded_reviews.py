"""Reviews as the person who is acting may make them, by the rule of four eyes. Knows no page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from demo_app.services.four_eyes import require_may_reopen, require_others
from demo_app.services.people import Person, require_contributor, require_role
from demo_app.store.engine import Database
from demo_app.store.records import NOBODY, Author, CorrectionRecord
from demo_app.store.review_queue import ReviewQueue
from demo_app.store.review_records import Adjudication, ReviewPage, ReviewQuery, Version, Written
from demo_app.store.reviews import Reviews
from demo_app.store.revising import read_history
from demo_app.store.selection import History


class GuardedReviews(Reviews):
    """Each method may raise `NotAllowedError`. All is done in the person's name; `by` is not read."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], person: Callable[[], Person]
    ) -> None:
        super().__init__(database, clock)
        self._person = person

    def accept(
        self, correction_id: str, expected_revision: int, by: Author = NOBODY, written: Written | None = None
    ) -> CorrectionRecord:
        person = self._reviewer()
        require_others(person, self._history(correction_id)[-1])
        if written:
            require_contributor(person)
        return super().accept(correction_id, expected_revision, person.author, written)

    def reject(
        self, correction_id: str, expected_revision: int, reason: str, by: Author = NOBODY
    ) -> CorrectionRecord:
        return super().reject(correction_id, expected_revision, reason, self._reviewer().author)

    def reopen(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        person = self._reviewer()
        require_may_reopen(person, self._history(correction_id))
        return super().reopen(correction_id, expected_revision, person.author)

    def reopen_all(self, revisions: Mapping[str, int], by: Author = NOBODY) -> tuple[CorrectionRecord, ...]:
        return super().reopen_all(revisions, self._reviewer().author)

    def adjudicate(
        self, item_id: str, choice: Adjudication, by: Author = NOBODY
    ) -> tuple[CorrectionRecord, ...]:
        return super().adjudicate(item_id, choice, self._reviewer().author)

    def _reviewer(self) -> Person:
        person = self._person()
        require_role(person, "reviewer")
        return person

    def _history(self, correction_id: str) -> History:
        with self._database.reading() as session:
            return read_history(session, correction_id)


class GuardedReviewQueue(ReviewQueue):
    """For reviewers alone, without what they may not decide about. May raise `NotAllowedError`."""

    def __init__(self, database: Database, person: Callable[[], Person]) -> None:
        super().__init__(database)
        self._person = person

    def page(self, query: ReviewQuery) -> ReviewPage:
        person = self._person()
        require_role(person, "reviewer")
        return super().page(query if person.may("admin") else replace(query, but_not_by=person.id))

    def versions(self, correction_id: str) -> tuple[Version, ...]:
        require_role(self._person(), "reviewer")
        return super().versions(correction_id)

    def versions_of(self, item_id: str) -> tuple[Version, ...]:
        require_role(self._person(), "reviewer")
        return super().versions_of(item_id)
