"""A correction that nothing speaks against, to be spoiled in one way at a time."""

from dataclasses import replace
from typing import Any

from demo_app.services.quality.findings import Candidate
from demo_app.store.records import UNCHECKED, Assessment

GOOD = Candidate(
    source_language="fr",
    target_language="en",
    source_text="Le boulanger ouvre sa boutique à six heures, même le dimanche.",
    machine_text="The baker opens her shop at six, even Sunday.",
    corrected_text="The baker opens his shop at six o'clock, even on Sundays.",
    verdict="corrected",
    model_id="tiny@0",
    duration_s=20.0,
)


def spoiled(corrected_text: str, **changes: Any) -> Candidate:
    return replace(GOOD, corrected_text=corrected_text, **changes)


class Passing:
    """A gate that finds nothing."""

    def assess(self, one: Candidate) -> Assessment:
        return UNCHECKED
