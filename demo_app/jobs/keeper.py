"""A thread that does something every second for as long as the program runs."""

import logging
import threading
from collections.abc import Callable

from core.errors import InterlinearError

log = logging.getLogger(__name__)


class Keeper:
    """What fails is logged once for each new reason, and tried again."""

    def __init__(self, tasks: tuple[Callable[[], object], ...], every_s: float = 1.0) -> None:
        self._tasks, self._every_s = tasks, every_s
        self._closed = threading.Event()
        self._last_failure = ""
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Returns when the thread has ended; twice is harmless."""
        self._closed.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closed.wait(self._every_s):
            for task in self._tasks:
                self._try(task)

    def _try(self, task: Callable[[], object]) -> None:
        try:
            task()
        except InterlinearError as error:
            if str(error) != self._last_failure:
                log.warning("%s", error)
            self._last_failure = str(error)
        except Exception:
            log.exception("The keeper failed, and goes on.")
