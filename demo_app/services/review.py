"""Deciding about what others submitted: a queue, and versions side by side. Knows no SQL and no page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.analysis.edits import Edit, diff_words
from demo_app.services.corrections import check_correction
from demo_app.services.dataset import candidate_of
from demo_app.services.four_eyes import may_decide
from demo_app.services.notes import check_note
from demo_app.services.people import Person
from demo_app.services.quality.gate import Assesses
from demo_app.settings import Settings
from demo_app.store.corrections import Corrections
from demo_app.store.records import CorrectionRecord
from demo_app.store.review_queue import ReviewQueue
from demo_app.store.review_records import Adjudication, ReviewPage, ReviewQuery, Version, Written
from demo_app.store.reviews import Reviews


@dataclass(frozen=True)
class ShownVersion:
    """One annotator's version, ready to be drawn."""

    record: CorrectionRecord
    flag: str | None
    """What the annotator told the reviewers about the item."""
    edits: tuple[Edit, ...]
    """From the machine's text, word by word."""
    may_decide: bool
    """Whether the person who is looking may accept or reopen it."""


@dataclass(frozen=True)
class ReviewedItem:
    """All that was made of one text."""

    id: str | None
    """Of the project's item; None for a correction outside of projects."""
    project_id: str | None
    source_text: str
    versions: tuple[ShownVersion, ...]
    """At least one; oldest first."""


@dataclass(frozen=True)
class ReviewService:
    """What reviewers can do. Safe to share between threads.

    Each method may raise `NotAllowedError`; each change `StaleRevisionError` where somebody else was first,
    `NotFoundError` where the state does not allow it, and then nothing was changed."""

    settings: Settings
    queue: ReviewQueue
    reviews: Reviews
    corrections: Corrections
    gate: Assesses
    person: Callable[[], Person]

    def awaiting(self, query: ReviewQuery) -> ReviewPage:
        """What nobody has decided about: flagged ones first, then the oldest first."""
        return self.queue.page(query)

    def item(self, correction_id: str) -> ReviewedItem:
        """The correction with all other versions of the same item; raises `NotFoundError`."""
        versions = self.queue.versions(correction_id)
        first = versions[0]
        shown = tuple(map(self._shown, versions))
        return ReviewedItem(first.item_id, first.project_id, first.record.source_text, shown)

    def accept(self, correction_id: str, expected_revision: int, text: str | None = None) -> CorrectionRecord:
        """As it stands, or with the reviewer's own text, which the gate looks at but cannot stop."""
        written = None if text is None else self._written(correction_id, text)
        return self.reviews.accept(correction_id, expected_revision, written=written)

    def reject(self, correction_id: str, expected_revision: int, reason: str) -> CorrectionRecord:
        """For a reason that its author may read."""
        check_note(reason)
        return self.reviews.reject(correction_id, expected_revision, reason.strip())

    def reopen(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Take a decision back, one's own or another's; a release too, as long as nothing came after it."""
        return self.reviews.reopen(correction_id, expected_revision)

    def reopen_all(self, revisions: Mapping[str, int]) -> tuple[CorrectionRecord, ...]:
        """Take back what an adjudication decided, correction -> revision: all of it or nothing."""
        return self.reviews.reopen_all(revisions)

    def adjudicate(
        self, item_id: str, revisions: Mapping[str, int], chosen: str, text: str | None = None
    ) -> tuple[CorrectionRecord, ...]:
        """Accept one version of an item, or a text written upon it, and reject the others, or do nothing.

        `revisions`: correction -> revision, of all versions that the reviewer saw awaiting review. Returns
        the accepted one first. Raises the `InputError` tree for a text or where one is accepted already."""
        written = None if text is None else self._written(chosen, text)
        return self.reviews.adjudicate(item_id, Adjudication(revisions, chosen, written))

    def _written(self, correction_id: str, text: str) -> Written:
        check_correction(text, self.settings)
        # What several were asked for is no duplicate when it is written by the reviewer too.
        candidate = replace(candidate_of(self.corrections.get(correction_id), text), was_asked_for=True)
        return Written(text, self.gate.assess(candidate))

    def _shown(self, version: Version) -> ShownVersion:
        record = version.record
        return ShownVersion(
            record=record,
            flag=version.flag,
            edits=diff_words(record.machine_text, record.corrected_text),
            may_decide=may_decide(self.person(), record),
        )
