"""Looking through the corrections, mending them, taking them away as a file. Knows no SQL and no widget."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from core.config import require_choice
from core.errors import StoreUnavailableError
from demo_app.services.corrections import check_correction
from demo_app.settings import Settings
from demo_app.store.corrections import Corrections
from demo_app.store.export import write_csv, write_jsonl
from demo_app.store.records import CorrectionQuery, CorrectionRecord, Counts, Page

Kind = Literal["jsonl", "csv"]
WRITERS = {"jsonl": write_jsonl, "csv": write_csv}


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class DatasetService:
    """What the Dataset page can do. Safe to share between threads."""

    settings: Settings
    corrections: Corrections
    clock: Callable[[], datetime] = utc_now
    """Names the export files."""

    def search(self, query: CorrectionQuery) -> Page:
        """One page, newest first."""
        return self.corrections.search(query)

    def get(self, correction_id: str) -> CorrectionRecord:
        """The newest revision; raises `NotFoundError`."""
        return self.corrections.get(correction_id)

    def history(self, correction_id: str) -> tuple[CorrectionRecord, ...]:
        """Every revision, oldest first; raises `NotFoundError`."""
        return self.corrections.history(correction_id)

    def edit(self, correction_id: str, expected_revision: int, corrected_text: str) -> CorrectionRecord:
        """Add a revision; raises the `InputError` tree for the text, else as `Corrections.edit`."""
        check_correction(corrected_text, self.settings)
        return self.corrections.edit(correction_id, expected_revision, corrected_text)

    def delete(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Hide it; `restore` brings it back. Raises as `Corrections.delete`."""
        return self.corrections.delete(correction_id, expected_revision)

    def restore(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Raises as `Corrections.restore`."""
        return self.corrections.restore(correction_id, expected_revision)

    def counts(self) -> Counts:
        """The headline: how many, per direction, and how much people changed."""
        return self.corrections.counts()

    def export(self, query: CorrectionQuery, kind: Kind, folder: Path) -> Path:
        """Write all pages of a search to a new file below `folder`, and return its path.

        Each export gets a folder of its own, so two in one second do not meet. A file that cannot be
        written raises `StoreUnavailableError` and leaves nothing behind."""
        require_choice("kind", kind, tuple(WRITERS))
        name = f"corrections-{self.clock().astimezone(UTC):%Y%m%dT%H%M%SZ}.{kind}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = Path(tempfile.mkdtemp(dir=folder)) / name
        except OSError as error:
            raise _unwritable(folder, error) from error
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                WRITERS[kind](self.corrections.stream(query), file)
        except BaseException as error:
            shutil.rmtree(path.parent, ignore_errors=True)
            if isinstance(error, OSError):
                raise _unwritable(folder, error) from error
            raise
        return path


def _unwritable(folder: Path, error: OSError) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"The export must be written to {folder}, but cannot be ({error.strerror}); free space or choose "
        "another folder."
    )
