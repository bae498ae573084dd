"""The Projects tab's list, sheet, import and figures. Knows no handler."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.components.widget import tab_widget, widget
from demo_app.ui.dataset_layout import direction_choices
from demo_app.ui.language import language_of
from demo_app.ui.strings import Strings


@dataclass(frozen=True, kw_only=True)
class ProjectsParts:
    """Everything on the tab that a handler reads or changes."""

    listing: gr.HTML
    """Says which project is open: `selected`."""
    form: gr.HTML
    notice: gr.HTML
    sheet: gr.HTML
    importer: gr.HTML
    figures: gr.HTML
    charts: tuple[gr.Plot, ...]
    """Answers a day, HTER or ratings, agreement."""


def build_projects_layout(strings: Strings, models: Sequence[ModelInfo]) -> ProjectsParts:
    """`models` say which directions a project may have, and which may translate its files."""
    notice = widget("notice", elem_id="projects-notice")
    with gr.Row(elem_id="projects-desk"):
        with gr.Column(elem_id="projects-card", elem_classes="card"):
            listing = tab_widget(
                "projects",
                "projects_list",
                value={"rows": [], "selected": None},
                labels=strings.projects_list,
                tasks=strings.tasks,
                elem_id="projects-list",
            )
            form = _build_form(strings, models)
        # Hidden by its sheet (projects.css) while no project is open: what Gradio hides loses its labels.
        with gr.Column(elem_id="project-card"):
            sheet = tab_widget(
                "projects", "projects_sheet", labels=strings.projects_sheet, elem_id="project-sheet"
            )
            importer = _build_importer(strings, models)
            figures = tab_widget(
                "projects", "projects_figures", labels=strings.projects_figures, elem_id="project-figures"
            )
            with gr.Row(elem_id="project-charts"):
                names = ("answers", "means", "agreement")
                charts = tuple(
                    gr.Plot(show_label=False, container=False, visible=False, elem_id=f"chart-{name}")
                    for name in names
                )
    return ProjectsParts(
        listing=listing,
        form=form,
        notice=notice,
        sheet=sheet,
        importer=importer,
        figures=figures,
        charts=charts,
    )


def _build_form(strings: Strings, models: Sequence[ModelInfo]) -> gr.HTML:
    return tab_widget(
        "projects",
        "projects_form",
        value={},
        labels=strings.projects_form,
        tasks=list(strings.tasks.items()),
        directions=direction_choices(strings.languages, models),
        elem_id="projects-form",
    )


def _build_importer(strings: Strings, models: Sequence[ModelInfo]) -> gr.HTML:
    return tab_widget(
        "projects",
        "projects_import",
        labels=strings.projects_import,
        models=[[model.name, [list(pair) for pair in model.directions]] for model in models],
        api=language_of(strings.language).api,
        elem_id="project-import",
    )
