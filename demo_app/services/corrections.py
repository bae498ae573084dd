"""Saving what a person said about a translation, and taking it back. Knows no SQL and no widget."""

from dataclasses import dataclass, replace

from core.errors import InputError, TextTooLongError
from core.text.normalize import require_text
from demo_app.services.notes import check_note
from demo_app.services.quality.findings import Candidate
from demo_app.services.quality.gate import Assesses
from demo_app.services.readings import FindsTranslations
from demo_app.settings import Settings
from demo_app.store.correction_rows import find_hypothesis
from demo_app.store.corrections import Corrections
from demo_app.store.records import Assessment, CorrectionRecord, NewCorrection

MAX_DURATION_S = 7 * 24 * 3600.0
"""A page left open for more than a week measures no work."""


def check_correction(text: str, settings: Settings) -> None:
    """Raise the `InputError` tree unless the text may be stored as a correction. Changes nothing in it."""
    if len(text) > settings.max_text_chars:
        raise TextTooLongError(
            f"A correction may have at most {settings.max_text_chars:,} characters, but this one has "
            f"{len(text):,}; shorten it."
        )
    require_text(text)


@dataclass(frozen=True)
class CorrectionService:
    """What the correction box can do. Safe to share between threads."""

    settings: Settings
    corrections: Corrections
    translations: FindsTranslations
    gate: Assesses

    def submit(self, new: NewCorrection) -> CorrectionRecord:
        """Check and store; it is on disk when this returns, `quarantined` if the gate sets it aside.

        Raises the `InputError` tree for what was sent, `NotFoundError` for what was never translated."""
        return self.corrections.add(new, self.assess(new))

    def assess(self, new: NewCorrection, *, was_asked_for: bool = False) -> Assessment:
        """What `submit` finds before it stores, which takes the model's time. Raises as that does.

        `was_asked_for`: see `Candidate`."""
        check_correction(new.corrected_text, self.settings)
        check_note(new.comment)
        if not 0 <= new.duration_s <= MAX_DURATION_S:
            raise InputError(
                f"The time taken must be from 0 to {MAX_DURATION_S:,.0f} seconds, but is {new.duration_s:g}."
            )
        return self.gate.assess(replace(self._candidate(new), was_asked_for=was_asked_for))

    def undo(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Delete what was just submitted; its history stays. Raises as `GuardedCorrections.delete`: what a
        reviewer accepted is not its author's to take back."""
        return self.corrections.delete(correction_id, expected_revision)

    def _candidate(self, new: NewCorrection) -> Candidate:
        translation = self.translations.get(new.translation_id)
        segment, hypothesis = find_hypothesis(new, translation)
        return Candidate(
            source_language=translation.source_language,
            target_language=translation.target_language,
            source_text=segment.source_text,
            machine_text=hypothesis.text,
            corrected_text=new.corrected_text,
            verdict=new.verdict,
            model_id=translation.model_id,
            duration_s=new.duration_s,
        )
