"""The queue on PostgreSQL, where people really write at once."""

from collections import Counter
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from core.errors import StaleRevisionError
from demo_app.store.database import Store, open_store
from tests.demo_app.store.postgres import IS_THERE, empty_url, own_url
from tests.demo_app.store.project_samples import SetClock, answered, project_of
from tests.demo_app.store.samples import counting_ids
from tests.demo_app.store.test_queue import race

pytestmark = pytest.mark.skipif(not IS_THERE, reason="TEST_POSTGRES_URL is not set")


def open_url(url: str, prefix: str = "id") -> Store:
    return open_store(url, clock=SetClock(), new_id=counting_ids(prefix))


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_url(empty_url())
    yield opened
    opened.close()


def test_of_many_who_race_for_the_last_turn_one_gets_it(store: Store) -> None:
    other = open_url(own_url(), "other")
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
