"""The queue on PostgreSQL, where people really write at once."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import count
from threading import Barrier, Thread

import pytest

from core.errors import StaleRevisionError
from demo_app.store.database import Store, open_store
from demo_app.store.project_records import ItemQuery
from tests.demo_app.store.project_samples import LEASE_S, SetClock, answered, project_of, taken
from tests.demo_app.store.samples import correct, counting_ids
from tests.demo_app.store.test_postgres import clear
from tests.demo_app.store.test_queue import race

pytestmark = pytest.mark.skipif("TEST_POSTGRES_URL" not in os.environ, reason="TEST_POSTGRES_URL is not set")
_RUNS = count()


def open_one(clock: SetClock) -> Store:
    prefix = f"queue-{os.getpid()}-{next(_RUNS)}"
    return open_store(os.environ["TEST_POSTGRES_URL"], clock=clock, new_id=counting_ids(prefix))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(clock: SetClock) -> Iterator[Store]:
    opened = open_one(clock)
    yield opened
    clear(opened)
    opened.close()


def test_a_lease_that_ran_out_lets_others_in(store: Store, clock: SetClock) -> None:
    project = project_of(store, 1)
    late = taken(store, project, "ada")
    clock.go(LEASE_S)
    turn = taken(store, project, "bob")
    assert turn.slot_id == late.slot_id
    with pytest.raises(StaleRevisionError):
        answered(store, late, "ada")
    store.queue.flag(turn.slot_id, "bob", "odd")
    store.queue.skip(turn.slot_id, "bob", "")
    answered(store, taken(store, project, "ada"), "ada")
    page = store.projects.items(project.id, ItemQuery(state="flagged"))
    assert (page.total, page.notes) == (1, (("odd",),))
    assert store.projects.progress(project.id).completed == 1


def test_answer_and_turn_are_stored_together_or_not_at_all(store: Store) -> None:
    project = project_of(store, 2)
    turn = taken(store, project, "ada")

    def fail_after_saving() -> str:
        correct(store, "half")
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        store.queue.answer(turn.slot_id, "ada", fail_after_saving)
    assert store.corrections.counts().total == 0
    store.queue.answer(turn.slot_id, "ada", lambda: correct(store, "whole").id)
    assert store.corrections.counts().total == 1


def test_of_many_who_race_for_the_last_turn_one_gets_it(store: Store, clock: SetClock) -> None:
    other = open_one(clock)
    for number in range(5):
        project = project_of(store, 1, name=f"race {number}")
        assert len([turn for turn in race(project.id, store, other) if turn]) == 1
    other.close()


def test_many_at_once_answer_everything_exactly_as_often_as_asked(store: Store) -> None:
    project = project_of(store, 12, annotators=2)
    people = ["", "ada", "bob", "eve"]
    barrier, given = Barrier(2 * len(people)), list[tuple[str, str]]()

    def work(who: str) -> None:
        barrier.wait()
        while turn := store.queue.take(project.id, who):
            try:
                answered(store, turn, who)
            except StaleRevisionError:  # the other tab of the same person was first
                continue
            given.append((who, turn.item.id))

    threads = [Thread(target=work, args=(who,)) for who in people for _tab in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress = store.projects.progress(project.id)
    assert (progress.completed, progress.open_turns) == (12, 0)
    assert set(Counter(item for _, item in set(given)).values()) == {2}
    assert sum(share.answered for share in progress.people) == 24
