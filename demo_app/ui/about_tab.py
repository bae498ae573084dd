"""The About tab: what the program is, and each model's own card."""

from collections.abc import Sequence

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.strings import Strings


def build_about_tab(strings: Strings, models: Sequence[ModelInfo]) -> None:
    """Cards come from the models' folders; Gradio sanitises their Markdown."""
    with gr.Column(elem_classes="card reading"):
        gr.Markdown(strings.about.intro)
    for model in models:
        heading = strings.about.model.format(
            name=model.name, model_id=model.model_id, parameters=model.parameters
        )
        with gr.Column(elem_classes="card reading"):
            gr.Markdown(f"{heading}\n\n{_without_title(model.card) or strings.about.no_card}")


def _without_title(card: str) -> str:
    """The heading above it has the name already."""
    title, _, rest = card.lstrip().partition("\n")
    return rest if title.startswith("# ") else card
