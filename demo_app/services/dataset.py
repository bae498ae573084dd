"""Looking through the corrections and mending them. Knows no SQL and no widget."""

from dataclasses import dataclass

from demo_app.services.corrections import check_correction
from demo_app.services.notes import check_note
from demo_app.services.quality.findings import Candidate
from demo_app.services.quality.gate import Assesses
from demo_app.services.quality.texts import TOO_FAST
from demo_app.settings import Settings
from demo_app.store.corrections import Corrections
from demo_app.store.records import Assessment, CorrectionQuery, CorrectionRecord, Counts, Page


def candidate_of(record: CorrectionRecord, corrected_text: str) -> Candidate:
    """A stored correction with another text, as the gate looks at it."""
    return Candidate(
        source_language=record.source_language,
        target_language=record.target_language,
        source_text=record.source_text,
        machine_text=record.machine_text,
        corrected_text=corrected_text,
        verdict="right" if corrected_text == record.machine_text else "corrected",
        model_id=record.model_id,
        correction_id=record.id,
    )


def _still_too_fast(now: CorrectionRecord, assessed: Assessment) -> Assessment:
    """With that finding where no reviewer put it aside: nobody measures how long an edit takes."""
    is_open = now.status in ("quarantined", "rejected")
    kept = tuple(check for check in now.checks if is_open and check["check"] == TOO_FAST)
    return Assessment((*assessed.checks, *kept), "quarantined") if kept else assessed


@dataclass(frozen=True)
class DatasetService:
    """What the Dataset page can do. Safe to share between threads."""

    settings: Settings
    corrections: Corrections
    gate: Assesses

    def search(self, query: CorrectionQuery) -> Page:
        """One page, newest first."""
        return self.corrections.search(query)

    def get(self, correction_id: str) -> CorrectionRecord:
        """The newest revision; raises `NotFoundError`."""
        return self.corrections.get(correction_id)

    def history(self, correction_id: str) -> tuple[CorrectionRecord, ...]:
        """Every revision, oldest first; raises `NotFoundError`."""
        return self.corrections.history(correction_id)

    def edit(
        self, correction_id: str, expected_revision: int, corrected_text: str, comment: str | None = None
    ) -> CorrectionRecord:
        """Add a revision; another text the gate looks at anew, but what was typed too fast stays set aside.

        `comment`: None leaves what there is. Raises the `InputError` tree for the texts, else as
        `Corrections.edit`."""
        check_correction(corrected_text, self.settings)
        check_note(comment or "")
        now = self.corrections.get(correction_id)
        assessed = _still_too_fast(now, self.gate.assess(candidate_of(now, corrected_text)))
        return self.corrections.edit(
            correction_id, expected_revision, corrected_text, assessed, comment=comment
        )

    def release(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Take one that was set aside back among the others. Raises as `Corrections.release`."""
        return self.corrections.release(correction_id, expected_revision)

    def delete(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Hide it; `restore` brings it back. Raises as `Corrections.delete`."""
        return self.corrections.delete(correction_id, expected_revision)

    def restore(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Raises as `Corrections.restore`."""
        return self.corrections.restore(correction_id, expected_revision)

    def counts(self) -> Counts:
        """The headline: how many, per direction, and how much people changed."""
        return self.corrections.counts()
