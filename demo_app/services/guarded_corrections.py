"""Corrections as the person who is acting may see and change them. Knows no page.

The other services are given this in place of the store's own, so none of them can forget to ask."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from demo_app.services.people import (
    Person,
    require_author,
    require_contributor,
    require_not_accepted,
    require_own,
    require_role,
)
from demo_app.store.corrections import Corrections
from demo_app.store.engine import Database
from demo_app.store.records import (
    NOBODY,
    UNCHECKED,
    Assessment,
    Author,
    CorrectionQuery,
    CorrectionRecord,
    Counts,
    NewCorrection,
    Page,
)


class GuardedCorrections(Corrections):
    """Annotators have their own corrections, reviewers all. Each method may raise `NotAllowedError`."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        person: Callable[[], Person],
    ) -> None:
        super().__init__(database, clock, new_id)
        self._person = person

    def add(self, new: NewCorrection, assessed: Assessment = UNCHECKED) -> CorrectionRecord:
        """In the person's name, whatever `new` says."""
        person = self._person()
        require_contributor(person)
        return self._seen(super().add(replace(new, **person.author.marks()), assessed))

    def get(self, correction_id: str) -> CorrectionRecord:
        found = super().get(correction_id)
        require_own(self._person(), found.user_id)
        return self._seen(found)

    def history(self, correction_id: str) -> tuple[CorrectionRecord, ...]:
        self.get(correction_id)
        return tuple(map(self._seen, super().history(correction_id)))

    def edit(
        self,
        correction_id: str,
        expected_revision: int,
        corrected_text: str,
        assessed: Assessment = UNCHECKED,
        by: Author = NOBODY,
        comment: str | None = None,
    ) -> CorrectionRecord:
        """In the person's name, as all changes here; `by` is not read."""
        require_contributor(self._person())
        self.get(correction_id)
        by = self._person().author
        edited = super().edit(correction_id, expected_revision, corrected_text, assessed, by, comment)
        return self._seen(edited)

    def release(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        require_role(self._person(), "reviewer")
        return super().release(correction_id, expected_revision, self._person().author)

    def delete(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        # Whoever accepts makes a revision: what is found here is what is deleted, or nothing is.
        require_not_accepted(self._person(), self.get(correction_id).status)
        return self._seen(super().delete(correction_id, expected_revision, self._person().author))

    def restore(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        require_role(self._person(), "reviewer")
        return super().restore(correction_id, expected_revision, self._person().author)

    def withdraw(self, correction_id: str, expected_revision: int, by: Author) -> CorrectionRecord:
        """Reviewers too may withdraw only what is their own."""
        require_author(self._person(), super().get(correction_id).user_id)
        return self._seen(super().withdraw(correction_id, expected_revision, self._person().author))

    def find_same(
        self, languages: tuple[str, str], source_text: str, corrected_text: str, ignoring: str = ""
    ) -> str | None:
        """Among everybody's: a text is no less a duplicate for being somebody else's."""
        require_role(self._person(), "annotator")
        return super().find_same(languages, source_text, corrected_text, ignoring)

    def search(self, query: CorrectionQuery) -> Page:
        page = super().search(self._within_reach(query))
        return replace(page, rows=tuple(map(self._seen, page.rows)))

    def stream(self, query: CorrectionQuery, rows_per_fetch: int = 500) -> Iterator[CorrectionRecord]:
        return map(self._seen, super().stream(self._within_reach(query), rows_per_fetch))

    def counts(self, user_id: str | None = None) -> Counts:
        """Of what the person may see."""
        return super().counts(self._within_reach(CorrectionQuery(user_id=user_id)).user_id)

    def _seen(self, record: CorrectionRecord) -> CorrectionRecord:
        return seen_by(self._person(), record)

    def _within_reach(self, query: CorrectionQuery) -> CorrectionQuery:
        person = self._person()
        require_role(person, "annotator")
        own = query if person.may("reviewer") else replace(query, user_id=person.id)
        # What was withdrawn is its author's alone, who asks for nothing but their own.
        mine = own.user_id is not None and own.user_id == person.id
        return replace(own, include_withdrawn=own.include_withdrawn and mine)


def seen_by(person: Person, record: CorrectionRecord) -> CorrectionRecord:
    """As they may see it. The annotators' desk shows a check of attention as if it were of the control slice,
    which it is not: whoever read of both whether it is could tell it."""
    return record if person.may("reviewer") else replace(record, is_control=None)
