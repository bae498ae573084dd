"""Zip archives of strangers: members are read by name into memory, never unpacked to disk."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from core.errors import ArchiveError

MAX_UNPACKED_BYTES = 1_000_000_000


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a broken archive does into an `ArchiveError` that says what to do."""
    try:
        yield
    except (
        *(OSError, EOFError, UnicodeDecodeError, zipfile.BadZipFile, zlib.error),
        *(RuntimeError, NotImplementedError),  # a member with a password, or packed in a way unknown here
    ) as error:
        raise ArchiveError(
            f"{path} must be a whole archive of its corpus, but cannot be read ({error}); delete it and give "
            "the same command again, which fetches it anew."
        ) from error


def read_members(path: Path, pattern: str, max_bytes: int = MAX_UNPACKED_BYTES) -> Iterator[tuple[str, str]]:
    """(name, text) of each UTF-8 member whose name matches, in the order of the names.

    Raises `ArchiveError` when there is none, and when together they hold more than `max_bytes`, whatever the
    archive itself says of its sizes."""
    left = max_bytes
    with reading(path), zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if fnmatch(name, pattern))
        if not names:
            raise ArchiveError(f"{path} must hold a file {pattern}, but holds none; is it the right archive?")
        for name in names:
            with archive.open(name) as member:
                content = member.read(left + 1)
            left -= len(content)
            if left < 0:
                raise ArchiveError(f"{path} must hold at most {max_bytes:,} bytes unpacked, but holds more.")
            yield name, content.decode("utf-8-sig")
