"""What the store takes and gives about reviews: frozen records of plain values. Knows no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.config import require_choice, require_range
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import ItemRecord
from demo_app.store.records import AWAITING, MAX_PAGE_SIZE, UNCHECKED, Assessment, CorrectionRecord

ANOTHER_CHOSEN = "another version was chosen"
"""The reason of versions that were not."""


@dataclass(frozen=True, kw_only=True)
class ReviewQuery:
    """Which corrections await a decision. Out-of-range values raise `ConfigError`."""

    status: str = "submitted"
    """Or `quarantined`: what the quality gate set aside."""
    project_id: str | None = None
    """Only answers to items of this project."""
    but_not_by: str | None = None
    """Leaves out what this person submitted."""
    page: int = 1
    page_size: int = 25
    count_to: int = 500
    """So many of the oldest items with judgements are counted and paged, and all flagged ones: to count a
    million takes too long. Corrections are counted whatever their number."""

    def __post_init__(self) -> None:
        require_choice("status", self.status, AWAITING)
        require_range("page", self.page, 1, 1_000_000_000)
        require_range("page_size", self.page_size, 1, MAX_PAGE_SIZE)
        require_range("count_to", self.count_to, 1, 1_000_000_000)


@dataclass(frozen=True)
class Version:
    """A correction as reviewers see it."""

    record: CorrectionRecord
    flag: str | None = None
    """What its author told the reviewers about the item; None where they told nothing."""
    item_id: str | None = None
    """Of the project's item that it answers; None outside of projects."""
    project_id: str | None = None


@dataclass(frozen=True)
class ReviewPage:
    """Flagged ones first, then the oldest first."""

    rows: tuple[Version, ...]
    total: int
    """Rows of all pages."""
    page: int
    page_size: int


@dataclass(frozen=True)
class JudgedVersion:
    """A judgement as reviewers see it."""

    record: JudgementRecord
    flag: str | None = None
    """What its author told the reviewers about the item; None where they told nothing."""


@dataclass(frozen=True)
class JudgedItem:
    """An item with judgements of it."""

    item: ItemRecord
    versions: tuple[JudgedVersion, ...] = ()
    """Oldest first."""


@dataclass(frozen=True)
class JudgedPage:
    """Flagged items first, then the oldest first."""

    rows: tuple[JudgedItem, ...]
    total: int
    """Items of all pages."""
    is_exact: bool = True
    """False where more await, which are neither counted nor paged."""


@dataclass(frozen=True)
class Written:
    """A text that a reviewer put in the place of the annotator's."""

    text: str
    assessed: Assessment = UNCHECKED
    """The status in it counts for nothing: somebody has decided."""


@dataclass(frozen=True)
class Rejudged:
    """An answer that a reviewer put in the place of the annotator's rating or comparison."""

    answer: dict[str, Any]
    assessed: Assessment = UNCHECKED
    """As in `Written`."""


@dataclass(frozen=True)
class Adjudication:
    """What a reviewer made of several versions of one item."""

    revisions: Mapping[str, int]
    """Correction -> revision, of every version that awaited review when they looked."""
    chosen: str
    """The correction that is accepted."""
    written: Written | None = None
    """In the place of its text; None leaves that."""
