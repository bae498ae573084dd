"""What the store takes and gives about work in the background: frozen records of plain values. No SQL."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
CAME_TO_NOTHING: tuple[JobState, ...] = ("failed", "cancelled")
ENDED: tuple[JobState, ...] = ("succeeded", *CAME_TO_NOTHING)


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """Work to be done when its turn comes."""

    kind: str
    model: str
    """Name of the model that it is about."""
    base: str
    """`name@digest` of the version in use; it starts from what is in use when its turn comes."""
    snapshot_id: str
    options: dict[str, Any] = field(default_factory=dict)
    created_by: str | None = None
    """Of the account; None where nobody logs in."""
    owner: str = ""
    """Id of the data folder where its files lie; empty: it is of whoever has them."""
    id: str | None = None
    """Where whoever asks has a folder of this name; None makes a new one."""


@dataclass(frozen=True, kw_only=True)
class JobRecord:
    """One piece of work as it stands."""

    id: str
    kind: str
    state: JobState
    model: str
    base: str
    """`name@digest` of the version that it started from; of one that waits, of what was in use when it was
    added."""
    snapshot_id: str
    options: dict[str, Any]
    created_by: str | None
    owner: str
    """Id of the data folder where its files lie; empty in one of an older release until a server takes it."""
    progress: dict[str, Any]
    """As the process told it last: `stage`, `share` (0 to 1), `seconds_left`, and what else it has."""
    version: str
    """What came of it; empty until it succeeded."""
    error: str
    """Why it failed, in one sentence; empty otherwise."""
    starts: int
    """How often its process was started."""
    created_at: datetime
    """UTC, aware, as the others."""
    started_at: datetime | None
    heartbeat_at: datetime | None
    """When its process was last seen alive."""
    finished_at: datetime | None
    cancel_requested_at: datetime | None
