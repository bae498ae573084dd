"""Run as a script: forks children that use a store, so that a test can kill them or let them race.

Each line on standard input starts a generation. `save PATH` forks one child that saves for ever: it prints
its process id, then each id once it was acknowledged; when it was killed, `killed` is printed. `answer PATH`
does so for turns of the one project that is there. `choose PATH` forks one after the other that choose among
the versions that await review, and die after one was decided, two and so on; it prints how many died before
one came through. `open PATH` forks eight that open the store at the same moment and prints what they died of,
or `ok`."""

import itertools
import os
import signal
import sys
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from demo_app.store.database import Store, open_store
from demo_app.store.review_records import Adjudication, ReviewQuery, Written
from demo_app.store.reviews import Reviews
from tests.demo_app.store.samples import correct, url_of

CHILDREN = 8
KILLED = "killed"


def opened(path: Path) -> Store:
    return open_store(url_of(path), clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)


def save_for_ever(path: Path) -> None:
    print(os.getpid(), flush=True)
    store = opened(path)
    while True:
        print(correct(store, "It is raining.").id, flush=True)


def answer_for_ever(path: Path) -> None:
    print(os.getpid(), flush=True)
    store = opened(path)
    (project,) = store.projects.all()

    def save(text: str) -> str:
        return correct(store, text).id

    while turn := store.queue.take(project.id, "ada"):
        print(store.queue.answer(turn.slot_id, "ada", partial(save, turn.item.source_text)), flush=True)


def choose(path: Path) -> int:
    for survived in itertools.count():
        if (child := os.fork()) == 0:
            choose_and_die(path, survived + 1)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            return survived
    raise AssertionError


def choose_and_die(path: Path, looks: int) -> None:
    """Dies when it looks at its clock once more: it does so for each version."""
    store = opened(path)
    first, *_ = versions = store.review_queue.page(ReviewQuery()).rows
    left = iter(range(looks))

    def clock() -> datetime:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return datetime.now(UTC)

    seen = {one.record.id: one.record.revision for one in versions}
    choice = Adjudication(seen, first.record.id, Written("Rain falls."))
    Reviews(store.database, clock).adjudicate(str(first.item_id), choice)


def open_together(path: Path) -> list[int]:
    """Exit statuses; a pipe that closes is the starting shot."""
    wait_end, start_end = os.pipe()
    children = []
    for _ in range(CHILDREN):
        child = os.fork()
        if child == 0:
            os.close(start_end)
            os.read(wait_end, 1)
            correct(opened(path), "first")
            os._exit(0)
        children.append(child)
    os.close(start_end)
    os.close(wait_end)
    return [os.waitpid(child, 0)[1] for child in children]


def main() -> None:
    for line in sys.stdin:
        verb, _, path = line.rstrip("\n").partition(" ")
        if verb == "open":
            print(open_together(Path(path)), flush=True)
        elif verb == "choose":
            print(choose(Path(path)), flush=True)
        elif (child := os.fork()) == 0:
            (answer_for_ever if verb == "answer" else save_for_ever)(Path(path))
        else:
            os.waitpid(child, 0)
            print(KILLED, flush=True)


if __name__ == "__main__":
    main()
