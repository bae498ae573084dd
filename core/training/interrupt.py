"""Ctrl-C as a wish to stop, which the loop grants where its state is whole."""

import signal
import threading
from types import FrameType, TracebackType


class Interrupt:
    """As a context: the first Ctrl-C only sets `is_asked`; the second interrupts at once, as usual.

    Changes nothing outside the main thread, or where somebody else handles Ctrl-C."""

    is_asked = False
    _is_ours = False

    def __enter__(self) -> None:
        is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        self._is_ours = is_usual and threading.current_thread() is threading.main_thread()
        if self._is_ours:
            signal.signal(signal.SIGINT, self._ask)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
