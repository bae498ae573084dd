"""How often somebody may try to log in. In memory: a restart forgets it, each process counts for itself."""

from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

from core.errors import BusyError

FAILURES_OF_A_NAME = 5
"""For one name from one address, so that nobody locks a person out from elsewhere."""
FAILURES_OF_AN_ADDRESS = 50
"""For all names together: one office behind one address must not be locked out by a few typing errors."""
WINDOW_S = 15 * 60.0
_REMEMBERED = 20_000
"""Names and addresses; the oldest go, so that no flood of names fills the memory."""


class Attempts:
    """Failed logins of the last quarter of an hour; thread-safe. `clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt as failed before it is tried, so that many at once do not slip through.

        Raises `BusyError` when there were too many."""
        limits = {(name, address): FAILURES_OF_A_NAME, (address,): FAILURES_OF_AN_ADDRESS}
        now = self._clock()
        with self._lock:
            for key, most in limits.items():
                recent = self._recent(key, now)
                if len(recent) >= most:
                    wait_s = recent[0] + WINDOW_S - now
                    minutes = max(1, round(wait_s / 60))
                    raise BusyError(
                        f"There were too many failed logins; try again in {minutes} "
                        f"{'minute' if minutes == 1 else 'minutes'}.",
                        retry_after_s=wait_s,
                    )
            for key in limits:
                self._failures.setdefault(key, deque()).append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of this name from there, and this attempt of the address."""
        with self._lock:
            self._failures.pop((name, address), None)
            of_address = self._failures.get((address,))
            if of_address:
                of_address.pop()

    def _recent(self, key: tuple[str, ...], now: float) -> deque[float]:
        times = self._failures.get(key, deque())
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        return times
