"""All checks as one question: keep it, or keep it aside? Knows no SQL and no page."""

import logging
from dataclasses import dataclass
from typing import Protocol

from core.errors import InterlinearError
from demo_app.services.quality.findings import Candidate, Finding, assessment
from demo_app.services.quality.languages import Detector, check_language, check_script
from demo_app.services.quality.scores import Scores, check_scores, measure
from demo_app.services.quality.texts import TEXT_CHECKS
from demo_app.store.records import Assessment

log = logging.getLogger(__name__)


class FindsModels(Protocol):
    """What the gate needs of `services.model_pool.ModelPool`."""

    def by_id(self, model_id: str) -> Scores: ...


class FindsSame(Protocol):
    """What the gate needs of the store."""

    def find_same(
        self, languages: tuple[str, str], source_text: str, corrected_text: str, ignoring: str = ""
    ) -> str | None: ...


class Assesses(Protocol):
    """What saving a correction needs of the gate."""

    def assess(self, one: Candidate, /) -> Assessment: ...


def check_texts(one: Candidate, detector: Detector) -> list[Finding]:
    """What can be found without a model and without the store."""
    found = [finding for check in TEXT_CHECKS if (finding := check(one))]
    if one.corrected_text != one.machine_text and (
        finding := check_script(one) or check_language(one, detector)
    ):
        found.append(finding)
    return found


@dataclass(frozen=True)
class Gate:
    """Thread-safe. It judges and loses nothing: what it cannot judge passes."""

    models: FindsModels
    corrections: FindsSame
    detector: Detector
    max_pieces: int
    """Longer texts are not shown to the model."""

    def assess(self, one: Candidate) -> Assessment:
        """What speaks against the text; `quarantined` where anything severe does. Raises `StoreError`."""
        found = check_texts(one, self.detector)
        if one.corrected_text != one.machine_text:  # of its own text a model has no doubts to add
            found += self._scores(one)
        return assessment([*found, *self._duplicate(one)])

    def _scores(self, one: Candidate) -> list[Finding]:
        try:
            model = self.models.by_id(one.model_id)
            if len(model.encode_target(one.corrected_text)) > self.max_pieces:
                return []
            return check_scores(one, measure(one, model))
        except InterlinearError as error:  # the model is gone, or can say nothing of this text
            log.info("A correction was not held against its model: %s", error)
        except Exception:  # the border between what a person wrote and a model that fails on it
            log.exception("A model failed on a correction, which is kept without its judgement.")
        return []

    def _duplicate(self, one: Candidate) -> list[Finding]:
        if one.was_asked_for:
            return []
        languages = one.source_language, one.target_language
        same = self.corrections.find_same(
            languages, one.source_text, one.corrected_text, ignoring=one.correction_id
        )
        return [Finding(check="duplicate", values={"id": same})] if same else []
