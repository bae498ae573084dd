"""From a stored translation to what the Translate tab shows. Asks services, changes nothing."""

from typing import Any

import gradio as gr

from core.errors import InterlinearError
from demo_app.services.lab_page import bare_page, lab_page
from demo_app.store.records import TranslationRecord
from demo_app.ui.feedback import QUIET, Update, told
from demo_app.ui.services import Services
from demo_app.ui.shown import (
    Shown,
    chosen_text,
    chosen_texts,
    hypothesis_of,
    recalled_text,
    segment_of,
    target_of,
)
from demo_app.ui.strings import Labels, Strings
from demo_app.ui.translate_layout import TranslateParts
from demo_app.ui.translate_recall import memory_mark, memory_value
from demo_app.viz.edits import edit_list, live_diff, ranking


class Renderer:
    """Draws one sentence with one hypothesis. Runs the model for its attention: call it in a thread."""

    def __init__(self, services: Services, strings: Strings, parts: TranslateParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def sentence(self, record: TranslationRecord, shown: Shown, correction_text: str) -> Update:
        """Everything on the tab that belongs to the sentence."""
        parts = self._parts
        several = len(segment_of(record, shown).hypotheses) > 1
        return {
            **self.hypothesis(record, shown, correction_text),
            parts.readings: gr.update(visible=several),
            **self.readings(record, shown),
            parts.correct.card: gr.update(visible=True),
            parts.lab.frame: gr.update(visible=True),
            **{view: None for view in (parts.lab.tree, parts.lab.compare)},
        }

    def hypothesis(self, record: TranslationRecord, shown: Shown, correction_text: str) -> Update:
        """What changes with the hypothesis alone.

        The list it was picked from is left alone: by now the person may have picked another."""
        parts, page = self._parts, self.page(record, shown)
        facts = facts_of(self._strings.facts, record, shown, page[self._parts.lab.page])
        return {
            parts.shown: shown,
            parts.target.sentences: self._sentences(record, shown),
            parts.target.memory: memory_value(self._strings, record, shown),
            parts.target.facts: {"items": facts, "text": chosen_text(record, shown)},
            parts.correct.text: correction_text,
            parts.correct.diff: self.diff(record, shown, correction_text),
            parts.correct.notice: QUIET,
            parts.lab.matter: None,
            **page,
        }

    def readings(self, record: TranslationRecord, shown: Shown) -> Update:
        """The list of hypotheses, with the one that was taken."""
        hypotheses = segment_of(record, shown).hypotheses
        cards = ranking([h.text for h in hypotheses], [h.score for h in hypotheses])
        selected = {"selected": shown.hypothesis, "language": record.target_language}
        return {self._parts.nbest: {"items": cards, **selected}}

    def diff(self, record: TranslationRecord, shown: Shown, correction_text: str) -> dict[str, Any]:
        """What a person changed so far."""
        changes = live_diff(hypothesis_of(record, shown).text, correction_text)
        kept = correction_text == recalled_text(record, shown)
        return {**changes, "language": record.target_language, "kept": kept}

    def page(self, record: TranslationRecord, shown: Shown) -> Update:
        """The data of the lab, or the sentence that says why the model can say nothing of this target."""
        lab, target = self._parts.lab, target_of(record, shown)
        place = {"hypothesis": shown.hypothesis, "step": shown.trail.step, "steps": shown.trail.steps}
        try:
            page = lab_page(self._services.readings.read(shown.place, target))
            notice: dict[str, str] = QUIET
        except InterlinearError as error:
            page, notice = bare_page(record, shown.place, target), told(error, self._strings, "warning")
        whole = {"source": record.source_text.strip(), "target": chosen_text(record, shown)}
        before = target_of(record, shown.at_step(shown.trail.step - 1)).text
        drawn = {
            "shown": {**page["shown"], **place},
            "whole": whole,
            "changes": edit_list(before, target.text),
        }
        return {lab.page: {**page, **drawn}, lab.notice: notice}

    def _sentences(self, record: TranslationRecord, shown: Shown) -> Any:
        texts = chosen_texts(record, shown)
        items = [
            {"text": text, "separator": segment.separator, "memory": memory_mark(segment, text)}
            for text, segment in zip(texts, record.segments, strict=True)
        ]
        return gr.update(value={"items": items, "selected": shown.segment}, visible=len(items) > 1)


def facts_of(
    words: Labels, record: TranslationRecord, shown: Shown, page: dict[str, Any]
) -> list[dict[str, str]]:
    """What is known about a hypothesis, as rows; `page`: the data of the lab."""
    target = page["target"]
    hypothesis, made = hypothesis_of(record, shown), shown.trail.target
    time = f"{record.duration_s * 1000:.0f} ms" if record.duration_s < 1 else f"{record.duration_s:.1f} s"
    log_prob = hypothesis.log_prob if made is None else target["log_prob"]
    score = hypothesis.score if made is None else target["score"]
    rows = [
        (words["score"], _signed(score), words["score_hint"]),
        (words["log_prob"], _signed(log_prob), words["log_prob_hint"]),
        (words["time"], time, words["time_hint"]),
        (words["model"], record.model_id, record.model_id),
    ]
    if page["model"]["is_apart"]:
        rows.append((words["apart"], words["apart_value"], words["apart_hint"]))
    if examples := segment_of(record, shown).examples:
        rows.append((words["steered"], str(len(examples)), words["steered_hint"]))
    if made is None and not hypothesis.finished:
        rows.append((words["cut"], words["cut_value"], words["cut_hint"]))
    return [{"name": name, "value": value, "hint": hint} for name, value, hint in rows]


def _signed(number: float | None) -> str:
    """Two digits with a true minus sign; a dash where there is no number."""
    return "–" if number is None else f"{number:.2f}".replace("-", "−")
