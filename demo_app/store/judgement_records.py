"""Ratings and comparisons as the store takes and gives them. Knows no SQL and no file format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.config import require_choice
from demo_app.store.records import STATUSES, Status

JudgementKind = Literal["rating", "comparison"]
JUDGEMENT_KINDS: tuple[JudgementKind, ...] = ("rating", "comparison")


@dataclass(frozen=True, kw_only=True)
class NewJudgement:
    """What a person said about the translations of one item."""

    item_id: str
    kind: JudgementKind
    answer: dict[str, Any]
    """Of a rating, which is about the item's first output, `score`, `spans` and `proposed`; of a comparison
    `seed`, `order` and `ranks` (docs/rating.md)."""
    duration_s: float
    """Time the person took, >= 0."""
    comment: str = ""
    user_id: str | None = None
    """Of the account; None where nobody logs in."""
    user_role: str | None = None
    """This and the next two as `records.Author` has them."""
    licence: str | None = None
    licence_accepted_at: datetime | None = None
    id: str | None = None
    """Of the record, where whoever asks may ask twice and mean one; None makes a new one."""


@dataclass(frozen=True, kw_only=True)
class JudgementRecord:
    """One revision of a judgement."""

    id: str
    revision: int
    """1 when given; each change, review, deletion and restoration adds one."""
    kind: JudgementKind
    item_id: str
    project_id: str
    user_id: str | None
    """Who gave it: a pseudonym; None where nobody logs in."""
    user_role: str | None
    """Their role when they did. This and the next three were not kept by older releases."""
    revised_by: str | None
    """Who made this revision."""
    revised_role: str | None
    """Their role when they did."""
    answer: dict[str, Any]
    status: Status
    checks: tuple[dict[str, Any], ...]
    """What was found about this answer, as in `records.Assessment`."""
    comment: str
    reason: str
    """A reviewer's, for this revision."""
    licence: str | None
    """Of the dataset, that whoever gave this answer had accepted; None where nobody is asked."""
    licence_accepted_at: datetime | None
    app_version: str
    """Release of the program that made this revision; empty where it was not kept."""
    duration_s: float
    created_at: datetime
    """UTC, aware; the same in every revision."""
    updated_at: datetime
    """When this revision was made."""
    deleted_at: datetime | None
    """None unless this revision deleted it."""


@dataclass(frozen=True, kw_only=True)
class JudgementQuery:
    """Which judgements, by their newest revision. Out-of-range values raise `ConfigError`."""

    project_id: str | None = None
    item_id: str | None = None
    user_id: str | None = None
    kind: str | None = None
    statuses: tuple[str, ...] = STATUSES
    include_deleted: bool = False
    """Withdrawn ones are not among them."""
    include_withdrawn: bool = False
    """For their author alone."""

    def __post_init__(self) -> None:
        if self.kind is not None:
            require_choice("kind", self.kind, JUDGEMENT_KINDS)
        for status in self.statuses:
            require_choice("status", status, STATUSES)
