"""`/reviews`: what reviewers decide about corrections. Each is named by the correction."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_corrections import RevisionRequest
from demo_app.api.schemas_reviews import (
    AcceptRequest,
    AdjudicationRequest,
    DecidedList,
    RejectRequest,
    ReviewSearch,
)
from demo_app.api.services import Services
from demo_app.services.review import ReviewedItem
from demo_app.store.records import CorrectionRecord
from demo_app.store.review_records import ReviewPage


@dataclass(frozen=True)
class Reviews:
    """Handlers."""

    services: Services

    def awaiting(self, asked: Annotated[ReviewSearch, Query()]) -> ReviewPage:
        """What nobody has decided about: flagged ones first, then the oldest first."""
        return self.services.reviews.awaiting(asked.query())

    def get(self, id: Id) -> ReviewedItem:
        """The correction beside all other versions of the same item."""
        return self.services.reviews.item(id)

    def accept(self, id: Id, asked: AcceptRequest) -> CorrectionRecord:
        """As it stands, or with the reviewer's own text."""
        return self.services.reviews.accept(id, asked.revision, asked.corrected_text)

    def reject(self, id: Id, asked: RejectRequest) -> CorrectionRecord:
        """For a reason."""
        return self.services.reviews.reject(id, asked.revision, asked.reason)

    def reopen(self, id: Id, asked: RevisionRequest) -> CorrectionRecord:
        """Take a decision back."""
        return self.services.reviews.reopen(id, asked.revision)

    def adjudicate(self, id: Id, asked: AdjudicationRequest) -> DecidedList:
        """Decide between all versions of an item: all of it or nothing."""
        decided = self.services.reviews.adjudicate(id, asked.revisions, asked.chosen, asked.corrected_text)
        return DecidedList(corrections=list(decided))


def review_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of reviews."""
    handlers, one = Reviews(services), "/reviews/{id}"
    routes = [
        Route("GET", "/reviews", "reviewer", handlers.awaiting),
        Route("GET", one, "reviewer", handlers.get),
        Route("POST", f"{one}/accept", "reviewer", handlers.accept),
        Route("POST", f"{one}/reject", "reviewer", handlers.reject),
        Route("POST", f"{one}/reopen", "reviewer", handlers.reopen),
        Route("POST", "/items/{id}/adjudication", "reviewer", handlers.adjudicate),
    ]
    return router_of("reviews", person, routes)
