"""The Translate tab: layout and listeners."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.correct_handlers import CorrectHandlers
from demo_app.ui.lab_handlers import LabHandlers
from demo_app.ui.lab_tab import wire_lab
from demo_app.ui.listen import Listener, Newest, in_browser
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings
from demo_app.ui.translate_handlers import TranslateHandlers
from demo_app.ui.translate_layout import TranslateParts, build_translate_layout, example_sentences
from demo_app.ui.translate_memory import MemoryHandlers

EMPTY = "() => { document.querySelector('#source-text textarea').focus(); return ''; }"


def build_translate_tab(
    services: Services, strings: Strings, models: Sequence[ModelInfo], problem: str
) -> gr.Textbox:
    """The box for the source. `problem`: what is wrong with the models, or an empty string."""
    parts = build_translate_layout(strings, models, problem)
    handlers = TranslateHandlers(services, strings, parts, example_sentences(models))
    listen = Listener(strings, services.person_of)
    _wire_translation(listen, parts, handlers)
    _wire_views(listen, parts, handlers, MemoryHandlers(services, strings, parts))
    _wire_correction(listen, parts, CorrectHandlers(services, strings, parts), handlers)
    wire_lab(listen, parts, LabHandlers(services, strings, parts), _drawn(parts))
    return parts.source.text


def _wire_translation(listen: Listener, parts: TranslateParts, handlers: TranslateHandlers) -> None:
    source, correct = parts.source, parts.correct
    asked = [source.route, source.options, correct.text, correct.drafts, parts.shown]
    drawn = [source.text, source.route, *_drawn(parts)]
    waiting: dict[str, Any] = {
        **{"show_progress": "minimal", "show_progress_on": [parts.target.gloss]},
        # What is typed meanwhile is answered at once, in place of the text before.
        **{"holds": True, "newest": Newest()},
    }
    typed = [source.text, *asked]
    listen(source.translate.click, source.notice, handlers.translate, typed, drawn, **waiting)
    listen(source.route.swap, source.notice, handlers.swap, typed, drawn, **waiting)
    listen(source.notice.act, source.notice, handlers.read_as, typed, drawn, **waiting)
    picked = [source.examples, source.options, correct.text, correct.drafts, parts.shown]
    listen(source.examples.pick, source.notice, handlers.use_example, picked, drawn, **waiting)
    linked = [parts.lab.asker, correct.text, correct.drafts, parts.shown]
    opened = [*drawn, source.options]
    listen(parts.lab.asker.link, source.notice, handlers.open_link, linked, opened, **waiting)
    in_browser(source.clear.click, EMPTY, [], [source.text])


def _wire_views(
    listen: Listener, parts: TranslateParts, handlers: TranslateHandlers, memory: MemoryHandlers
) -> None:
    target, correct = parts.target, parts.correct
    told = parts.source.notice
    drawn = _drawn(parts)
    # By default Gradio drops an event while the last one is under way; arrow keys are faster than that.
    last = {"trigger_mode": "always_last"}
    sentence = [target.sentences, correct.text, correct.drafts, parts.shown]
    listen(target.sentences.pick, told, handlers.pick_sentence, sentence, drawn, holds=True, **last)
    reading = [parts.nbest, correct.text, parts.shown]
    listen(
        target.memory.show,
        told,
        memory.show_memory,
        [target.memory, correct.text, parts.shown],
        drawn,
        holds=True,
        **last,
    )
    listen(parts.nbest.pick, told, handlers.pick_hypothesis, reading, drawn, holds=True, **last)
    draft = [correct.text, correct.drafts, parts.shown]
    listen(correct.drafts.pick, correct.notice, handlers.open_draft, draft, drawn, holds=True)


def _wire_correction(
    listen: Listener, parts: TranslateParts, handlers: CorrectHandlers, views: TranslateHandlers
) -> None:
    correct = parts.correct
    told = correct.notice
    asked = [correct.text, correct.drafts, parts.shown]
    changed = [correct.drafts, parts.shown]
    typed = [correct.text, parts.shown]
    last: dict[str, Any] = {"trigger_mode": "always_last", "clears": False}
    # Not `input`: Gradio fires that for key presses alone, so a paste or a cut would go unseen.
    listen(correct.text.change, told, views.compare, typed, [correct.diff], **last)
    listen(correct.save.click, told, handlers.save, asked, changed)
    listen(correct.right.click, told, handlers.confirm, asked, changed)
    listen(told.act, told, handlers.undo, [parts.shown], [parts.shown])


def _drawn(parts: TranslateParts) -> list[Any]:
    """All that a change of sentence or hypothesis may touch."""
    target, correct, lab = parts.target, parts.correct, parts.lab
    return [
        *(parts.shown, target.sentences, target.memory, target.facts, parts.readings, parts.nbest),
        *(correct.card, correct.text, correct.diff, correct.notice, correct.drafts),
        *(lab.frame, lab.page, lab.notice, lab.tree, lab.compare, lab.matter),
    ]
