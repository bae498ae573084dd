"""Judgements as the person who is acting may give, see and change them. Knows no SQL and no page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.errors import InputError, NotFoundError
from demo_app.services.four_eyes import may_decide, require_may_reopen, require_others
from demo_app.services.judgement_checks import GOLD
from demo_app.services.judging import Form, Judging
from demo_app.services.people import (
    Person,
    require_author,
    require_contributor,
    require_not_accepted,
    require_own,
    require_role,
)
from demo_app.store.judgement_queue import JudgementQueue
from demo_app.store.judgement_records import JudgementKind, JudgementQuery, JudgementRecord
from demo_app.store.judgement_reviews import JudgementReviews
from demo_app.store.judgements import Judgements
from demo_app.store.records import Author
from demo_app.store.review_records import JudgedItem, JudgedPage, Rejudged, ReviewQuery


@dataclass(frozen=True)
class JudgementService:
    """Annotators see and change what is theirs, reviewers all. Safe to share between threads.

    Each method may raise `NotAllowedError` and `NotFoundError`."""

    judging: Judging
    judgements: Judgements
    queue: JudgementQueue
    reviews: JudgementReviews
    person: Callable[[], Person]

    def view(self, item_id: str) -> dict[str, Any]:
        """As `Judging.view`, for the person."""
        require_role(self.person(), "annotator")
        return self.judging.view(item_id, self.person().id)

    def give(self, item_id: str, form: Form) -> JudgementRecord:
        """Check and store; `quarantined` if a check sets it aside. Raises the `InputError` tree.

        Joins the transaction of `Queue.answer` where that calls it."""
        person = self.person()
        require_contributor(person)
        return _told(self.judgements.add(*self.judging.read(item_id, form, person.author)), person)

    def revise(self, judgement_id: str, expected_revision: int, form: Form) -> JudgementRecord:
        """Another answer in place of one's own; reviewers may do so for anybody, and rank in the order that
        its annotator saw. Raises as `give` and as `Judgements.revise`."""
        person = self.person()
        require_contributor(person)
        now = self._own(judgement_id)
        new, assessed = self.judging.read(now.item_id, form, Author(id=now.user_id))
        kept = self.judgements.revise(
            judgement_id,
            expected_revision,
            new.answer,
            comment=new.comment,
            assessed=assessed,
            by=person.author,
        )
        return _told(kept, person)

    def get(self, judgement_id: str) -> JudgementRecord:
        """The newest revision."""
        return _told(self._own(judgement_id), self.person())

    def history(self, judgement_id: str) -> tuple[JudgementRecord, ...]:
        """Every revision, oldest first."""
        self._own(judgement_id)
        return tuple(_told(one, self.person()) for one in self.judgements.history(judgement_id))

    def undo(self, judgement_id: str, expected_revision: int) -> JudgementRecord:
        """Delete it; its history stays. Raises as `Judgements.delete`, and `StaleRevisionError` for what a
        reviewer accepted, unless reviewers do it."""
        person = self.person()
        require_not_accepted(person, self._own(judgement_id).status, "judgement")
        return _told(self.judgements.delete(judgement_id, expected_revision, person.author), person)

    def withdraw(self, judgement_id: str, expected_revision: int) -> JudgementRecord:
        """Its author takes it out of the dataset for good."""
        person = self.person()
        require_author(person, self.judgements.get(judgement_id).user_id, "judgement")
        return _told(self.judgements.withdraw(judgement_id, expected_revision, person.author), person)

    def accept(
        self, judgement_id: str, expected_revision: int, reason: str = "", form: Form | None = None
    ) -> JudgementRecord:
        """A reviewer approves, also of what was set aside, but not of their own.

        With `form` as they changed it, ranks in the order that its annotator saw; comment and time stay the
        annotator's."""
        by, rejudged = self._reviewer(), self._rejudged(judgement_id, form)
        return self.judgements.accept(judgement_id, expected_revision, reason, by.author, rejudged)

    def adjudicate(
        self, item_id: str, revisions: Mapping[str, int], chosen: str, form: Form | None = None
    ) -> tuple[JudgementRecord, ...]:
        """A reviewer accepts one judgement of an item, as `accept` does, and rejects the others, or does
        nothing. Raises as `JudgementReviews.adjudicate`.

        `revisions`: judgement -> revision, of all that they saw awaiting review."""
        by, rejudged = self._reviewer(), self._rejudged(chosen, form)
        return self.reviews.adjudicate(item_id, revisions, chosen, by.author, rejudged)

    def reject(self, judgement_id: str, expected_revision: int, reason: str) -> JudgementRecord:
        """A reviewer refuses and says why."""
        by = self._reviewer().author
        if not reason.strip():
            raise InputError("Who rejects a judgement must say why, but the reason is empty; write one.")
        return self.judgements.reject(judgement_id, expected_revision, reason, by)

    def reopen(self, judgement_id: str, expected_revision: int) -> JudgementRecord:
        """A reviewer takes a decision back, their own or another's. Raises as `Judgements.reopen`."""
        by = self._reviewer()
        require_may_reopen(by, self.judgements.history(judgement_id))
        return self.judgements.reopen(judgement_id, expected_revision, by.author)

    def reopen_all(self, revisions: Mapping[str, int]) -> tuple[JudgementRecord, ...]:
        """The same for what an adjudication decided, judgement -> revision: all of it or nothing."""
        by = self._reviewer()
        for judgement_id in revisions:
            require_may_reopen(by, self.judgements.history(judgement_id))
        return self.reviews.reopen_all(revisions, by.author)

    def restore(self, judgement_id: str, expected_revision: int) -> JudgementRecord:
        """A reviewer brings a deleted one back."""
        return self.judgements.restore(judgement_id, expected_revision, self._reviewer().author)

    def awaiting(self, kind: JudgementKind, query: ReviewQuery) -> JudgedPage:
        """What nobody has decided about, without what the reviewer may not decide about. Raises as
        `JudgementQueue.page`."""
        by = self._reviewer()
        return self.queue.page(kind, query if by.may("admin") else replace(query, but_not_by=by.id))

    def beside(self, judgement_id: str) -> JudgedItem:
        """A judgement with all others of its item, for reviewers. Raises `NotFoundError`, also for one that
        its author withdrew."""
        self._reviewer()
        asked = self.judgements.get(judgement_id)
        if asked.status == "withdrawn":
            raise NotFoundError("The author of this judgement took it back; go on with another.")
        return self.queue.beside(judgement_id, asked.item_id)

    def shown(self, judgement: JudgementRecord) -> dict[str, Any]:
        """What its annotator was asked, as `Judging.view`, for reviewers."""
        self._reviewer()
        return self.judging.view(judgement.item_id, judgement.user_id)

    def may_decide(self, judgement: JudgementRecord) -> bool:
        """Whether the person may accept or reopen it."""
        return may_decide(self.person(), judgement)

    def stream(self, query: JudgementQuery) -> Iterator[JudgementRecord]:
        """As `Judgements.stream`; to annotators only what is theirs."""
        person = self.person()
        require_role(person, "annotator")
        own = query if person.may("reviewer") else replace(query, user_id=person.id)
        mine = own.user_id is not None and own.user_id == person.id
        chosen = replace(own, include_withdrawn=own.include_withdrawn and mine)
        return (_told(record, person) for record in self.judgements.stream(chosen))

    def _own(self, judgement_id: str) -> JudgementRecord:
        found = self.judgements.get(judgement_id)
        require_own(self.person(), found.user_id, "judgement")
        return found

    def _rejudged(self, judgement_id: str, form: Form | None) -> Rejudged | None:
        """What a reviewer makes of somebody else's; None where it stays as it is."""
        by, now = self._reviewer(), self.judgements.get(judgement_id)
        require_others(by, now)
        if form is None:
            return None
        require_contributor(by)
        as_given = replace(form, comment=now.comment, duration_s=now.duration_s)
        new, assessed = self.judging.read(now.item_id, as_given, Author(id=now.user_id))
        return None if new.answer == now.answer else Rejudged(new.answer, assessed)

    def _reviewer(self) -> Person:
        require_role(self.person(), "reviewer")
        return self.person()


def _told(record: JudgementRecord, person: Person) -> JudgementRecord:
    """Without what annotators must not know: which items are known."""
    if person.may("reviewer"):
        return record
    return replace(record, checks=tuple(one for one in record.checks if one["check"] != GOLD))
