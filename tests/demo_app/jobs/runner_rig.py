"""A queue in a folder, as many runners as a test wants, and jobs that do what they are told."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo_app.jobs.folder import JobFolder, owner_of
from demo_app.jobs.runner import Runner
from demo_app.store.database import Store, open_store
from demo_app.store.job_records import ENDED, JobRecord, NewJob
from tests.demo_app.store.samples import counting_ids, empty_at

FAKE = Path(__file__).with_name("fake_job.py")


def command(folder: Path) -> list[str]:
    """Without site packages: it needs none, and starts in a tenth of the time."""
    return [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; "
            f"import runpy; runpy.run_path({str(FAKE)!r}, run_name='__main__')", str(folder)]  # fmt: skip


class Rig:
    """One queue, and as many runners as a test wants."""

    def __init__(self, home: Path) -> None:
        self.store: Store = open_store(
            empty_at(home / "x.db"), clock=lambda: datetime.now(UTC), new_id=counting_ids("job")
        )
        self.home = home / "jobs"
        self.started: list[JobFolder] = []

    def runner(self, patience_s: float = 60) -> Runner:
        return Runner(self.store.jobs, self.home, command, lambda: datetime.now(UTC), patience_s)

    def elsewhere(self, later_s: float = 0) -> Runner:
        """Of another server over the same queue, with a data folder of its own and a clock that is ahead."""
        home, later = self.home.parent / "elsewhere" / "jobs", timedelta(seconds=later_s)
        return Runner(self.store.jobs, home, command, lambda: datetime.now(UTC) + later)

    def add(self, *plan: str, owner: str | None = None) -> JobFolder:
        owner = owner_of(self.home) if owner is None else owner
        job = self.store.jobs.add(NewJob(kind="fake", model="m", base="m@0", snapshot_id="", owner=owner))
        folder = JobFolder(self.home / job.id)
        folder.describe({"plan": plan}, {})
        self.started.append(folder)
        return folder

    def job(self, folder: JobFolder) -> JobRecord:
        return self.store.jobs.get(folder.path.name)

    def until(self, runner: Runner, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline
            runner.tick()
            time.sleep(0.01)

    def to_the_end(self, folder: JobFolder, runner: Runner | None = None) -> JobRecord:
        runner = runner or self.runner()
        self.until(runner, lambda: self.job(folder).state in ENDED)
        return self.job(folder)

    def to_stage(self, folder: JobFolder, stage: str, runner: Runner) -> None:
        self.until(runner, lambda: self.job(folder).progress.get("stage") == stage)

    def close(self) -> None:
        for folder in self.started:
            if folder.path.exists():
                (folder.path / "finish").touch()
        self.store.close()


HEAVY = ("feedback.jsonl", "typed.fr-en.txt", "replay/x.gz", "train/state/0.pt", "train/model/weights")
KEPT = ("train/metrics.jsonl", "train/run.json")


def fill(folder: JobFolder) -> None:
    """As a training does."""
    for name in (*HEAVY, *KEPT):
        (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.path / name).touch()


def left_of(folder: JobFolder) -> list[str]:
    return [name for name in (*HEAVY, *KEPT) if (folder.path / name).exists()]
