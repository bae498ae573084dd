"""Micro-batcher: many callers, one model. Requests with one key are run together.

Knows nothing of models or text: the work function, the keys and the items are the caller's."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Generic

from core.errors import BusyError
from demo_app.services.lanes import Batch, Call, Item, Key, Lanes, Result, Ticket

log = logging.getLogger(__name__)
RESTART_S = 5.0
"""A server that is stopped to be started again is back after about so long."""


class Batcher(Generic[Key, Item, Result]):
    """One worker thread calls `run(key, items)`; any event loop of the process may await `submit`.

    Batches never mix keys nor exceed `max_batch`; keys take turns, and within a key callers take turns.
    An item whose run raises fails its own caller only. `wait_s`: see `Lanes`. `queue_size`: items that
    may wait; beyond it `submit` raises `BusyError`. A caller that is cancelled leaves the others alone."""

    def __init__(
        self,
        run: Callable[[Key, Sequence[Item]], Sequence[Result]],
        *,
        max_batch: int,
        wait_s: float,
        queue_size: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._clock = clock
        self._lanes: Lanes[Key, Item, Result] = Lanes(max_batch, wait_s, queue_size)
        self._changed = threading.Condition()
        self._closed = False
        self._worker = threading.Thread(target=self._work, name="batcher", daemon=True)
        self._worker.start()

    async def submit(self, key: Key, item: Item) -> Result:
        """The result of one item; what `run` raised for it is raised here."""
        (result,) = await self.submit_all(key, (item,))
        return result

    async def submit_all(self, key: Key, items: Sequence[Item]) -> list[Result]:
        """Results in the order of the items; the first failure fails the call and drops the rest of it."""
        if not items:
            return []
        call: Call[Item, Result] = Call(items)
        with self._changed:
            if self._closed:
                raise _closing()
            self._lanes.add(key, call, self._clock())
            self._changed.notify()
        call.future.add_done_callback(partial(self._forget, key, call))
        return await asyncio.wrap_future(call.future)

    def backlog_s(self) -> float:
        """How long what waits now will take."""
        with self._changed:
            return self._lanes.backlog_s()

    @property
    def is_closed(self) -> bool:
        """True from the moment when nothing more is taken in."""
        return self._closed

    def close(self) -> None:
        """Let the running batch finish and answer; refuse what waits and what comes. Returns when idle."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._worker.join()

    def _forget(self, key: Key, call: Call[Item, Result], _: Future[list[Result]]) -> None:
        with self._changed:
            self._lanes.discard(key, call)

    def _work(self) -> None:
        try:
            while (batch := self._next_batch()) is not None:
                self._answer(batch.key, batch.tickets)
                with self._changed:
                    self._lanes.answered(batch, self._clock())
        finally:
            with self._changed:
                self._closed = True
                refused = self._lanes.drain()
            for call in refused:
                call.fail(_closing())

    def _next_batch(self) -> Batch[Key, Item, Result] | None:
        """Sleep until a batch is due; None once closed."""
        with self._changed:
            while not self._closed:
                now = self._clock()
                if batch := self._lanes.take(now):
                    return batch
                self._changed.wait(self._lanes.due_in_s(now))
            return None

    def _answer(self, key: Key, tickets: Sequence[Ticket[Item, Result]]) -> None:
        """Run and deliver; when a batch fails, its halves are run apart until the culprit is alone."""
        wanted = [ticket for ticket in tickets if not ticket.call.future.done()]
        if not wanted:
            return
        try:
            results = self._run(key, [ticket.item for ticket in wanted])
            pairs = list(zip(wanted, results, strict=True))
        except Exception as error:
            if len(wanted) == 1:
                wanted[0].call.fail(error)
                return
            log.warning("A batch of %d failed (%r); running its halves apart.", len(wanted), error)
            middle = len(wanted) // 2
            self._answer(key, wanted[:middle])
            self._answer(key, wanted[middle:])
        else:
            for ticket, result in pairs:
                ticket.call.deliver(ticket.index, result)


def _closing() -> BusyError:
    return BusyError("The server is shutting down; try again when it is back.", RESTART_S)
