"""Two people act on one loop at the same moment, or one while the other is not done yet."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from core.errors import InputError
from demo_app.services.finetuning import FinetuneRequest, FinetuningService
from demo_app.store.job_records import JobRecord
from tests.demo_app.services.loop_rig import QUICK, Loop, sentence


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
