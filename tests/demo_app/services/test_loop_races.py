"""Two people act on one loop at the same moment, or one while the other is not done yet."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import pytest

from core.errors import CorruptCheckpointError, InputError, StaleRevisionError
from core.evaluation.gate import Condition, Verdict
from core.lineage import SHIPPED
from demo_app.services.finetuning import FinetuneRequest, FinetuningService
from demo_app.services.translation import TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.job_records import JobRecord
from tests.demo_app.services.loop_rig import QUICK, Loop, sentence
from tests.tiny import SENTENCES

NOW = datetime(2026, 11, 21, tzinfo=UTC)
HOLDS = Verdict((Condition("general_holds", "passed", "It holds.", {}),)).to_dict()


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    made = Loop(tmp_path)
    made.freeze([sentence(number) for number in range(20)])
    yield made
    made.close()


def start_twice(loop: Loop, *requests: FinetuneRequest) -> list[JobRecord | InputError]:
    """Each by a thread of its own, all of which have looked at the queue before one adds to it."""
    ready = Barrier(len(requests))

    def trust() -> dict[str, float]:
        ready.wait(10)
        return {}

    def start(request: FinetuneRequest) -> JobRecord | InputError:
        service: FinetuningService = replace(loop.tuning, trust=trust)
        try:
            return service.start(request)
        except InputError as error:
            return error

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(start, requests))


def request(**options: object) -> FinetuneRequest:
    return FinetuneRequest(snapshot="v1", model="tiny", options={**QUICK, **options})


def test_of_two_that_start_the_same_at_once_one_is_refused(loop: Loop) -> None:
    told = start_twice(loop, request(), request())
    (job,) = loop.store.jobs.all()
    assert job in told
    (refused,) = [one for one in told if isinstance(one, InputError)]
    assert f"is queued as job {job.id}" in str(refused)
    assert [path.name for path in loop.settings.jobs_dir.iterdir()] == [job.id]


def test_what_is_sent_twice_at_once_under_one_id_is_one_job(loop: Loop) -> None:
    told = start_twice(loop, replace(request(), id="k"), replace(request(), id="k"))
    (job,) = loop.store.jobs.all()
    assert told == [job, job]


def test_another_job_under_the_same_id_at_once_changes_nothing_of_the_first(loop: Loop) -> None:
    told = start_twice(loop, replace(request(), id="k"), replace(request(seed=2), id="k"))
    (job,) = loop.store.jobs.all()
    assert job in told
    (refused,) = [one for one in told if isinstance(one, InputError)]
    assert "this is another job" in str(refused)
    assert loop.folder(job).job()["config"]["seed"] == job.options["seed"]


@pytest.fixture
def both(loop: Loop) -> tuple[str, str]:
    """Two candidates that are better than the shipped model; neither was compared with the other."""
    return loop.refused(1 / 64, verdict=HOLDS), loop.refused(1 / 32, verdict=HOLDS)


def test_who_was_judged_against_another_production_is_not_promoted(loop: Loop, both: tuple[str, str]) -> None:
    first, second = both

    def promoting_first() -> datetime:
        if loop.registries.of("tiny").aliases().production == SHIPPED:
            loop.promotion.promote("tiny", first)
        return NOW

    with pytest.raises(StaleRevisionError, match=f"must still be 'shipped', but is {first}"):
        replace(loop.promotion, clock=promoting_first).promote("tiny", second)
    assert loop.registries.of("tiny").aliases().production == first
    assert loop.pool.get("tiny").model_id == f"tiny@{first}"


def test_who_asks_while_versions_change_has_the_whole_answer_of_one_of_them(loop: Loop) -> None:
    """Promoted and rolled back by the real registry, with real models, under the load of three who ask."""
    candidate = loop.refused(1 / 2, verdict=HOLDS)
    service = TranslationService(Settings(batch_wait_ms=0), loop.pool, loop.store.translations)
    stop = Event()

    def ask() -> tuple[str, str]:
        asked = TranslateRequest(text=SENTENCES[5], source="fr", target="en")
        record = asyncio.run(service.translate(asked))
        return record.model_id, record.target_text

    def keep_asking() -> list[tuple[str, str]]:
        return [ask() for _ in iter(stop.is_set, True)]

    before = ask()
    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(keep_asking) for _ in range(3)]
        found = []
        for _ in range(4):
            loop.promotion.promote("tiny", candidate)
            found.append(ask())
            loop.promotion.rollback("tiny")
            assert ask() == before
        stop.set()
        answers = [answer for one in asking for answer in one.result()]
    service.close()
    (after,) = set(found)
    assert after[0] == f"tiny@{candidate}" and after[1] != before[1]
    assert len(answers) > 3 and set(answers) <= {before, after}


@dataclass
class Unable:
    """Serves nothing; while it tries, somebody promotes another version."""

    loop: Loop
    other: str = ""

    def swap(self, name: str) -> object:
        if self.other:
            self.loop.registries.of(name).promote(self.other, NOW.isoformat())
        raise CorruptCheckpointError("It cannot be loaded.")


def test_what_cannot_be_served_is_taken_back_but_nobody_elses_promotion(
    loop: Loop, both: tuple[str, str]
) -> None:
    first, second = both
    for other, left in (("", SHIPPED), (second, second)):
        with pytest.raises(CorruptCheckpointError):
            replace(loop.promotion, pool=Unable(loop, other)).promote("tiny", first)
        assert loop.registries.of("tiny").aliases().production == left
