"""`/projects`: texts for several people to annotate, from files that are sent."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_projects import ImportedFile, ItemSearch, ProjectList, ProjectRequest, TrustList
from demo_app.api.services import Services
from demo_app.api.uploads import Uploads
from demo_app.services.agreement import AgreementFigures
from demo_app.services.projects import Models
from demo_app.store.project_records import ItemPage, NewProject, Progress, ProjectRecord, Share


@dataclass(frozen=True)
class Projects:
    """Handlers."""

    services: Services
    uploads: Uploads

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

    async def import_file(
        self, id: Id, request: Request, asked: Annotated[ImportedFile, Query()]
    ) -> StreamingResponse:
        """Add the texts of a file; bad rows are told and left out. Who hangs up stops it."""
        projects, models = self.services.projects, Models(first=asked.model, second=asked.second_model)
        await run_in_threadpool(projects.projects.get, id)
        return await self.uploads.run(
            request, asked.name, lambda path, watch: projects.import_file(id, path, models, watch)
        )

    def items(self, id: Id, asked: Annotated[ItemSearch, Query()]) -> ItemPage:
        """One page of its items."""
        return self.services.projects.items(id, asked.query())

    def progress(self, id: Id) -> Progress:
        """How far it is, and each person."""
        return self.services.projects.progress(id)

    def agreement(self, id: Id) -> AgreementFigures:
        """How far its people agree; reads all answers at each call."""
        return self.services.agreement.figures(id)

    def trust(self, id: Id) -> TrustList:
        """How far each of its people may be trusted; reads all answers at each call."""
        return TrustList(people=list(self.services.trusts.of_project(id)))

    def share(self, id: Id) -> Share:
        """How far the caller is."""
        return self.services.projects.my_share(id)


def project_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of projects."""
    uploads = Uploads(services.exports, services.projects.files.settings)
    handlers, one = Projects(services, uploads), "/projects/{id}"
    routes = [
        Route("GET", "/projects", "annotator", handlers.list),
        Route("POST", "/projects", "admin", handlers.create, 201),
        Route("POST", f"{one}/close", "admin", handlers.close),
        Route("POST", f"{one}/reopen", "admin", handlers.reopen),
        Route("POST", f"{one}/files", "admin", handlers.import_file),
        Route("GET", f"{one}/items", "reviewer", handlers.items),
        Route("GET", f"{one}/progress", "reviewer", handlers.progress),
        Route("GET", f"{one}/agreement", "reviewer", handlers.agreement),
        Route("GET", f"{one}/trust", "reviewer", handlers.trust),
        Route("GET", f"{one}/share", "annotator", handlers.share),
    ]
    return router_of("projects", person, routes)
