"""Files that are whole or absent, several at once, and what is said when the disk does not take them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.errors import CorpusError


@contextmanager
def writing(what: Path) -> Iterator[None]:
    """Turn a disk that is full, read-only or failing into a `CorpusError` that says what is not written."""
    try:
        yield
    except OSError as error:
        raise CorpusError(
            f"{what} could not be written ({error.strerror or error}): make room on the disk, or name "
            "another folder, and give the same command again; nothing unfinished has a final name."
        ) from error


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each under another name and sync it; only then rename them, in the order given.

    Files that belong together, as the two sides of a split, so change together but for one short moment."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = {name: folder / f".{name}.new" for name in files}
        try:
            for name, content in files.items():
                with unfinished[name].open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            for name, path in unfinished.items():
                path.replace(folder / name)
        finally:
            for path in unfinished.values():
                path.unlink(missing_ok=True)
