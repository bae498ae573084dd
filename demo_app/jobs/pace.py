"""How far a stretch of work is, and how long the rest of it takes at the pace so far. Knows no job."""

import time
from collections.abc import Callable


class Pace:
    """Of work that consists of so many texts, or of whatever else can be counted."""

    def __init__(
        self, total: float, tell: Callable[..., object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`tell` is called with the share that is done, 0 to 1, the seconds left, None while unknown, and
        what else is told of it."""
        self._total, self._tell, self._clock = max(total, 1), tell, clock
        self._done = self._laid = 0.0
        self._began: tuple[float, float] | None = None

    def further(self, more: float, **facts: object) -> None:
        """So much more of it is done."""
        self._at(self._done + more, **facts)

    def part(self, size: float) -> Callable[[float], None]:
        """Of the next part, which is so large: to be called with the share of it that is done."""
        before, self._laid = self._laid, self._laid + size
        return lambda share: self._at(before + share * size)

    def _at(self, done: float, **facts: object) -> None:
        self._done, now = done, self._clock()
        # What was done before the first call, by a process that was killed, tells nothing of the pace.
        earlier, started = self._began = self._began or (done, now)
        rest = max(0.0, self._total - done)
        left = round(rest * (now - started) / (done - earlier), 1) if done > earlier else None
        self._tell(min(1.0, done / self._total), left, **facts)
