"""Files that only one process may hold, let go by the system itself when that process ends or is killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class HeldFile:
    """A lock that was taken. Keep it for as long as it is to be held; `release` it, or end."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        """A child that inherits it holds the lock too, until both have let go."""
        self._held = True

    def release(self) -> None:
        """Twice is harmless."""
        if self._held:
            self._held = False
            os.close(self.descriptor)


def try_lock(path: Path) -> HeldFile | None:
    """The lock, or None while another process (or another holder in this one) has it.

    Raises `OSError` where the file cannot be made."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return HeldFile(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock, hold it during the block. The file stays, empty, for the next one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
