"""The tables of projects: what is to be annotated, who holds it, what they said. See `store.schema`."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from demo_app.store.schema import Base, RowNumber


class ProjectRow(Base):
    """Texts that several people annotate in one way. Its rules stay as they were made."""

    __tablename__ = "projects"

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    """None while people may take items from its queue."""
    source_language: Mapped[str]
    target_language: Mapped[str]
    task: Mapped[str]
    annotators: Mapped[int]
    """How many people each item needs."""
    control_share: Mapped[float]
    """Of the items, chosen by chance alone."""
    lease_s: Mapped[float]
    rules: Mapped[dict[str, Any]]


class ItemRow(Base):
    """One text of a project."""

    __tablename__ = "items"
    __table_args__ = (Index("ix_items_queue", "project_seq", "completed_at", "rank"),)

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    project_seq: Mapped[int] = mapped_column(ForeignKey("projects.seq"))
    line: Mapped[int]
    """In the file it came from, from 1."""
    source_text: Mapped[str]
    candidates: Mapped[list[dict[str, Any]]]
    """Translations to correct, rate or compare, in the order of their making."""
    gold: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The known answer, where the item checks attention."""
    is_control: Mapped[bool]
    rank: Mapped[float]
    """Place in the queue, 0 first, below 1."""
    reason: Mapped[dict[str, Any]]
    """The figures that gave the rank."""
    completed_at: Mapped[datetime | None]


class SlotRow(Base):
    """One person's turn at an item. An item has as many that count as its project has annotators; a slot
    that was skipped, or whose answer its author took away, does not count, and another takes its place."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("item_seq", "holder"),
        Index("ix_slots_queue", "project_seq", "state", "rank"),
        Index("ix_slots_holder", "holder", "project_seq", "state", "rank"),
        Index("ix_slots_answer_id", "answer_id"),
        Index(
            "ix_slots_flagged",
            "project_seq",
            sqlite_where=text("flag IS NOT NULL"),
            postgresql_where=text("flag IS NOT NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    item_seq: Mapped[int] = mapped_column(ForeignKey("items.seq"))
    project_seq: Mapped[int] = mapped_column(ForeignKey("projects.seq"))
    rank: Mapped[float]
    """The item's: the queue is walked in one index."""
    state: Mapped[str]
    holder: Mapped[str | None]
    """Whose turn it is or was; empty for the local person, None while nobody has it."""
    leased_until: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer_id: Mapped[str | None]
    """Of the correction or judgement."""
    flag: Mapped[str | None]
    """What the person told the reviewers about the item, or why they skipped it."""


JUDGEMENT_IS_THERE = "superseded_at IS NULL AND deleted_at IS NULL"
"""Part of an index of the reviewers' queue."""
_IN_THE_QUEUE = ("status", "seq", "item_seq", "user_id", "superseded_at", "deleted_at")


class JudgementRow(Base):
    """One revision of a rating or a comparison. Rows are added; only `superseded_at` is ever set."""

    __tablename__ = "judgements"
    __table_args__ = (
        UniqueConstraint("id", "revision"),
        Index("ix_judgements_newest", "project_seq", "superseded_at", "user_id"),
        Index("ix_judgements_item_seq", "item_seq"),
        *(
            Index(
                f"ix_judgements_{name}",
                *(first, *_IN_THE_QUEUE),
                sqlite_where=text(JUDGEMENT_IS_THERE),
                postgresql_where=text(JUDGEMENT_IS_THERE),
            )
            for name, first in (("awaiting", "kind"), ("project_awaiting", "project_seq"))
        ),
    )

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str]
    revision: Mapped[int]
    kind: Mapped[str]
    item_seq: Mapped[int] = mapped_column(ForeignKey("items.seq"))
    project_seq: Mapped[int] = mapped_column(ForeignKey("projects.seq"))
    user_id: Mapped[str | None]
    user_role: Mapped[str | None]
    revised_by: Mapped[str | None]
    revised_role: Mapped[str | None]
    answer: Mapped[dict[str, Any]]
    status: Mapped[str]
    checks: Mapped[list[dict[str, Any]]]
    comment: Mapped[str]
    reason: Mapped[str]
    """A reviewer's, for this revision."""
    licence: Mapped[str | None]
    licence_accepted_at: Mapped[datetime | None]
    app_version: Mapped[str] = mapped_column(server_default="")
    duration_s: Mapped[float]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    """None for the newest revision."""


class ChoiceRow(Base):
    """A word that a person put in the place of the model's while they played, kept with their consent."""

    __tablename__ = "choices"
    __table_args__ = (Index("ix_choices_user_id", "user_id"),)

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    translation_id: Mapped[str] = mapped_column(ForeignKey("translations.id"))
    segment_index: Mapped[int]
    source_language: Mapped[str]
    target_language: Mapped[str]
    source_text: Mapped[str]
    prefix_text: Mapped[str]
    chosen_text: Mapped[str]
    """The word, and what the model wrote after it, as the person left it."""
    rejected_text: Mapped[str]
    """What stood there before, to the end."""
    prefix_ids: Mapped[list[int]]
    chosen_ids: Mapped[list[int]]
    rejected_ids: Mapped[list[int]]
    chosen_log_probs: Mapped[list[float]] = mapped_column(server_default="[]")
    rejected_log_probs: Mapped[list[float]] = mapped_column(server_default="[]")
    model_id: Mapped[str]
    user_id: Mapped[str | None]
    user_role: Mapped[str | None]
    licence: Mapped[str | None]
    licence_accepted_at: Mapped[datetime | None]
    app_version: Mapped[str] = mapped_column(server_default="")
    withdrawn_at: Mapped[datetime | None]


class SnapshotJudgementRow(Base):
    """Which revision of a judgement a snapshot holds: each has a row of its own."""

    __tablename__ = "snapshot_judgements"

    snapshot_seq: Mapped[int] = mapped_column(ForeignKey("snapshots.seq"), primary_key=True)
    judgement_seq: Mapped[int] = mapped_column(ForeignKey("judgements.seq"), primary_key=True)


class SnapshotChoiceRow(Base):
    """Which choice a snapshot holds."""

    __tablename__ = "snapshot_choices"

    snapshot_seq: Mapped[int] = mapped_column(ForeignKey("snapshots.seq"), primary_key=True)
    choice_seq: Mapped[int] = mapped_column(ForeignKey("choices.seq"), primary_key=True)
