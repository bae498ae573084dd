"""What a job and those who watch it tell each other: files in one folder.

job.json        what to do; written before anybody starts it
progress.json   how far it is; replaced whole, several times a second at most
doubts.json     which corrections the checks doubt; written once, before anything is learned from them
log.txt         what its processes printed, one after the other
cancel          there if it is to stop
deaths.json     how often its process died without getting further
outcome.json    how it ended; written once, last
alive.lock      held by its process for as long as that lives, however it dies"""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import StoreUnavailableError
from core.locks import locked
from core.training.files import write_whole
from demo_app.store.job_records import JobState

NO_ROOM_STATUS = 28
"""Exit status of a process that could not even write its outcome: the number of ENOSPC."""
NO_ROOM = "The disk has no room left; free some space and start it again."
_HEAVY = ("*.jsonl", "typed.*.txt", "replay", "train/*/")
"""What it learned from, and weights; the curve is a file in `train`."""
_TAIL_BYTES = 65_536


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a job ended."""

    state: JobState
    error: str = ""
    """One sentence, where it failed."""
    kind: str = ""
    """Class of what failed, where it is one of `core.errors`."""
    version: str = ""
    """What came of it, where it succeeded."""


@dataclass(frozen=True, kw_only=True)
class Deaths:
    """What became of its processes, as far as they died."""

    starts: int = 0
    """Of the last death that is counted."""
    furthest: float = 0.0
    """Share of the work at which one died."""
    fruitless: int = 0
    """Deaths in a row that got no further than one before them."""
    halvings: int = 0
    """Deaths by SIGKILL, as the system gives for lack of memory, that got no further; never counted anew."""


@dataclass(frozen=True)
class JobFolder:
    """Of one job. Reading never fails: what cannot be read is not there yet."""

    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "alive.lock"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    def describe(self, job: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        """Make the folder; raises `StoreUnavailableError` when the disk will not."""
        try:
            for name, content in files.items():
                write_whole(self.path / name, content)
            self._write_job(job)
        except OSError as error:
            shutil.rmtree(self.path, ignore_errors=True)
            raise StoreUnavailableError(
                f"The job must be written to {self.path}, but cannot be ({error.strerror}); make room there."
            ) from error

    def job(self) -> dict[str, Any]:
        """What to do; empty if that was never written."""
        return _read(self.path / "job.json")

    def note(self, **facts: Any) -> None:
        """More of what to do, found at the first start and meant for every later one; raises `OSError`."""
        self._write_job({**self.job(), **facts})

    def _write_job(self, job: Mapping[str, Any]) -> None:
        write_whole(self.path / "job.json", json.dumps(job, ensure_ascii=False, indent=1).encode())

    def progress(self) -> dict[str, Any]:
        """As it was told last."""
        return _read(self.path / "progress.json")

    def tell(self, progress: Mapping[str, Any]) -> None:
        """A number that is none becomes null. Raises `OSError`. Not synced: of a machine that loses power
        nobody asks how far it was."""
        plain = json.loads(json.dumps(progress), parse_constant=lambda _: None)
        part = self.path / ".progress.json.new"
        part.write_text(json.dumps(plain), encoding="utf-8")
        os.replace(part, self.path / "progress.json")

    def keep_doubts(self, doubts: Mapping[str, Any]) -> None:
        """For whoever watches, and for a later start. Raises `OSError`."""
        write_whole(self.path / "doubts.json", json.dumps(doubts, ensure_ascii=False).encode())

    def doubts(self) -> dict[str, Any]:
        """As they were kept; empty as long as nobody asked."""
        return _read(self.path / "doubts.json")

    def outcome(self) -> Outcome | None:
        """None while it has not ended."""
        found = _read(self.path / "outcome.json")
        try:
            return Outcome(**found) if found else None
        except TypeError:
            return None

    def end(self, outcome: Outcome) -> None:
        """Raises `OSError`."""
        write_whole(self.path / "outcome.json", json.dumps(asdict(outcome), ensure_ascii=False).encode())

    def tidy(self) -> None:
        """Of a job that ended, leave what tells of it, and the curve. Never fails."""
        for found in [path for pattern in _HEAVY for path in self.path.glob(pattern)]:
            if found.is_dir():
                shutil.rmtree(found, ignore_errors=True)
            else:
                with suppress(OSError):
                    found.unlink()

    def deaths(self) -> Deaths:
        """So far."""
        try:
            return Deaths(**_read(self.path / "deaths.json"))
        except TypeError:
            return Deaths()

    def halvings(self) -> int:
        """How often the batch is to be halved: from the start, and for deaths."""
        return int(self.job().get("halvings", 0)) + self.deaths().halvings

    def note_death(self, starts: int, is_killed: bool = False) -> Deaths:
        """Count a death, once, by how often its process was started. Raises `OSError`."""
        before = self.deaths()
        if starts == before.starts:
            return before
        share = self.progress().get("share")
        reached = float(share) if isinstance(share, int | float) else 0.0
        further = reached > before.furthest
        now = Deaths(
            starts=starts,
            furthest=max(reached, before.furthest),
            fruitless=0 if further else before.fruitless + 1,
            halvings=before.halvings + (is_killed and not further),
        )
        write_whole(self.path / "deaths.json", json.dumps(asdict(now)).encode())
        return now

    def ask_to_stop(self) -> None:
        """Raises `OSError`."""
        (self.path / "cancel").touch()

    def is_to_stop(self) -> bool:
        return (self.path / "cancel").exists()

    def log_tail(self, lines: int) -> str:
        """The last lines of what was printed."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        # A bar that is redrawn returns to the start of its line: only its last state is told.
        return "\n".join(line.rpartition("\r")[2] for line in text.splitlines()[-lines:])


def owner_of(home: Path) -> str:
    """Whose the jobs are that have their folders in `home`: the id of the data folder that it lies in.

    Several servers may share a database, each with a data folder of its own. The id is made once, and kept
    in the data folder as `server.id`. Raises `StoreUnavailableError`."""
    path = home.parent / "server.id"
    try:
        if not path.exists():
            with locked(path.with_name(".server.id.lock")):
                if not path.exists():
                    write_whole(path, secrets.token_hex(8).encode() + b"\n")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnavailableError(
            f"The id of the data folder must be kept in {path}, but cannot be read or written ({error}); "
            "make the folder writable for this account."
        ) from error


def is_no_room(error: BaseException | None) -> bool:
    """Whether it, or what it came of, says that the disk is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__
    return False


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
