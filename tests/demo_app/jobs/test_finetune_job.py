"""The real job: what it tells while it works, and that a kill in the middle costs nothing but time."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demo_app.jobs.finetune_work import Work
from demo_app.jobs.folder import JobFolder
from demo_app.jobs.runner import Runner
from demo_app.services.learning import finetune_command
from demo_app.store.job_records import ENDED, JobRecord
from tests.demo_app.services.loop_rig import Loop, sentence
from tests.demo_app.store.samples import translation
from tests.tiny import SENTENCES

MANY = [sentence(number) for number in range(24)]
DEADLINE_S = 120


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    made = Loop(tmp_path)
    made.freeze(MANY)
    yield made
    made.close()


@dataclass(frozen=True)
class Told(JobFolder):
    """Remembers all that was told."""

    all: list[Mapping[str, Any]] = field(default_factory=list)

    def tell(self, progress: Mapping[str, Any]) -> None:
        self.all.append(progress)


class Chatty(Work):
    """Leaves nothing out."""

    tell_every_s = 0


def test_progress_moves_while_replay_is_made_and_while_the_model_is_judged(loop: Loop) -> None:
    for typed in SENTENCES[5:]:
        loop.store.translations.add(translation(typed, "whatever"))
    told = Told(loop.folder(loop.start()).path)
    Chatty(told).do()
    shares = [one["share"] for one in told.all]
    assert shares == sorted(shares)
    assert {one["base"] for one in told.all[1:]} == {loop.pool.get("tiny").model_id}
    stages = list(dict.fromkeys(one["stage"] for one in told.all))
    assert stages == ["preparing", "checking", "replaying", "training", "judging", "adding"]
    assert all("doubtful" in one for one in told.all if one["stage"] not in ("preparing", "checking"))
    for stage in ("checking", "replaying", "judging"):
        here = [one for one in told.all if one["stage"] == stage]
        assert len({one["share"] for one in here}) >= 3
        assert any(one["seconds_left"] is not None for one in here)
    assert {one["set"] for one in told.all if "set" in one} == {"held_out", "general"}


def test_a_later_start_does_not_ask_again_what_the_checks_doubt(loop: Loop) -> None:
    folder = loop.trained(loop.start())
    row = {"source": "a", "target": "b", "source_language": "fr", "target_language": "en", "findings": []}
    doubts = {"checked": 20, "fits": False, "allowed": 0.05, "rows": [{"id": f"c{n}", **row} for n in "123"]}
    folder.keep_doubts(doubts)
    version = Work(folder).do()
    report = loop.promotion.report("tiny", version)
    assert report["doubts"] == doubts
    fits = next(one for one in report["verdict"]["conditions"] if one["name"] == "feedback_fits")
    assert (fits["state"], fits["figures"]["doubtful"], fits["figures"]["sentences"]) == ("failed", 3, 20)


def until(runner: Runner, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        runner.tick()
        time.sleep(0.05)  # a look costs the training beside it 4 ms


def test_a_training_killed_in_the_middle_is_gone_on_with_by_the_next_server(loop: Loop) -> None:
    job = loop.start(steps=60, batch_tokens=200)

    def runner() -> Runner:
        jobs, home = loop.store.jobs, loop.settings.jobs_dir
        return Runner(jobs, home, finetune_command, lambda: datetime.now(UTC))

    def curve() -> list[dict[str, Any]]:
        return [row for row in loop.tuning.curve(job.id) if "loss" in row]

    def current() -> JobRecord:
        return loop.store.jobs.get(job.id)

    until(runner(), lambda: curve() and curve()[-1]["step"] > 5)
    os.kill(int((loop.folder(job).path / "pid").read_text()), signal.SIGKILL)
    before = curve()
    until(runner(), lambda: current().state in ENDED)
    log = loop.folder(job).log_tail(50)
    assert (current().state, current().starts) == ("succeeded", 2), log
    assert current().version == loop.registries.of("tiny").aliases().candidate
    steps = [row["step"] for row in curve()]
    assert len(before) < len(steps) == len(set(steps))
    assert steps == sorted(steps) and "going on from step" in log
