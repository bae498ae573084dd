"""Files of a run that are whole or absent, and what is said when the disk does not take them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import CheckpointError, ConfigError
from core.locks import try_lock


@contextmanager
def saving(what: str) -> Iterator[None]:
    """Turn a disk that is full, read-only or failing into a `CheckpointError` that says what is not saved."""
    try:
        yield
    except OSError as error:
        raise CheckpointError(
            f"{what} could not be saved ({error.strerror}), so the run stopped; what was saved is kept: "
            "make room on the disk and give the same command again."
        ) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep every other process from training in `folder`, which is made; let go by a kill as well.

    Raises `ConfigError` where one does already: each would go on from what the other saved."""
    with saving("What the run needs"):
        folder.mkdir(parents=True, exist_ok=True)
        lock = try_lock(folder / "lock")
    if lock is None:
        raise ConfigError(
            f"The folder {folder} must have one run at a time, but another process trains in it; wait until "
            "it ends, stop it, or give another folder."
        )
    try:
        yield
    finally:
        lock.release()


def write_whole(path: Path, content: bytes) -> None:
    """Write under another name, sync, rename: a kill leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
