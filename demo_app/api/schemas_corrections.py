"""Corrections, their exports and snapshots, as programs send them.

What they get is records, with the fields of the export as JSON lines (docs/dataset.md)."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from demo_app.api.schemas import Asked, Comment, Index, LanguageCode, RecordId, Revision, Told
from demo_app.store.records import (
    MAX_PAGE_SIZE,
    CorrectionQuery,
    CorrectionRecord,
    SnapshotRecord,
    Verdict,
    statuses_meant,
)

StatusAsked = Literal["", "all", "submitted", "accepted", "rejected", "quarantined"]


class CorrectionRequest(Asked):
    """What a person says about one hypothesis."""

    translation_id: RecordId
    segment_index: Index
    hypothesis_index: Index = 0
    corrected_text: str
    verdict: Verdict = "corrected"
    duration_s: Annotated[float, Field(description="Time the person took.")]
    comment: Comment = ""


class EditRequest(Asked):
    """Another text for a correction."""

    revision: Revision
    corrected_text: str


class RevisionRequest(Asked):
    """Which revision is meant; a newer one refuses the change (409)."""

    revision: Revision


class Filter(BaseModel):
    """Which corrections. Unknown names are refused."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", description="Found anywhere in source, machine or corrected text.")
    source_language: LanguageCode | None = None
    target_language: LanguageCode | None = None
    verdict: Verdict | None = None
    status: StatusAsked = Field(default="", description="Nothing means what may be trained on.")
    user_id: RecordId | None = None

    def query(self) -> CorrectionQuery:
        """As the services take it; raises `ConfigError`."""
        return CorrectionQuery(
            text=self.text,
            source_language=self.source_language,
            target_language=self.target_language,
            verdict=self.verdict,
            statuses=statuses_meant(self.status),
            user_id=self.user_id,
        )


class Search(Filter):
    """A page of them."""

    page: int = Field(default=1, ge=1, le=1_000_000_000)
    page_size: int = Field(default=50, ge=1, le=MAX_PAGE_SIZE)

    def query(self) -> CorrectionQuery:
        return replace(super().query(), page=self.page, page_size=self.page_size)


class ExportFilter(Filter):
    """What to write."""

    snapshot: str | None = Field(default=None, description="Name or id; instead of all else.")


class FrozenFilter(Filter):
    """As a body: what a snapshot is made of."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SnapshotRequest(Asked):
    """What to keep, and its name."""

    name: str
    filter: FrozenFilter = FrozenFilter()
    judgements: bool = Field(
        default=False, description="Ratings, comparisons and words chosen in the lab too."
    )


class CorrectionPage(Told):
    """Newest first."""

    corrections: list[CorrectionRecord] = Field(validation_alias="rows")
    total: int = Field(description="On all pages.")
    is_exact: bool = Field(description="False where a text has more hits, which are not counted or listed.")
    page: int
    page_size: int


class RevisionList(Told):
    """Oldest first."""

    revisions: list[CorrectionRecord]


class SnapshotList(Told):
    """Newest first."""

    snapshots: list[SnapshotRecord]
