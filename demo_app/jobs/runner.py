"""Moves the queue on: starts the next job's process, watches it, starts it again when it died.

The process outlives whoever started it. Whether it lives is told by a lock that it inherited and that the
system lets go however it ends; so any number of programs may watch one queue, a restarted server goes on
watching what it finds, and no job ever has two processes. A job whose files lie in another data folder is
left to the server there. Knows nothing of what a job does."""

import logging
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from core.errors import NotFoundError
from core.locks import HeldFile, try_lock
from demo_app.jobs.folder import NO_ROOM, NO_ROOM_STATUS, Deaths, JobFolder, Outcome, owner_of
from demo_app.store.job_records import ENDED, JobRecord
from demo_app.store.jobs import Jobs

log = logging.getLogger(__name__)
_PROGRAM = Path(__file__).resolve().parents[2]
"""Where `python -m` finds it, wherever the server was started."""
MAX_FRUITLESS = 5
"""A process that was killed is started again, but not for ever if it gets no further."""
HEARTBEAT_S = 10.0
PATIENCE_S = 15.0
"""For a process that was asked to stop, before it is killed."""
UNKNOWN_S = 3600.0
"""A folder of a job that nobody knows is not one that is just being made, if it is so old."""
LOST_S = 60.0
"""A job that is to stop, and that no server looked after for so long, ends without one."""


