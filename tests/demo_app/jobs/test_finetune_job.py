"""The real job: what it tells while it works."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo_app.jobs.finetune_job import Work
from demo_app.jobs.folder import JobFolder
from tests.demo_app.services.loop_rig import Loop, sentence
from tests.demo_app.store.samples import translation
from tests.tiny import SENTENCES

MANY = [sentence(number) for number in range(24)]


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
    stages = list(dict.fromkeys(one["stage"] for one in told.all))
    assert stages == ["preparing", "replaying", "training", "judging", "adding"]
    for stage in ("replaying", "judging"):
        here = [one for one in told.all if one["stage"] == stage]
        assert len({one["share"] for one in here}) >= 4
        assert any(one["seconds_left"] for one in here)
    assert {one["set"] for one in told.all if "set" in one} == {"held_out", "general", "feedback"}
