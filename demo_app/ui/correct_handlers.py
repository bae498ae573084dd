"""Save, "it was right" and undo on the Translate tab."""

from dataclasses import replace
from typing import Any, Literal

from demo_app.services.corrections import MAX_DURATION_S
from demo_app.store.records import CorrectionRecord, NewCorrection
from demo_app.ui.dataset_render import percent, reason_sentences
from demo_app.ui.drafts import draft_items, draft_value, is_of, without_draft
from demo_app.ui.feedback import Refusal, Update, said
from demo_app.ui.services import Services
from demo_app.ui.shown import Shown, hypothesis_of, recalled_text
from demo_app.ui.strings import Strings
from demo_app.ui.translate_handlers import require_shown
from demo_app.ui.translate_layout import TranslateParts


class CorrectHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: TranslateParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def save(self, correction_text: str, drafts: Any, shown: Shown | None) -> Update:
        """Keep the correction; a second save of the same sentence becomes its next revision."""
        here = require_same(shown, drafts, self._strings)
        if here.saved:
            return self._save_again(correction_text, drafts, here, here.saved)
        if correction_text == self._machine_text(here):
            raise Refusal(self._strings.correct.not_changed)
        self._require_new(here, correction_text)
        record = self._services.corrections.submit(self._new(here, correction_text, "corrected"))
        return self._receipt(
            here, record, drafts, self._strings.correct.saved.format(hter=percent(record.hter))
        )

    def confirm(self, correction_text: str, drafts: Any, shown: Shown | None) -> Update:
        """Keep that the machine's text was right as it stands."""
        here = require_same(shown, drafts, self._strings)
        machine = self._machine_text(here)
        if here.saved:
            raise Refusal(self._strings.correct.already_saved)
        self._require_new(here, correction_text)
        if correction_text.strip() and correction_text != machine:
            raise Refusal(self._strings.correct.changed)
        record = self._services.corrections.submit(self._new(here, machine, "right"))
        return self._receipt(here, record, drafts, self._strings.correct.saved_right)

    def undo(self, shown: Shown | None) -> Update:
        """Take back what was just saved; the text stays in the box."""
        here = require_shown(shown, self._strings)
        if not here.saved:
            raise Refusal(self._strings.page.nothing_to_undo)
        self._services.corrections.undo(*here.saved)
        parts = self._parts
        return {
            parts.shown: replace(here, saved=None),
            parts.correct.notice: said(self._strings.correct.undone),
        }

    def _save_again(self, text: str, drafts: Any, here: Shown, saved: tuple[str, int]) -> Update:
        if text == self._services.dataset.get(saved[0]).corrected_text:
            raise Refusal(self._strings.correct.already_saved)
        record = self._services.dataset.edit(*saved, text)
        words = self._strings.correct.saved_again.format(revision=record.revision, hter=percent(record.hter))
        return self._receipt(here, record, drafts, words)

    def _new(self, here: Shown, text: str, verdict: Literal["corrected", "right"]) -> NewCorrection:
        return NewCorrection(
            translation_id=here.translation_id,
            segment_index=here.segment,
            hypothesis_index=here.hypothesis,
            corrected_text=text,
            verdict=verdict,
            duration_s=min(MAX_DURATION_S, max(0.0, self._services.clock() - here.opened_at_s)),
        )

    def _receipt(self, here: Shown, record: CorrectionRecord, drafts: Any, words: str) -> Update:
        items = without_draft(draft_items(drafts), here)
        kind = "done"
        if record.status == "quarantined":
            reasons = " ".join(reason_sentences(self._strings, record))
            words, kind = self._strings.correct.set_aside.format(reasons=reasons), "warning"
        return {
            self._parts.shown: replace(here, saved=(record.id, record.revision)),
            self._parts.correct.notice: said(words, kind, action=self._strings.page.undo),
            self._parts.correct.drafts: draft_value(items, here),
        }

    def _require_new(self, here: Shown, text: str) -> None:
        """Raise `Refusal` for the very correction that is shown in place of the model's words."""
        if text == recalled_text(self._services.find_translation(here.translation_id), here):
            raise Refusal(self._strings.correct.already_saved)

    def _machine_text(self, here: Shown) -> str:
        return hypothesis_of(self._services.find_translation(here.translation_id), here).text


def require_same(shown: Shown | None, drafts: Any, strings: Strings) -> Shown:
    """Raise `Refusal` when the text in the box was written for another sentence than the one now open."""
    here = require_shown(shown, strings)
    if not is_of(drafts, here):
        raise Refusal(strings.correct.moved_on)
    return here
