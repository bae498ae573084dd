"""Work in the background: a queue, of which one piece of each owner runs at a time. Knows no process.

The owner is the data folder where the files of a job lie: other servers can do nothing for it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError
from demo_app.store.engine import Database, in_turn
from demo_app.store.job_records import ENDED, JobRecord, JobState, NewJob
from demo_app.store.schema_jobs import JobRow
from demo_app.store.search import require_storable

_ADDING = 0x1_17E_811_EB


class Jobs:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def add(self, job: NewJob, prepare: Callable[[], None] = lambda: None) -> JobRecord:
        """Put it at the end of the queue, once `prepare` has made what it needs; nothing else is added
        meanwhile, and if `prepare` raises, it is not either.

        What has an id already that is here is left alone: the job is returned as it is now."""
        row = JobRow(
            id=job.id or self._new_id(),
            kind=job.kind,
            state="queued",
            model=job.model,
            base=job.base,
            snapshot_id=job.snapshot_id,
            options=job.options,
            created_by=job.created_by,
            owner=job.owner,
            progress={},
            version="",
            error="",
            starts=0,
            created_at=self._clock(),
        )
        with self._database.writing() as session:
            in_turn(session, _ADDING)
            if earlier := session.scalar(select(JobRow).where(JobRow.id == row.id)):
                return _record(earlier)
            prepare()
            session.add(row)
            session.flush()
            return _record(row)

    def get(self, job_id: str) -> JobRecord:
        """Raises `NotFoundError`."""
        require_storable(job_id)
        with self._database.reading() as session:
            return _record(_find(session, job_id))

    def all(self, at_most: int = 100) -> tuple[JobRecord, ...]:
        """Newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(JobRow).order_by(JobRow.seq.desc()).limit(at_most))
            return tuple(map(_record, rows))

    def running(self, owner: str) -> JobRecord | None:
        """The one of this owner that has the lease."""
        with self._database.reading() as session:
            row = session.scalar(select(JobRow).where(JobRow.state == "running", JobRow.owner == owner))
            return None if row is None else _record(row)

    def of_others(self, owner: str) -> tuple[JobRecord, ...]:
        """Those that wait or run, but not here; those that nobody owns yet are among them."""
        theirs = select(JobRow).where(JobRow.state.in_(("queued", "running")), JobRow.owner != owner)
        with self._database.reading() as session:
            return tuple(map(_record, session.scalars(theirs.order_by(JobRow.seq))))

    def adopt(self, job_id: str, owner: str) -> None:
        """Make it the owner's, if nobody's; while another one of the owner's runs, one that runs waits."""
        nobodys = update(JobRow).where(JobRow.id == job_id, JobRow.owner == "")
        with suppress(IntegrityError), self._database.writing() as session:
            session.execute(nobodys.values(owner=owner))

    def start_next(self, owner: str) -> JobRecord | None:
        """Give the owner's oldest in the queue the lease; None where nothing waits or another one has it."""
        waiting = select(JobRow.seq).where(JobRow.state == "queued", JobRow.owner == owner)
        oldest = waiting.order_by(JobRow.seq).limit(1)
        values = {"state": "running", "started_at": self._clock(), "heartbeat_at": self._clock()}
        with self._database.reading() as session:
            if session.scalar(oldest) is None:
                return None  # To look every second must not keep writers waiting.
        try:
            with self._database.writing() as session:
                seq = session.scalar(oldest)
                if seq is None or not _change(session, JobRow.seq == seq, "queued", values):
                    return None
                return _record(session.scalars(select(JobRow).where(JobRow.seq == seq)).one())
        except IntegrityError:  # the index of which there is one entry: another program started one
            return None

    def note_start(self, job_id: str) -> JobRecord:
        """One more process was started for it. Raises `NotFoundError` unless it is running."""
        return self._of_running(job_id, {"starts": JobRow.starts + 1, "heartbeat_at": self._clock()})

    def beat(self, job_id: str, progress: dict[str, Any]) -> JobRecord:
        """Its process was seen alive, and has come so far; `base` of the progress is what it started from.
        Raises `NotFoundError` unless it is running."""
        told = {"progress": progress, "heartbeat_at": self._clock()}
        return self._of_running(job_id, told | ({"base": progress["base"]} if "base" in progress else {}))

    def finish(self, job_id: str, state: JobState, *, error: str = "", version: str = "") -> JobRecord:
        """Give the lease back. Raises `NotFoundError` unless it is running."""
        if state not in ENDED:
            raise ValueError(f"A job ends as one of {', '.join(ENDED)}, but not as {state}.")
        ended = {"state": state, "error": error, "version": version, "finished_at": self._clock()}
        return self._of_running(job_id, ended)

    def cancel(self, job_id: str) -> JobRecord:
        """Take it out of the queue; of a running one note that its process is to stop.

        Raises `InputError` if it has ended already."""
        now = self._clock()
        with self._database.writing() as session:
            row = JobRow.id == job_id
            waiting = {"state": "cancelled", "finished_at": now, "cancel_requested_at": now}
            if not _change(session, row, "queued", waiting):
                _change(session, row, "running", {"cancel_requested_at": now})
            found = _record(_find(session, job_id))
        if found.state in ENDED and found.cancel_requested_at != now:
            raise InputError(f"A job can be cancelled until it ends, but this one {found.state} already.")
        return found

    def _of_running(self, job_id: str, values: dict[str, Any]) -> JobRecord:
        with self._database.writing() as session:
            if not _change(session, JobRow.id == job_id, "running", values):
                raise NotFoundError(f"The job {job_id!r} must be running for this, but is not.")
            return _record(_find(session, job_id))


def _change(session: Session, which: Any, state: JobState, values: dict[str, Any]) -> bool:
    """Whether there was one in this state to change."""
    change = update(JobRow).where(which, JobRow.state == state).values(**values)
    return cast(CursorResult[Any], session.execute(change)).rowcount == 1


def _find(session: Session, job_id: str) -> JobRow:
    row = session.scalar(select(JobRow).where(JobRow.id == job_id).execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError(f"There must be a job {job_id!r}, but there is none; see which there are.")
    return row


def _record(row: JobRow) -> JobRecord:
    return JobRecord(
        id=row.id,
        kind=row.kind,
        state=cast(JobState, row.state),
        model=row.model,
        base=row.base,
        snapshot_id=row.snapshot_id,
        options=dict(row.options),
        created_by=row.created_by,
        owner=row.owner,
        progress=dict(row.progress),
        version=row.version,
        error=row.error,
        starts=row.starts,
        created_at=row.created_at,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        finished_at=row.finished_at,
        cancel_requested_at=row.cancel_requested_at,
    )
