"""`/projects`: texts for several people to annotate. Files are imported on the page and the command line."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_projects import ItemSearch, ProjectList, ProjectRequest
from demo_app.api.services import Services
from demo_app.store.project_records import ItemPage, NewProject, Progress, ProjectRecord, Share


@dataclass(frozen=True)
class Projects:
    """Handlers."""

    services: Services

    def list(self) -> ProjectList:
        """To reviewers all, newest first; to annotators those that are open to them."""
        return ProjectList(projects=list(self.services.projects.list()))

    def create(self, asked: ProjectRequest) -> ProjectRecord:
        """A project without items."""
        rules = asked.rules.model_dump(exclude_unset=True)
        return self.services.projects.create(NewProject(**asked.model_dump(exclude={"rules"}), rules=rules))

    def close(self, id: Id) -> ProjectRecord:
        """Give no more turns; those that people hold may still be answered."""
        return self.services.projects.close(id)

    def reopen(self, id: Id) -> ProjectRecord:
        """The reverse."""
        return self.services.projects.reopen(id)

    def items(self, id: Id, asked: Annotated[ItemSearch, Query()]) -> ItemPage:
        """One page of its items."""
        return self.services.projects.items(id, asked.query())

    def progress(self, id: Id) -> Progress:
        """How far it is, and each person."""
        return self.services.projects.progress(id)

    def share(self, id: Id) -> Share:
        """How far the caller is."""
        return self.services.projects.my_share(id)


def project_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of projects."""
    handlers, one = Projects(services), "/projects/{id}"
    routes = [
        Route("GET", "/projects", "annotator", handlers.list),
        Route("POST", "/projects", "admin", handlers.create, 201),
        Route("POST", f"{one}/close", "admin", handlers.close),
        Route("POST", f"{one}/reopen", "admin", handlers.reopen),
        Route("GET", f"{one}/items", "reviewer", handlers.items),
        Route("GET", f"{one}/progress", "reviewer", handlers.progress),
        Route("GET", f"{one}/share", "annotator", handlers.share),
    ]
    return router_of("projects", person, routes)
