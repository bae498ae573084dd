"""The Annotate tab: cards of projects, the desk for one turn, the last answers. Knows no handler."""

from dataclasses import dataclass

import gradio as gr

from demo_app.ui.components.widget import tab_widget, widget
from demo_app.ui.strings import Strings


@dataclass(frozen=True, kw_only=True)
class AnnotateParts:
    """Everything on the tab that a handler reads or changes."""

    projects: gr.HTML
    desk: gr.HTML
    """Takes a turn, or what became of it; draws whatever its task needs."""
    edits: gr.HTML
    """Takes what was changed so far, a moment after each keystroke."""
    asker: gr.HTML
    """Sends what the desk asks."""
    notice: gr.HTML
    answers: gr.HTML


def build_annotate_layout(strings: Strings) -> AnnotateParts:
    """One of projects and desk is seen at a time; their scripts see to that."""
    with gr.Column(elem_id="annotate"):
        asker = tab_widget("annotate", "asker", elem_id="annotate-asker")
        edits = tab_widget("annotate", "edits", elem_id="annotate-edits")
        projects = tab_widget(
            "annotate", "offers", labels=strings.annotate_projects, elem_id="annotate-projects"
        )
        with gr.Row(elem_id="annotate-desk"):
            with gr.Column(elem_id="annotate-main"):
                scripts = ("controls", "post_edit", "errors", "words", "rating", "comparison", "desk")
                desk = tab_widget("annotate", *scripts, labels=strings.annotate_desk, elem_id="desk-of-turn")
                notice = widget("notice", elem_id="annotate-notice")
            answers = tab_widget(
                "annotate", "controls", "answers", labels=strings.annotate_answers, elem_id="annotate-answers"
            )
    return AnnotateParts(
        projects=projects, desk=desk, edits=edits, asker=asker, notice=notice, answers=answers
    )
