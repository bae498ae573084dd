"""Whatever becomes of processes and folders, a job goes on or ends with a sentence."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo_app.jobs.folder import JobFolder
from demo_app.jobs.keeper import Keeper
from demo_app.jobs.runner import MAX_FRUITLESS, Runner
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

    def add(self, *plan: str) -> JobFolder:
        job = self.store.jobs.add(NewJob(kind="fake", model="m", base="m@0", snapshot_id=""))
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


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()


def test_a_job_runs_to_its_end_and_its_log_is_kept(rig: Rig) -> None:
    folder = rig.add("done")
    ended = rig.to_the_end(folder)
    assert (ended.state, ended.version, ended.starts, ended.error) == ("succeeded", "abc", 1, "")
    assert folder.log_tail(5) == "start 1: done"
    assert rig.runner().tick() is None


def test_a_failure_is_told_in_the_words_of_the_job_and_the_next_one_starts(rig: Rig) -> None:
    wrong, fine = rig.add("wrong"), rig.add("done")
    runner = rig.runner()
    assert rig.to_the_end(wrong, runner).error == "It went wrong."
    assert rig.to_the_end(fine, runner).state == "succeeded"


def test_a_killed_process_is_started_again(rig: Rig) -> None:
    folder = rig.add("die", "die", "done")
    ended = rig.to_the_end(folder)
    assert (ended.state, ended.starts) == ("succeeded", 3)
    assert (folder.path / "starts").read_text() == "die die done"


def test_a_process_that_always_dies_is_given_up(rig: Rig) -> None:
    ended = rig.to_the_end(rig.add("die"))
    assert (ended.state, ended.starts) == ("failed", MAX_FRUITLESS)
    assert f"died {MAX_FRUITLESS} times in a row" in ended.error


@pytest.mark.parametrize(("share", "state"), [("0.3", "succeeded"), ("0.2", "failed")])
def test_one_more_death_is_forgiven_where_it_came_further(rig: Rig, share: str, state: str) -> None:
    folder = rig.add(share, "done")
    deaths = {"starts": 0, "furthest": 0.2, "fruitless": MAX_FRUITLESS - 1}
    (folder.path / "deaths.json").write_text(json.dumps(deaths))
    assert rig.to_the_end(folder).state == state


def test_progress_begins_the_count_anew_and_less_of_it_does_not(tmp_path: Path) -> None:
    folder, counted = JobFolder(tmp_path), []
    for starts, share in enumerate((None, 0.3, 0.3, 0.1, 0.4, 0.2), start=1):
        folder.tell({} if share is None else {"share": share})
        counted.append(folder.note_death(starts).fruitless)
        assert folder.note_death(starts).fruitless == counted[-1]  # seen by another server too
    assert counted == [1, 0, 1, 2, 0, 1]
    assert (tmp_path / "deaths.json").write_text("[]") and folder.note_death(7).fruitless == 0


def test_a_server_that_comes_back_adopts_what_runs_and_resumes_what_died(rig: Rig) -> None:
    folder, first = rig.add("hang", "done"), rig.runner()
    rig.to_stage(folder, "hang", first)
    second = rig.runner()  # knows nothing of the first one's child
    for _ in range(5):
        watched = second.tick()
        assert watched and (watched.state, watched.starts) == ("running", 1)
    os.kill(int((folder.path / "pid").read_text()), signal.SIGKILL)
    assert rig.to_the_end(folder, second).starts == 2


def test_an_adopted_job_ends_as_its_own_would(rig: Rig) -> None:
    folder = rig.add("hang")
    rig.to_stage(folder, "hang", rig.runner())
    (folder.path / "finish").touch()
    assert rig.to_the_end(folder).state == "succeeded"


def test_a_running_job_stops_when_it_is_cancelled(rig: Rig) -> None:
    folder, runner = rig.add("wait"), rig.runner()
    rig.to_stage(folder, "wait", runner)
    rig.store.jobs.cancel(folder.path.name)
    assert rig.to_the_end(folder, runner).state == "cancelled"


def test_a_job_that_does_not_listen_is_killed(rig: Rig) -> None:
    folder, runner = rig.add("hang"), rig.runner(patience_s=0)
    rig.to_stage(folder, "hang", runner)
    rig.store.jobs.cancel(folder.path.name)
    ended = rig.to_the_end(folder, runner)
    assert (ended.state, ended.starts) == ("cancelled", 1)


def test_a_full_disk_is_told(rig: Rig) -> None:
    ended = rig.to_the_end(rig.add("full"))
    assert (ended.state, ended.starts) == ("failed", 1)
    assert "no room left" in ended.error


def test_a_folder_that_was_taken_away_is_told(rig: Rig) -> None:
    folder, runner = rig.add("hang"), rig.runner()
    rig.to_stage(folder, "hang", runner)
    os.kill(int((folder.path / "pid").read_text()), signal.SIGKILL)
    shutil.rmtree(folder.path)
    ended = rig.to_the_end(folder, runner)
    assert (ended.state, "was taken away" in ended.error) == ("failed", True)


def test_the_keeper_goes_on_after_a_failure_until_it_is_closed() -> None:
    seen: list[int] = []

    def task() -> None:
        seen.append(1)
        raise ValueError("nobody foresaw this")

    keeper = Keeper((task,), every_s=0.001)
    while len(seen) < 3:
        time.sleep(0.001)
    keeper.close()
    keeper.close()
    after = len(seen)
    time.sleep(0.01)
    assert len(seen) == after
