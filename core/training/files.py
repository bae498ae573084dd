"""Files of a run that are whole or absent, and what is said when the disk does not take them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import CheckpointError


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
