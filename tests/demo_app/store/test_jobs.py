"""The queue of work in the background: one at a time, in order, and nothing ends twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import InputError, NotFoundError
from demo_app.store.database import Store
from demo_app.store.job_records import JobRecord, NewJob


def add(store: Store, owner: str = "") -> JobRecord:
    new = NewJob(
        kind="finetune", model="fr-en", base="fr-en@0", snapshot_id="s", options={"epochs": 2}, owner=owner
    )
    return store.jobs.add(new)


def test_a_job_waits_runs_tells_and_ends(store: Store) -> None:
    job = add(store)
    assert (job.state, job.options, job.started_at, store.jobs.running("")) == (
        "queued",
        {"epochs": 2},
        None,
        None,
    )
    started = store.jobs.start_next("")
    assert started is not None
    assert (started.id, started.state) == (job.id, "running")
    assert store.jobs.note_start(job.id).starts == 1
    told = store.jobs.beat(job.id, {"stage": "training", "share": 0.5})
    assert (told.progress, told.base) == ({"stage": "training", "share": 0.5}, "fr-en@0")
    assert store.jobs.beat(job.id, {"base": "fr-en@1"}).base == "fr-en@1"
    assert told.heartbeat_at and started.heartbeat_at and told.heartbeat_at > started.heartbeat_at
    ended = store.jobs.finish(job.id, "succeeded", version="abc")
    assert (ended.state, ended.version) == ("succeeded", "abc")
    assert store.jobs.get(job.id) == ended
    with pytest.raises(NotFoundError, match="must be running"):
        store.jobs.finish(job.id, "failed")


def test_the_oldest_goes_first_and_alone(store: Store) -> None:
    first, second = add(store), add(store)
    assert [one.id for one in store.jobs.all()] == [second.id, first.id]
    started = store.jobs.start_next("")
    assert started and started.id == first.id
    assert store.jobs.start_next("") is None
    store.jobs.finish(first.id, "failed", error="Why.")
    following = store.jobs.start_next("")
    assert following and following.id == second.id


def test_each_owner_has_a_queue_of_its_own(store: Store) -> None:
    ours, theirs, nobodys = add(store, "we"), add(store, "they"), add(store)
    assert [one.id for one in store.jobs.of_others("we")] == [theirs.id, nobodys.id]
    for job in (theirs, ours):
        started = store.jobs.start_next(job.owner)
        assert started and store.jobs.running(job.owner) == started and started.id == job.id
    for job in (theirs, nobodys):
        store.jobs.adopt(job.id, "we")
    assert [store.jobs.get(job.id).owner for job in (theirs, nobodys)] == ["they", "we"]


def test_of_two_that_run_and_have_no_owner_one_is_adopted(store: Store) -> None:
    nobodys, ours = add(store), add(store, "we")
    for owner in ("", "we"):
        assert store.jobs.start_next(owner)
    store.jobs.adopt(nobodys.id, "we")
    assert store.jobs.get(nobodys.id).owner == ""
    store.jobs.finish(ours.id, "succeeded")
    store.jobs.adopt(nobodys.id, "we")
    assert store.jobs.running("we") == store.jobs.get(nobodys.id)


def test_of_ten_that_ask_at_once_one_gets_the_lease(store: Store) -> None:
    for _ in range(3):
        add(store)
    with ThreadPoolExecutor(10) as threads:
        got = [one for one in threads.map(lambda _: store.jobs.start_next(""), range(10)) if one]
    assert len(got) == 1


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked_to_stop(store: Store) -> None:
    running, waiting = add(store), add(store)
    store.jobs.start_next("")
    assert store.jobs.cancel(waiting.id).state == "cancelled"
    asked = store.jobs.cancel(running.id)
    assert asked.state == "running"
    assert asked.cancel_requested_at is not None
    store.jobs.finish(running.id, "cancelled")
    for ended in (running, waiting):
        with pytest.raises(InputError, match="cancelled already"):
            store.jobs.cancel(ended.id)


def test_a_job_that_is_not_there_is_told(store: Store) -> None:
    for ask in (store.jobs.get, store.jobs.cancel):
        with pytest.raises(NotFoundError, match="must be a job 'gone'"):
            ask("gone")
