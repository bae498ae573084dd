"""The table of work in the background. A change here needs a migration; a test compares the two."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from demo_app.store.schema import Base, RowNumber

IS_RUNNING = "state = 'running'"


class JobRow(Base):
    """One piece of work, from the queue to its end."""

    __tablename__ = "jobs"
    __table_args__ = (
        # The lease: whatever the processes do, no second job of one data folder is ever running.
        Index(
            "uq_jobs_running",
            "owner",
            unique=True,
            sqlite_where=text(IS_RUNNING),
            postgresql_where=text(IS_RUNNING),
        ),
    )

    seq: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    """The order of the queue."""
    id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str]
    model: Mapped[str]
    base: Mapped[str]
    snapshot_id: Mapped[str]
    options: Mapped[dict[str, Any]]
    created_by: Mapped[str | None]
    owner: Mapped[str] = mapped_column(server_default="")
    progress: Mapped[dict[str, Any]]
    version: Mapped[str]
    error: Mapped[str]
    starts: Mapped[int]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
