"""The Models tab: jobs and versions, and beside them the one that is open. Knows no handler."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.components.widget import tab_widget, widget
from demo_app.ui.language import language_of
from demo_app.ui.models_form import CHOICES, NUMBERS
from demo_app.ui.strings import Strings


@dataclass(frozen=True, kw_only=True)
class ModelsParts:
    """Everything on the tab that a handler reads or changes."""

    notice: gr.HTML
    jobs: gr.HTML
    """Asks for news by itself while a job is under way and the tab is seen."""
    versions: gr.HTML
    """Says which model the tab is about: `model`."""
    form: gr.HTML
    job: gr.HTML
    report: gr.HTML
    charts: tuple[gr.Plot, ...]
    """Loss, BLEU."""

    @property
    def listed(self) -> list[Any]:
        """What stands on the left."""
        return [self.jobs, self.versions]

    @property
    def opened(self) -> list[Any]:
        """What stands on the right: one of the first three, and charts."""
        return [self.form, self.job, self.report, *self.charts]


def build_models_layout(
    strings: Strings, models: Sequence[ModelInfo], defaults: Mapping[str, Any]
) -> ModelsParts:
    """`defaults`: of every option of a fine-tuning."""
    notice = widget("notice", elem_id="models-notice")
    with gr.Row(elem_id="models-desk"):
        with gr.Column(elem_id="models-list"):
            jobs = _build_jobs(strings)
            versions = tab_widget(
                "learning",
                "models_versions",
                value={"model": models[0].name if models else ""},
                labels=strings.models_versions,
                elem_id="models-versions",
            )
        with gr.Column(elem_id="models-sheet"):
            form = _build_form(strings, defaults)
            job = tab_widget(
                "learning", "doubts", "models_job", value={}, labels=strings.models_job, elem_id="models-job"
            )
            report = _build_report(strings)
            with gr.Row(elem_id="models-charts"):
                charts = tuple(
                    gr.Plot(show_label=False, container=False, visible=False, elem_id=f"chart-{name}")
                    for name in ("loss", "bleu")
                )
    return ModelsParts(
        notice=notice, jobs=jobs, versions=versions, form=form, job=job, report=report, charts=charts
    )


def _build_jobs(strings: Strings) -> gr.HTML:
    return tab_widget(
        "learning",
        "models_jobs",
        value={},
        labels=strings.models_jobs,
        health=language_of(strings.language).up + "healthz",
        elem_id="models-jobs",
    )


def _build_form(strings: Strings, defaults: Mapping[str, Any]) -> gr.HTML:
    return tab_widget(
        "learning",
        "counts",
        "models_form",
        value={},
        labels=strings.models_form,
        options={name: defaults[name] for name in NUMBERS},
        choices=[[name, defaults[name], list(values)] for name, values in CHOICES.items()],
        elem_id="models-form",
    )


def _build_report(strings: Strings) -> gr.HTML:
    return tab_widget(
        "learning",
        "counts",
        "measures",
        "models_trial",
        "doubts",
        "models_report",
        value={},
        labels=strings.models_report,
        api=language_of(strings.language).api,
        elem_id="models-report",
    )
