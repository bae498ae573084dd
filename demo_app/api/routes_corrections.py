"""`/corrections`: what people said about translations."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from demo_app.api.routing import Id, IdempotencyKey, PersonAsking, Route, id_for, router_of
from demo_app.api.schemas import Revision
from demo_app.api.schemas_corrections import (
    CorrectionPage,
    CorrectionRequest,
    EditRequest,
    RevisionList,
    RevisionRequest,
    Search,
)
from demo_app.api.services import Services
from demo_app.store.records import CorrectionRecord, NewCorrection


@dataclass(frozen=True)
class Corrections:
    """Handlers. The services see to it that annotators reach only what is theirs."""

    services: Services
    person: PersonAsking

    def submit(self, asked: CorrectionRequest, idempotency_key: IdempotencyKey = None) -> CorrectionRecord:
        """Store a correction; it is on disk when this answers."""
        new = NewCorrection(**asked.model_dump(), id=id_for(self.person(), idempotency_key))
        return self.services.corrections.submit(new)

    def search(self, asked: Annotated[Search, Query()]) -> CorrectionPage:
        """One page of what matches, newest first."""
        return CorrectionPage.of(self.services.dataset.search(asked.query()))

    def get(self, id: Id) -> CorrectionRecord:
        """The newest revision."""
        return self.services.dataset.get(id)

    def revisions(self, id: Id) -> RevisionList:
        """Every revision, oldest first."""
        return RevisionList(revisions=list(self.services.dataset.history(id)))

    def edit(self, id: Id, asked: EditRequest) -> CorrectionRecord:
        """Add a revision with another text."""
        return self.services.dataset.edit(id, asked.revision, asked.corrected_text)

    def delete(self, id: Id, revision: Annotated[Revision, Query()]) -> CorrectionRecord:
        """Hide it; its history stays."""
        return self.services.dataset.delete(id, revision)

    def restore(self, id: Id, asked: RevisionRequest) -> CorrectionRecord:
        """Bring a deleted one back as it was."""
        return self.services.dataset.restore(id, asked.revision)

    def release(self, id: Id, asked: RevisionRequest) -> CorrectionRecord:
        """Take one that the checks set aside back among the others."""
        return self.services.dataset.release(id, asked.revision)

    def withdraw(self, id: Id, asked: RevisionRequest) -> CorrectionRecord:
        """Its author takes it out of the dataset for good."""
        return self.services.own_work.withdraw(id, asked.revision)


def correction_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of corrections."""
    handlers, one = Corrections(services, person), "/corrections/{id}"
    routes = [
        Route("POST", "/corrections", "annotator", handlers.submit, 201),
        Route("GET", "/corrections", "annotator", handlers.search),
        Route("GET", one, "annotator", handlers.get),
        Route("GET", f"{one}/revisions", "annotator", handlers.revisions),
        Route("PATCH", one, "annotator", handlers.edit),
        Route("DELETE", one, "reviewer", handlers.delete),
        Route("POST", f"{one}/restore", "reviewer", handlers.restore),
        Route("POST", f"{one}/release", "reviewer", handlers.release),
        Route("POST", f"{one}/withdraw", "annotator", handlers.withdraw),
    ]
    return router_of("corrections", person, routes)
