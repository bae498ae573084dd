"""The Models tab: layout and listeners."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.listen import Listener, Newest
from demo_app.ui.models_handlers import ModelsHandlers
from demo_app.ui.models_layout import build_models_layout
from demo_app.ui.models_training import TrainingHandlers
from demo_app.ui.models_view import ModelsView
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings


def build_models_tab(services: Services, strings: Strings, models: Sequence[ModelInfo], tab: gr.Tab) -> None:
    """All of it is read anew whenever the tab is opened. Programs have the HTTP API."""
    parts = build_models_layout(strings, models, services.finetuning.defaults())
    view = ModelsView(services, strings, parts)
    looking = ModelsHandlers(services, strings, parts, view)
    training = TrainingHandlers(services, strings, parts, view)
    listen = partial(Listener(strings, services.person_of), api_visibility="private")
    notice, versions, jobs = parts.notice, parts.versions, parts.jobs
    form, job, report = parts.form, parts.job, parts.report
    every = [*parts.listed, *parts.opened]
    # What was chosen last is shown, however long it takes.
    newest = Newest()
    listen(tab.select, notice, looking.open_models, [versions], every, newest=newest)
    listen(versions.turn, notice, looking.choose_model, [versions], every, clears=False, newest=newest)
    listen(versions.pick, notice, looking.open_version, [versions], every, newest=newest)
    listen(versions.rollback, notice, looking.roll_back, [versions], every)
    listen(versions.clean, notice, looking.clean_up, [versions], every)
    listen(report.sift, notice, looking.sift_changes, [report], [report], newest=Newest(under=newest))
    listen(report.print, notice, looking.print_report, [report], [report])
    listen(report.trial, notice, looking.send_trial, [report], [report])
    listen(report.promote, notice, looking.promote_version, [report], every)
    listen(jobs.begin, notice, training.open_training, [versions], every, newest=newest)
    listen(jobs.pick, notice, training.open_job, [jobs], every, newest=newest)
    # News that come every second wait for those before, else a slow server would never tell any.
    news: dict[str, Any] = {"clears": False, "trigger_mode": "once"}
    watched, drawn = (news | {"newest": Newest(under=newest)} for _ in range(2))
    listen(jobs.watch, notice, training.watch_jobs, [jobs, versions], parts.listed, **watched)
    listen(job.curve, notice, training.draw_curves, [job], parts.charts, **drawn)
    listen(job.settle, notice, training.settle_job, [job], every, clears=False)
    listen(job.cancel, notice, training.cancel_job, [job], every)
    listen(job.again, notice, training.start_again, [job], every)
    listen(form.plan, notice, training.plan_training, [form], [form])
    listen(form.freeze, notice, training.freeze_training, [form], [form])
    listen(form.start, notice, training.start_training, [form], every)
