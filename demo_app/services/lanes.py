"""The waiting room of the micro-batcher: who waits, who comes next, who goes together.

Plain data: no thread, no lock, no clock of its own; times are seconds on the caller's clock."""

from collections import OrderedDict, deque
from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.errors import BusyError

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Result = TypeVar("Result")


_NEWS = 0.2
"""How much the last batch counts in the mean time of an item: texts differ in length."""


class Call(Generic[Item, Result]):
    """One caller's items and the promise of all their results, in order."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self.future: Future[list[Result]] = Future()
        self.waiting = deque(range(len(self.items)))
        self._results: dict[int, Result] = {}

    def deliver(self, index: int, result: Result) -> None:
        """Keep one result; the last one answers the caller, unless they went away."""
        self._results[index] = result
        if len(self._results) == len(self.items) and self._is_wanted():
            self.future.set_result([self._results[position] for position in range(len(self.items))])

    def fail(self, error: BaseException) -> None:
        """Answer the caller with the error; a call that was answered before stays as it is."""
        if self._is_wanted():
            self.future.set_exception(error)

    def _is_wanted(self) -> bool:
        return not self.future.done() and self.future.set_running_or_notify_cancel()


@dataclass(frozen=True)
class Ticket(Generic[Item, Result]):
    """One item on its way to the model."""

    call: Call[Item, Result]
    index: int

    @property
    def item(self) -> Item:
        return self.call.items[self.index]


@dataclass(frozen=True)
class Batch(Generic[Key, Item, Result]):
    """Items to run together; all of one key."""

    key: Key
    tickets: tuple[Ticket[Item, Result], ...]

    @property
    def is_shared(self) -> bool:
        """True when more than one caller is in it."""
        return len({id(ticket.call) for ticket in self.tickets}) > 1


@dataclass
class _Lane(Generic[Item, Result]):
    due_at: float
    calls: deque[Call[Item, Result]] = field(default_factory=deque)

    def __len__(self) -> int:
        return sum(len(call.waiting) for call in self.calls)

    def draw(self, count: int) -> tuple[Ticket[Item, Result], ...]:
        """Up to `count` items, one of each call in turn, so that a long text never holds up a short one."""
        tickets: list[Ticket[Item, Result]] = []
        while self.calls and len(tickets) < count:
            call = self.calls.popleft()
            tickets.append(Ticket(call, call.waiting.popleft()))
            if call.waiting:
                self.calls.append(call)
        return tuple(tickets)


class Lanes(Generic[Key, Item, Result]):
    """Items of one key wait in one lane; lanes take turns.

    A lane waits for company, at most `wait_s`, only when there is company to expect: another call of
    its key came, or a batch of several callers was answered, within the last `wait_s`."""

    def __init__(self, max_batch: int, wait_s: float, size: int) -> None:
        self._max_batch = max_batch
        self._wait_s = wait_s
        self._size = size
        self._lanes: OrderedDict[Key, _Lane[Item, Result]] = OrderedDict()
        self._company_until: dict[Key, float] = {}
        self._taken_at = 0.0
        self._pace_s = 0.0

    def __len__(self) -> int:
        """Items waiting."""
        return sum(map(len, self._lanes.values()))

    def add(self, key: Key, call: Call[Item, Result], now: float) -> None:
        """Queue the call's items; raises `BusyError` when they do not fit, and then queues none of them."""
        if len(self) + len(call.items) > self._size:
            raise BusyError(
                f"At most {self._size} sentences may wait for translation, {len(self)} are waiting and "
                f"this text has {len(call.items)}; try again in a few seconds.",
                retry_after_s=(len(self) + len(call.items) - self._size) * self._pace_s,
            )
        if key not in self._lanes:
            due_at = now + self._wait_s if self._expects_company(key, now) else now
            self._lanes[key] = _Lane(due_at)
        self._lanes[key].calls.append(call)
        self._expect_company(key, now)

    def discard(self, key: Key, call: Call[Item, Result]) -> None:
        """Take back what still waits of a call that nobody wants any more."""
        lane = self._lanes.get(key)
        if lane is None or call not in lane.calls:
            return
        lane.calls.remove(call)
        if not lane.calls:
            del self._lanes[key]

    def take(self, now: float) -> Batch[Key, Item, Result] | None:
        """The next batch that is full or due, or None."""
        ripe = (
            key for key, lane in self._lanes.items() if lane.due_at <= now or len(lane) >= self._max_batch
        )
        key = next(ripe, None)
        if key is None:
            return None
        lane, self._taken_at = self._lanes[key], now
        tickets = lane.draw(self._max_batch)
        if lane.calls:
            self._lanes.move_to_end(key)
        else:
            del self._lanes[key]
        return Batch(key, tickets)

    def due_in_s(self, now: float) -> float | None:
        """Seconds until the next batch is due, or None when nothing waits."""
        return max(0.0, min(lane.due_at for lane in self._lanes.values()) - now) if self._lanes else None

    def answered(self, batch: Batch[Key, Item, Result], now: float) -> None:
        """Note that a batch is done: callers who came together tend to come back together.

        How long each of its items took tells how long those that wait will."""
        took_s = (now - self._taken_at) / len(batch.tickets)
        self._pace_s = took_s if not self._pace_s else self._pace_s + _NEWS * (took_s - self._pace_s)
        if batch.is_shared:
            self._expect_company(batch.key, now)

    def backlog_s(self) -> float:
        """How long what waits now will take; 0 before the first batch is done."""
        return len(self) * self._pace_s

    def drain(self) -> tuple[Call[Item, Result], ...]:
        """Empty the room; returns the calls that still waited."""
        calls = tuple(call for lane in self._lanes.values() for call in lane.calls)
        self._lanes.clear()
        return calls

    def _expects_company(self, key: Key, now: float) -> bool:
        return now < self._company_until.get(key, now)

    def _expect_company(self, key: Key, now: float) -> None:
        # Old entries go, so that the table stays as small as the traffic of the last few milliseconds.
        self._company_until = {other: until for other, until in self._company_until.items() if until > now}
        if self._wait_s > 0:
            self._company_until[key] = now + self._wait_s
