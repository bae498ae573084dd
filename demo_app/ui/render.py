"""From a stored translation to what the Translate tab shows. Asks services, changes nothing."""

from typing import Any

import gradio as gr

from core.errors import InterlinearError
from core.results import AttentionMap
from demo_app.store.records import TranslationRecord
from demo_app.ui.feedback import QUIET, Update, told
from demo_app.ui.services import Services
from demo_app.ui.shown import Shown, as_result, chosen_text, chosen_texts, hypothesis_of, segment_of
from demo_app.ui.strings import FactsStrings, Strings
from demo_app.ui.translate_layout import TranslateParts
from demo_app.viz.edits import live_diff, ranking
from demo_app.viz.gloss import gloss
from demo_app.viz.heatmap import heatmap


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
            parts.nbest: _nbest(record, shown),
            parts.attention.view: self._view(shown),
            parts.correct.card: gr.update(visible=True),
            parts.attention.card: gr.update(visible=True),
        }

    def hypothesis(self, record: TranslationRecord, shown: Shown, correction_text: str) -> Update:
        """What changes with the hypothesis alone.

        The list it was picked from is left alone: by now the person may have picked another."""
        parts = self._parts
        return {
            parts.shown: shown,
            parts.target.sentences: self._sentences(record, shown),
            parts.target.gloss: self._gloss(record, shown),
            parts.target.facts: {
                "items": _facts(self._strings.facts, record, shown),
                "text": chosen_text(record, shown),
            },
            parts.correct.text: correction_text,
            parts.correct.diff: self.diff(record, shown, correction_text),
            parts.correct.notice: QUIET,
            **self.attention(shown),
        }

    def diff(self, record: TranslationRecord, shown: Shown, correction_text: str) -> dict[str, Any]:
        """What a person changed so far."""
        changes = live_diff(hypothesis_of(record, shown).text, correction_text)
        return {**changes, "language": record.target_language}

    def attention(self, shown: Shown) -> Update:
        """The heat map, or the sentence that says why there is none."""
        card = self._parts.attention
        try:
            weights = self._map(shown, shown.unit)
        except InterlinearError as error:
            return {
                card.notice: told(error, self._strings, "warning"),
                card.plot: gr.update(value=None, visible=False),
            }
        layers, heads = weights.weights_LHTS.shape[:2]
        figure = heatmap(weights, _within(shown.layer, layers), _within(shown.head, heads))
        return {card.notice: QUIET, card.plot: gr.update(value=figure, visible=True)}

    def _view(self, shown: Shown) -> dict[str, Any]:
        try:
            layers, heads = self._map(shown, shown.unit).weights_LHTS.shape[:2]
        except InterlinearError:  # the attention card says why
            layers = heads = 0
        value = {"unit": shown.unit, "layer": shown.layer, "head": shown.head}
        return {**value, "layers": layers, "heads": heads}

    def _map(self, shown: Shown, unit: Any) -> AttentionMap:
        return self._services.attention.view(shown.translation_id, shown.segment, shown.hypothesis, unit)

    def _gloss(self, record: TranslationRecord, shown: Shown) -> dict[str, Any]:
        try:
            words: AttentionMap | None = self._map(shown, "words")
        except InterlinearError:  # the attention card says why
            words = None
        value = gloss(segment_of(record, shown).source_pieces, as_result(hypothesis_of(record, shown)), words)
        languages = {"source_language": record.source_language, "target_language": record.target_language}
        return {**value, **languages}

    def _sentences(self, record: TranslationRecord, shown: Shown) -> Any:
        texts = chosen_texts(record, shown)
        items = [
            {"text": text, "separator": segment.separator}
            for text, segment in zip(texts, record.segments, strict=True)
        ]
        return gr.update(value={"items": items, "selected": shown.segment}, visible=len(items) > 1)


def _nbest(record: TranslationRecord, shown: Shown) -> dict[str, Any]:
    hypotheses = segment_of(record, shown).hypotheses
    cards = ranking([h.text for h in hypotheses], [h.score for h in hypotheses])
    return {"items": cards, "selected": shown.hypothesis, "language": record.target_language}


def _within(chosen: int | None, count: int) -> int | None:
    return chosen if chosen is not None and chosen < count else None


def _facts(words: FactsStrings, record: TranslationRecord, shown: Shown) -> list[dict[str, str]]:
    hypothesis = hypothesis_of(record, shown)
    time = f"{record.duration_s * 1000:.0f} ms" if record.duration_s < 1 else f"{record.duration_s:.1f} s"
    rows = [
        (words.score, _signed(hypothesis.score), words.score_hint),
        (words.log_prob, _signed(hypothesis.log_prob), words.log_prob_hint),
        (words.time, time, words.time_hint),
        (words.model, record.model_id, record.model_id),
    ]
    if not hypothesis.finished:
        rows.append((words.cut, words.cut_value, words.cut_hint))
    return [{"name": name, "value": value, "hint": hint} for name, value, hint in rows]


def _signed(number: float) -> str:
    """Two digits with a true minus sign."""
    return f"{number:.2f}".replace("-", "−")
