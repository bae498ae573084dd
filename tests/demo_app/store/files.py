"""Corrections written into files, for other programs to read."""

import io
from pathlib import Path

from demo_app.store.formats import FORMATS
from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import History, Selection


def written(kind: str, *histories: History) -> bytes:
    file = io.BytesIO()
    FORMATS[kind].write(Selection(histories), file)
    return file.getvalue()


def written_of(kind: str, *records: CorrectionRecord) -> bytes:
    """Of corrections that were never edited."""
    return written(kind, *((record,) for record in records))


def file_of(folder: Path, kind: str, *records: CorrectionRecord) -> Path:
    path = folder / f"corrections.{FORMATS[kind].ending}"
    path.write_bytes(written_of(kind, *records))
    return path
