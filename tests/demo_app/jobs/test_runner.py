"""Whatever becomes of processes and folders, a job goes on or ends with a sentence."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import StoreUnavailableError
from core.locks import try_lock
from demo_app.jobs.folder import JobFolder, owner_of
from demo_app.jobs.keeper import Keeper
from demo_app.jobs.runner import LOST_S, MAX_FRUITLESS, UNKNOWN_S, Runner
from tests.demo_app.jobs.runner_rig import HEAVY, KEPT, Rig, command, fill, left_of


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
    assert "lack of memory: start it again with smaller batches" in ended.error


def test_who_is_killed_again_without_having_come_further_halves_its_batches(rig: Rig) -> None:
    folder = rig.add("0.3", "0.3", "0.2", "0.4", "full")
    rig.to_the_end(folder)
    assert (folder.deaths().halvings, folder.deaths().fruitless) == (2, 0)
    folder.tell({"share": 0.4})
    assert folder.note_death(9, is_killed=False).halvings == 2
    assert folder.note_death(10, is_killed=True).halvings == 3


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


@pytest.mark.parametrize("plan", ["done", "wrong", "die", "full"])
def test_what_a_job_learned_from_goes_when_it_ends_and_the_curve_stays(rig: Rig, plan: str) -> None:
    folder = rig.add(plan)
    fill(folder)
    rig.to_the_end(folder)
    assert left_of(folder) == list(KEPT)
    assert folder.job() and folder.log_tail(1)


def test_nothing_is_left_of_a_job_that_was_killed(rig: Rig) -> None:
    folder, runner = rig.add("hang"), rig.runner(patience_s=0)
    fill(folder)
    rig.to_stage(folder, "hang", runner)
    assert left_of(folder) == [*HEAVY, *KEPT]
    rig.store.jobs.cancel(folder.path.name)
    rig.to_the_end(folder, runner)
    assert left_of(folder) == list(KEPT)


def test_a_server_that_starts_tidies_up_after_jobs_that_ended_without_it(rig: Rig) -> None:
    ended, alive, waiting = rig.add("done"), rig.add("hang"), rig.add("done")
    for folder in (ended, alive):
        rig.store.jobs.cancel(folder.path.name)
    for folder in (ended, alive, waiting):
        fill(folder)
    held = try_lock(alive.lock)
    rig.runner().tick()
    assert [left_of(ended), left_of(alive)] == [list(KEPT), [*HEAVY, *KEPT]]
    assert alive.is_to_stop() and left_of(waiting) == [*HEAVY, *KEPT]
    assert held
    held.release()


def test_what_a_job_that_nobody_knows_would_learn_from_goes_after_an_hour(rig: Rig) -> None:
    young, old = JobFolder(rig.home / "young"), JobFolder(rig.home / "old")
    for folder, age_s in ((young, UNKNOWN_S / 2), (old, UNKNOWN_S * 2)):
        fill(folder)
        os.utime(folder.path, (time.time() - age_s,) * 2)
    rig.runner().tick()
    assert [left_of(young), left_of(old)] == [[*HEAVY, *KEPT], list(KEPT)]


def test_a_process_whose_number_cannot_be_written_is_ended_with_its_job(rig: Rig) -> None:
    folder, found = rig.add("hang"), []
    (folder.path / "pid").write_text("1")  # of an earlier process

    def start(path: Path) -> list[str]:
        found.append((path / "pid").exists())
        (path / "pid").mkdir()
        return command(path)

    ended = rig.to_the_end(folder, Runner(rig.store.jobs, rig.home, start, lambda: datetime.now(UTC)))
    assert (ended.state, found) == ("failed", [False])
    assert "could not be started" in ended.error
    held = try_lock(folder.lock)
    assert held, "its process lives"
    held.release()


def test_a_folder_that_was_taken_away_is_told(rig: Rig) -> None:
    folder, runner = rig.add("hang"), rig.runner()
    rig.to_stage(folder, "hang", runner)
    os.kill(int((folder.path / "pid").read_text()), signal.SIGKILL)
    shutil.rmtree(folder.path)
    ended = rig.to_the_end(folder, runner)
    assert (ended.state, "was taken away" in ended.error) == ("failed", True)


def test_a_server_with_another_data_folder_leaves_a_job_alone(rig: Rig) -> None:
    folder, waiting, here, there = rig.add("wait"), rig.add("done"), rig.runner(), rig.elsewhere()
    assert there.tick() is None and rig.job(folder).state == "queued"
    rig.to_stage(folder, "wait", here)
    assert there.tick() is None and rig.job(folder).state == "running"
    rig.store.jobs.cancel(folder.path.name)
    assert rig.to_the_end(folder, here).state == "cancelled"
    assert rig.to_the_end(waiting, here).state == "succeeded"


def test_a_job_of_an_older_release_belongs_to_whoever_has_its_folder(rig: Rig) -> None:
    running, waiting = rig.add("done", owner=""), rig.add("done", owner="")
    assert rig.store.jobs.start_next("")
    for _ in range(2):
        assert rig.elsewhere().tick() is None
    assert [rig.to_the_end(one).state for one in (running, waiting)] == ["succeeded"] * 2


def test_a_cancelled_job_ends_though_its_server_is_gone(rig: Rig) -> None:
    folder = rig.add("hang", owner="a folder that was lost")
    assert rig.store.jobs.start_next("a folder that was lost")
    rig.elsewhere(2 * LOST_S).tick()
    assert rig.job(folder).state == "running"
    rig.store.jobs.cancel(folder.path.name)
    rig.elsewhere(LOST_S / 2).tick()
    assert rig.job(folder).state == "running"
    rig.elsewhere(2 * LOST_S).tick()
    assert rig.job(folder).state == "cancelled"


def test_the_id_of_a_data_folder_stays(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starters:
        (one,) = set(starters.map(owner_of, [tmp_path / "one" / "jobs"] * 16))
    assert one and one != owner_of(tmp_path / "other" / "jobs")
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="id of the data folder must be kept in"):
        owner_of(tmp_path / "file" / "jobs")


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