class Runner:
    """`tick` every second or so, from one thread at a time."""

    def __init__(
        self,
        jobs: Jobs,
        home: Path,
        command: Callable[[Path], Sequence[str]],
        clock: Callable[[], datetime],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`home`: each job has a folder there, named by its id. `command`: starts the job of a
        folder."""
        self._jobs, self._home, self._command, self._clock = jobs, home, command, clock
        self._patience = timedelta(seconds=patience_s)
        self._child: tuple[str, subprocess.Popen[bytes]] | None = None
        self._swept = False

    def tick(self) -> JobRecord | None:
        """The job of this data folder that is running or has just ended; None where there is none.

        Raises `StoreUnavailableError`; then nothing is lost, and the next tick goes on."""
        if not self._swept:
            self._sweep()
        owner = owner_of(self._home)
        self._see_to_strays(owner)
        job = self._jobs.running(owner) or self._jobs.start_next(owner)
        if job is None:
            return None
        try:
            return self._look_after(job, JobFolder(self._home / job.id))
        except NotFoundError:  # somebody else saw it end first
            return self._jobs.get(job.id)

    def _sweep(self) -> None:
        """Tidy up after jobs that ended when no runner looked: cancelled while they waited, or elsewhere; or
        that nobody knows, since whoever added them was killed meanwhile."""
        for path in sorted(self._home.glob("*/")):
            folder = JobFolder(path)
            with suppress(OSError):  # one that cannot be used
                job = self._known(path.name)
                if self._is_young(path) if job is None else job.state not in ENDED:
                    continue
                if lock := try_lock(folder.lock):
                    folder.tidy()
                    lock.release()
                elif job:
                    folder.ask_to_stop()
        self._swept = True

    def _known(self, job_id: str) -> JobRecord | None:
        try:
            return self._jobs.get(job_id)
        except NotFoundError:
            return None

    def _is_young(self, path: Path) -> bool:
        return self._clock().timestamp() - path.stat().st_mtime < UNKNOWN_S

    def _see_to_strays(self, owner: str) -> None:
        """Take those of older releases whose files are here; end those that nobody is there to stop."""
        lost = self._clock() - timedelta(seconds=LOST_S)
        for job in self._jobs.of_others(owner):
            if not job.owner and JobFolder(self._home / job.id).job():
                self._jobs.adopt(job.id, owner)
            elif (asked := job.cancel_requested_at) and max(asked, job.heartbeat_at or asked) < lost:
                with suppress(NotFoundError):  # somebody else saw it end first
                    self._jobs.finish(job.id, "cancelled")

    def _look_after(self, job: JobRecord, folder: JobFolder) -> JobRecord:
        if not folder.job():
            return self._end(
                job, _failed(f"The folder {folder.path} of this job was taken away; start it again.")
            )
        try:
            lock = try_lock(folder.lock)
        except OSError as error:
            return self._end(
                job, _failed(f"The job's folder cannot be used ({error.strerror}); start it again.")
            )
        if lock is None:
            return self._watch(job, folder)
        try:
            return self._without_process(job, folder, lock)
        finally:
            lock.release()  # the child has its own hold on it

    def _watch(self, job: JobRecord, folder: JobFolder) -> JobRecord:
        """Its process lives, whoever started it."""
        now, progress = self._clock(), folder.progress()
        if job.cancel_requested_at is not None:
            self._stop(folder, hard=now - job.cancel_requested_at > self._patience)
        silent = job.heartbeat_at is None or now - job.heartbeat_at > timedelta(seconds=HEARTBEAT_S)
        return self._jobs.beat(job.id, progress) if silent or progress != job.progress else job

    def _without_process(self, job: JobRecord, folder: JobFolder, lock: HeldFile) -> JobRecord:
        """It has ended, or died, or was never started."""
        status = self._exit_status(job)
        if outcome := folder.outcome():
            return self._end(job, outcome)
        if job.cancel_requested_at is not None:
            return self._end(job, Outcome(state="cancelled"))
        if status == NO_ROOM_STATUS:
            return self._end(job, _failed(NO_ROOM))
        if job.starts:
            try:
                deaths = folder.note_death(job.starts, status == -signal.SIGKILL)
            except OSError as error:
                return self._end(job, _failed(f"The job's folder cannot be written ({error.strerror})."))
            if deaths.fruitless >= MAX_FRUITLESS:
                return self._end(job, _given_up(deaths))
            log.warning("The process of job %s died (status %s) and is started again.", job.id, status)
        return self._start(job, folder, lock)

    def _start(self, job: JobRecord, folder: JobFolder, lock: HeldFile) -> JobRecord:
        job = self._jobs.note_start(job.id)
        child: subprocess.Popen[bytes] | None = None
        try:
            (folder.path / "pid").unlink(missing_ok=True)  # by now the number may be anybody's
            with folder.log.open("ab") as printed:
                child = subprocess.Popen(
                    self._command(folder.path),
                    cwd=_PROGRAM,
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    pass_fds=(lock.descriptor,),
                    # An interrupt typed at the server is not meant for it.
                    start_new_session=True,
                )
            (folder.path / "pid").write_text(str(child.pid))
        except OSError as error:
            if child:
                child.kill()
                child.wait()
            return self._end(job, _failed(f"Its process could not be started ({error.strerror}); try again."))
        self._child = job.id, child
        return job

    def _stop(self, folder: JobFolder, hard: bool) -> None:
        """The number was written by whoever started the process that has the lock, so nobody else is hit."""
        try:
            folder.ask_to_stop()
            if hard:
                os.kill(int((folder.path / "pid").read_text()), signal.SIGKILL)
        except (OSError, ValueError) as error:
            log.warning("The job in %s cannot be stopped: %s", folder.path, error)

    def _exit_status(self, job: JobRecord) -> int | None:
        """Of a process that this program started; reaps it."""
        if self._child is None or self._child[0] != job.id:
            return None
        return self._child[1].wait()

    def _end(self, job: JobRecord, outcome: Outcome) -> JobRecord:
        JobFolder(self._home / job.id).tidy()  # first: the database may be on the same full disk
        ended = self._jobs.finish(job.id, outcome.state, error=outcome.error, version=outcome.version)
        self._child = None
        return ended


def _given_up(deaths: Deaths) -> Outcome:
    return _failed(
        f"Its process died {deaths.fruitless} times in a row without getting further than "
        f"{100 * deaths.furthest:.0f} %; the log tells more. Where it tells nothing, the system may have "
        "killed it for lack of memory: start it again with smaller batches, or give the machine more."
    )


def _failed(sentence: str) -> Outcome:
    return Outcome(state="failed", error=sentence)
