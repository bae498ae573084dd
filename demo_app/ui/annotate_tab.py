"""The Annotate tab: layout and listeners."""

from typing import Any

import gradio as gr

from demo_app.ui.annotate_handlers import AnnotateHandlers
from demo_app.ui.annotate_layout import AnnotateParts, build_annotate_layout
from demo_app.ui.listen import Listener, in_browser
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

# Whatever became of it: what waits for the answer may go on.
SETTLED = "() => interlinear.annotate.settled()"


def build_annotate_tab(services: Services, strings: Strings, tab: gr.Tab) -> None:
    """The cards are read anew whenever the tab is opened."""
    parts = build_annotate_layout(strings)
    handlers = AnnotateHandlers(services, strings, parts)
    listen = Listener(strings, services.person_of)
    _wire_projects(listen, parts, handlers, tab)
    _wire_turn(listen, parts, handlers)


def _wire_projects(listen: Listener, parts: AnnotateParts, handlers: AnnotateHandlers, tab: gr.Tab) -> None:
    told, asker = parts.notice, parts.asker
    listen(tab.select, told, handlers.open_annotate, [], [parts.projects], clears=False)
    listen(asker.leave, told, handlers.leave_turn, [asker], [parts.projects, parts.desk])


def _wire_turn(listen: Listener, parts: AnnotateParts, handlers: AnnotateHandlers) -> None:
    told, asker = parts.notice, parts.asker
    drawn = [parts.desk, parts.answers]
    for event, handler in (
        (asker.start, handlers.start_project),
        (asker.answer, handlers.answer_turn),
        (asker.skip, handlers.skip_turn),
        (asker.back, handlers.take_answer_back),
        (asker.open, handlers.open_answer),
        (asker.revise, handlers.revise_answer),
    ):
        # The desk asks one thing at a time by itself. Gradio would not ask again after a broken connection.
        made = listen(event, told, handler, [asker], drawn, trigger_mode="multiple")
        in_browser(made.then, SETTLED, [], [])
    in_browser(told.act, "() => interlinear.annotate.back()", [], [])
    listen(asker.report, told, handlers.flag_turn, [asker], [parts.desk])
    quiet: dict[str, Any] = {"clears": False, "trigger_mode": "always_last"}
    listen(asker.keep, told, handlers.keep_turn, [asker], [parts.desk], **quiet)
    listen(parts.edits.diff, told, handlers.compare_turn, [parts.edits], [parts.edits], **quiet)
