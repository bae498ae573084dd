"""The tables. A change here needs a migration; a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from demo_app.store.records import OLD_HTER_SIGNATURE


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the database keeps (SQLite drops the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"A time must know its zone, but {value.isoformat()} has none.")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column called exactly INTEGER."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Text,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        dict[str, int]: JSON,
        list[dict[str, Any]]: JSON,
        list[float]: JSON,
        list[int]: JSON,
        list[str]: JSON,
    }


class TranslationRow(Base):
    """Written once, never changed."""

    __tablename__ = "translations"

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    source_language: Mapped[str]
    target_language: Mapped[str]
    source_text: Mapped[str]
    target_text: Mapped[str]
    model_id: Mapped[str]
    duration_s: Mapped[float]
    model_digest: Mapped[str] = mapped_column(server_default="")
    tokenizer_digest: Mapped[str] = mapped_column(server_default="")
    signature: Mapped[str] = mapped_column(server_default="")
    options: Mapped[dict[str, Any]]
    segments: Mapped[list[dict[str, Any]]]


AWAITS_REVIEW = "status IN ('submitted', 'quarantined') AND deleted_at IS NULL"
"""Part of an index: SQLite takes the index only for a query that says it in the same words."""
ON_A_PAGE = "deleted_at IS NULL AND revision > 0"
"""The same for pages of a search and their headline. Every revision is above 0: so no other query says it,
and SQLite, which plans without figures, takes the index for no other."""


class CorrectionRow(Base):
    """The newest revision of each correction, with the facts that no revision changes.

    Those facts are copied from the translation: a correction stays whole if translations are pruned."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index(
            "ix_corrections_filters",
            *("source_language", "target_language", "verdict", "status", "deleted_at", "hter"),
            "search_text",
        ).ddl_if(dialect="sqlite"),
        Index("ix_corrections_source_text", "source_text", postgresql_using="hash"),
        Index("ix_corrections_user_id", "user_id"),
        Index(
            "ix_corrections_awaiting",
            *("status", "seq", "user_id", "deleted_at"),
            sqlite_where=text(AWAITS_REVIEW),
            postgresql_where=text(AWAITS_REVIEW),
        ),
        Index(
            "ix_corrections_present",
            *("seq", "status", "verdict", "source_language", "target_language", "user_id", "deleted_at"),
            *("revision", "hter"),
            sqlite_where=text(ON_A_PAGE),
            postgresql_where=text(ON_A_PAGE),
        ),
        Index(
            "ix_corrections_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ).ddl_if(dialect="postgresql"),
    )
    # In the narrow index of those present, pages far back are counted off. SQLite finds texts by a table
    # beside this one (text_index.py): a migration that makes this table anew must make its triggers anew.
    # With 100,000 rows it makes counting 10 x and searching a text 4 x as fast (benchmarks/bench_store.py).
    # PostgreSQL does not order texts of any length, and keeps long values apart from the row by itself.

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    """Order of submission: what "newest first" means, even when a clock is set back."""
    id: Mapped[str] = mapped_column(unique=True)
    revision: Mapped[int]
    source_language: Mapped[str]
    target_language: Mapped[str]
    verdict: Mapped[str]
    deleted_at: Mapped[datetime | None]
    search_text: Mapped[str]
    """All three texts, folded by `search.fold`; kept in step with `corrected_text`."""
    source_text: Mapped[str]
    machine_text: Mapped[str]
    corrected_text: Mapped[str]
    edits: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    comment: Mapped[str] = mapped_column(server_default="")
    checks: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    hter: Mapped[float]
    hter_signature: Mapped[str] = mapped_column(server_default=OLD_HTER_SIGNATURE)
    score: Mapped[float]
    token_log_probs: Mapped[list[float]] = mapped_column(server_default="[]")
    translation_id: Mapped[str] = mapped_column(ForeignKey("translations.id"))
    segment_index: Mapped[int]
    hypothesis_index: Mapped[int]
    model_id: Mapped[str]
    model_digest: Mapped[str] = mapped_column(server_default="")
    tokenizer_digest: Mapped[str] = mapped_column(server_default="")
    options: Mapped[dict[str, Any]]
    signature: Mapped[str] = mapped_column(server_default="")
    source_ids: Mapped[list[int]]
    target_ids: Mapped[list[int]]
    n_best: Mapped[list[str]]
    duration_s: Mapped[float]
    is_control: Mapped[bool | None]
    """The item's, copied as the other facts are."""
    user_id: Mapped[str | None]
    """No foreign key: what was imported may be of somebody who has no account here."""
    user_role: Mapped[str | None]
    revised_by: Mapped[str | None]
    revised_role: Mapped[str | None]
    licence: Mapped[str | None]
    licence_accepted_at: Mapped[datetime | None]
    app_version: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RevisionRow(Base):
    """Every revision of a correction, the newest included. Rows are added, never changed or removed."""

    __tablename__ = "correction_revisions"

    correction_id: Mapped[str] = mapped_column(ForeignKey("corrections.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    corrected_text: Mapped[str]
    edits: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    verdict: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    comment: Mapped[str] = mapped_column(server_default="")
    checks: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    hter: Mapped[float]
    hter_signature: Mapped[str] = mapped_column(server_default=OLD_HTER_SIGNATURE)
    revised_by: Mapped[str | None]
    revised_role: Mapped[str | None]
    licence: Mapped[str | None]
    licence_accepted_at: Mapped[datetime | None]
    app_version: Mapped[str] = mapped_column(server_default="")
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class UserRow(Base):
    """An account. Never removed, since corrections name it."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    """The name, folded by `search.fold`."""
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    languages: Mapped[dict[str, int]]
    licence: Mapped[str | None]
    licence_accepted_at: Mapped[datetime | None]


class SnapshotRow(Base):
    """A frozen set of revisions. Written once, never changed."""

    __tablename__ = "snapshots"

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    licence: Mapped[str]
    filter: Mapped[dict[str, Any]]
    columns: Mapped[list[str]]
    counts: Mapped[dict[str, Any]]


class SnapshotCorrectionRow(Base):
    """Which revision of which correction a snapshot holds. Numbers: there may be a million a snapshot."""

    __tablename__ = "snapshot_corrections"

    snapshot_seq: Mapped[int] = mapped_column(ForeignKey("snapshots.seq"), primary_key=True)
    correction_seq: Mapped[int] = mapped_column(ForeignKey("corrections.seq"), primary_key=True)
    revision: Mapped[int]
