"""Looking through the corrections and mending them. Knows no SQL and no widget."""

from dataclasses import dataclass

from demo_app.services.corrections import check_correction
from demo_app.settings import Settings
from demo_app.store.corrections import Corrections
from demo_app.store.records import CorrectionQuery, CorrectionRecord, Counts, Page


@dataclass(frozen=True)
class DatasetService:
    """What the Dataset page can do. Safe to share between threads."""

    settings: Settings
    corrections: Corrections

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
