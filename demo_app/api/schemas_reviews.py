"""Reviews, as programs ask for them. What they get is what the services give (docs/review.md)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from demo_app.api.schemas import Asked, RecordId, Revision, Told
from demo_app.api.schemas_projects import ComparisonRequest, RatingRequest
from demo_app.store.judgement_records import JudgementKind, JudgementRecord
from demo_app.store.records import MAX_PAGE_SIZE, CorrectionRecord
from demo_app.store.review_records import ReviewQuery

Seen = Annotated[dict[RecordId, Revision], Field(max_length=1000)]
"""Correction or judgement -> the revision of it that the reviewer saw."""


class ReviewSearch(BaseModel):
    """Which corrections."""

    model_config = ConfigDict(extra="forbid")

    status: str = Field(default="submitted", description="Or `quarantined`.")
    project_id: RecordId | None = None
    page: int = Field(default=1, ge=1, le=1_000_000_000)
    page_size: int = Field(default=25, ge=1, le=MAX_PAGE_SIZE)

    def query(self) -> ReviewQuery:
        """As the services take it; raises `ConfigError`."""
        return ReviewQuery(**self.model_dump(include=set(ReviewSearch.model_fields)))


class JudgedSearch(ReviewSearch):
    """Which ratings, or which comparisons."""

    kind: JudgementKind


class AcceptRequest(Asked):
    """Right as it stands, or with a text of the reviewer's."""

    revision: Revision
    corrected_text: str | None = None


class RejectRequest(Asked):
    """Not to be trained on."""

    revision: Revision
    reason: str


class AdjudicationRequest(Asked):
    """One version is accepted, the others are rejected."""

    revisions: Seen
    chosen: RecordId
    corrected_text: str | None = None


class DecidedList(Told):
    """The accepted one first."""

    corrections: list[CorrectionRecord]


class AcceptedRequest(Asked):
    """Right as it stands, or as the reviewer answers in its place."""

    revision: Revision
    reason: str = ""
    answer: RatingRequest | ComparisonRequest | None = None


class JudgedAdjudicationRequest(Asked):
    """One judgement is accepted, the others are rejected."""

    revisions: Seen
    chosen: RecordId
    answer: RatingRequest | ComparisonRequest | None = None


class JudgedList(Told):
    """The accepted one first."""

    judgements: list[JudgementRecord]
