"""The Review tab's queue and the item that is open. Knows no handler."""

from dataclasses import dataclass

import gradio as gr

from demo_app.ui.components.widget import tab_widget, widget
from demo_app.ui.strings import Strings


@dataclass(frozen=True, kw_only=True)
class ReviewParts:
    """Everything on the tab that a handler reads or changes."""

    queue: gr.HTML
    item: gr.HTML
    notice: gr.HTML
    decided: gr.State
    """Correction -> revision of the last decision, which can be taken back, or None."""


def build_review_layout(strings: Strings) -> ReviewParts:
    """The queue beside what is open."""
    notice = widget("notice", elem_id="review-notice")
    with gr.Row(elem_id="review-desk"):
        with gr.Column(elem_id="queue-card", elem_classes="card"):
            queue = tab_widget(
                "review",
                "review_keys",
                "review_queue",
                value={},
                labels=strings.review_queue,
                elem_id="review-queue",
            )
        with gr.Column(elem_id="item-card"):
            item = tab_widget(
                "review",
                *(f"../annotate/{tool}" for tool in ("controls", "errors", "words", "rating", "comparison")),
                "review_keys",
                "review_editor",
                "review_item",
                value={},
                labels={**strings.annotate_desk, **strings.review_item},
                reasons=list(strings.review_reasons.values()),
                elem_id="review-item",
            )
    return ReviewParts(queue=queue, item=item, notice=notice, decided=gr.State(None))
