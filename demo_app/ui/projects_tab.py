"""The Projects tab: layout and listeners."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.listen import Listener, Newest
from demo_app.ui.projects_handlers import ProjectsHandlers
from demo_app.ui.projects_layout import build_projects_layout
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings


def build_projects_tab(
    services: Services, strings: Strings, models: Sequence[ModelInfo], tab: gr.Tab
) -> None:
    """The list is read anew whenever the tab is opened. Programs have the HTTP API."""
    parts = build_projects_layout(strings, models)
    handlers = ProjectsHandlers(services, strings, parts)
    listen = partial(Listener(strings, services.person_of), api_visibility="private")
    listing, sheet, notice = parts.listing, parts.sheet, parts.notice
    opened = [listing, sheet, parts.importer, parts.figures]
    # What was chosen last is shown, with its own figures, however long it takes.
    newest = Newest()
    listen(tab.select, notice, handlers.open_projects, [listing], opened, newest=newest)
    listen(listing.pick, notice, handlers.open_project, [listing], opened, newest=newest)
    listen(parts.form.create, notice, handlers.create_project, [parts.form], [*opened, parts.form])
    listen(sheet.shut, notice, handlers.close_project, [listing], opened)
    listen(sheet.reopen, notice, handlers.reopen_project, [listing], opened)
    measured = [parts.figures, *parts.charts]
    figures: dict[str, Any] = {"clears": False, "newest": Newest()}
    listen(parts.figures.measure, notice, handlers.measure_project, [parts.figures], measured, **figures)
