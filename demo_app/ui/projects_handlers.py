"""What happens on the Projects tab: read, ask a service, render. Files come over the HTTP API."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
import plotly.graph_objects as go

from core.errors import ConfigError, InputError
from demo_app.services.people import acting
from demo_app.store.project_records import ItemQuery, Progress, ProjectRecord
from demo_app.ui.components.values import read_id
from demo_app.ui.feedback import Update, said, told
from demo_app.ui.projects_form import read_project
from demo_app.ui.projects_layout import ProjectsParts
from demo_app.ui.projects_render import (
    Names,
    charts,
    figures_value,
    notes_value,
    project_row,
    pseudonym,
    sheet_value,
)
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

NOTES_SHOWN = 50
"""Texts about which annotators told something, at most; reviewers find the others beside the answers."""


class ProjectsHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: ProjectsParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def open_projects(self, projects: Any) -> Update:
        """All projects, and the one that was open as it is now."""
        found = self._services.projects.list()
        chosen = next((one for one in found if one.id == read_id(projects)), None)
        if chosen is not None:
            return self._opened(chosen)
        return self._listed(found, self._services.projects.progress_of_all())

    def open_project(self, projects: Any) -> Update:
        """One project: what it is and how far; figures follow."""
        return self._opened(self._chosen(projects))

    def measure_project(self, figures: Any) -> Update:
        """Figures and charts; reads all answers."""
        project_id = read_id(figures)
        agreement = self._services.agreement.figures(project_id)
        course = self._services.courses.of_project(project_id)
        trusts = self._services.trusts.of_project(project_id)
        names = self._names()
        value = figures_value(self._strings, agreement, course, trusts, names)
        drawn = charts(self._strings, course, agreement, names)
        plots = dict(zip(self._parts.charts, map(_plot, drawn), strict=True))
        return {**plots, self._parts.figures: {**value, "selected": project_id}}

    def create_project(self, form: Any) -> Update:
        """A project without texts; what is wrong with the form is told in it."""
        try:
            made = self._services.projects.create(read_project(form))
        except (ConfigError, InputError) as error:
            notice = told(error, self._strings)
            return {self._parts.form: {"problem": " ".join(filter(None, (notice["text"], notice["detail"])))}}
        words = self._strings.projects["made"].format(name=made.name)
        return {**self._opened(made), self._parts.form: {"made": made.id}, self._parts.notice: said(words)}

    def close_project(self, projects: Any) -> Update:
        """No more turns."""
        closed = self._services.projects.close(read_id(projects))
        return {**self._opened(closed), self._parts.notice: said(self._strings.projects["closed"])}

    def reopen_project(self, projects: Any) -> Update:
        """Turns again."""
        opened = self._services.projects.reopen(read_id(projects))
        return {**self._opened(opened), self._parts.notice: said(self._strings.projects["reopened"])}

    def _chosen(self, projects: Any) -> ProjectRecord:
        return self._services.projects.projects.get(read_id(projects))

    def _opened(self, project: ProjectRecord) -> Update:
        parts, may_change = self._parts, acting().may("admin")
        all_of_them = self._services.projects.progress_of_all()
        progress = all_of_them[project.id]
        sheet = sheet_value(self._strings, project, progress, self._names(), may_change)
        noted = self._services.projects.items(project.id, ItemQuery(state="flagged", page_size=NOTES_SHOWN))
        return {
            **self._listed(self._services.projects.list(), all_of_them, project),
            parts.sheet: {**sheet, **notes_value(noted)},
            parts.importer: {
                name: sheet[name] for name in ("id", "source_language", "target_language", "may_change")
            },
            parts.figures: {"selected": project.id, "pending": True, "completed": progress.completed},
        }

    def _listed(
        self,
        found: tuple[ProjectRecord, ...],
        progress: Mapping[str, Progress],
        chosen: ProjectRecord | None = None,
    ) -> Update:
        return {
            self._parts.listing: {
                # One that was made in between has its row at the next look.
                "rows": [
                    project_row(self._strings, one, progress[one.id]) for one in found if one.id in progress
                ],
                "selected": chosen.id if chosen else None,
                "may_add": acting().may("admin"),
            }
        }

    def _names(self) -> Names:
        """Administrators, who made the accounts, see their names; to others people are pseudonyms."""
        person_of = self._services.person_of if acting().may("admin") and self._services.login else None

        def name_of(user_id: str) -> str:
            called = person_of(user_id).name if person_of and user_id else ""
            return called or pseudonym(self._strings, user_id)

        return name_of


def _plot(figure: go.Figure | None) -> Any:
    return gr.update(visible=False) if figure is None else gr.update(value=figure, visible=True)
