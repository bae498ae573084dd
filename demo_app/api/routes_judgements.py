"""`/judgements`: ratings and comparisons that were given. They are given as answers to turns."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_corrections import RevisionRequest
from demo_app.api.schemas_projects import (
    ComparisonRequest,
    DecisionRequest,
    JudgementEditRequest,
    JudgementHistory,
    RatingRequest,
)
from demo_app.api.schemas_reviews import (
    AcceptedRequest,
    JudgedAdjudicationRequest,
    JudgedList,
    JudgedSearch,
)
from demo_app.api.services import Services
from demo_app.services.judging import Comparison, Form, Rating
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.review_records import JudgedPage


@dataclass(frozen=True)
class GivenJudgements:
    """Handlers. Annotators reach only what is theirs."""

    services: Services

    def awaiting(self, asked: Annotated[JudgedSearch, Query()]) -> JudgedPage:
        """Texts with judgements that nobody has decided about: flagged ones first, then the oldest first."""
        return self.services.judgements.awaiting(asked.kind, asked.query())

    def get(self, id: Id) -> JudgementRecord:
        """The newest revision."""
        return self.services.judgements.get(id)

    def revisions(self, id: Id) -> JudgementHistory:
        """Every revision, oldest first."""
        return JudgementHistory(revisions=list(self.services.judgements.history(id)))

    def revise(self, id: Id, asked: JudgementEditRequest) -> JudgementRecord:
        """Another answer in its place."""
        return self.services.judgements.revise(id, asked.revision, _form(asked.answer))

    def accept(self, id: Id, asked: AcceptedRequest) -> JudgementRecord:
        """A reviewer approves, also of what was set aside, as it stands or as they answer."""
        form = _form(asked.answer) if asked.answer else None
        return self.services.judgements.accept(id, asked.revision, asked.reason, form)

    def adjudicate(self, id: Id, asked: JudgedAdjudicationRequest) -> JudgedList:
        """Decide between all judgements of an item: all of it or nothing."""
        form = _form(asked.answer) if asked.answer else None
        decided = self.services.judgements.adjudicate(id, asked.revisions, asked.chosen, form)
        return JudgedList(judgements=list(decided))

    def reject(self, id: Id, asked: DecisionRequest) -> JudgementRecord:
        """A reviewer refuses and says why."""
        return self.services.judgements.reject(id, asked.revision, asked.reason)

    def reopen(self, id: Id, asked: RevisionRequest) -> JudgementRecord:
        """Take a decision back."""
        return self.services.judgements.reopen(id, asked.revision)

    def restore(self, id: Id, asked: RevisionRequest) -> JudgementRecord:
        """Bring a deleted one back."""
        return self.services.judgements.restore(id, asked.revision)

    def withdraw(self, id: Id, asked: RevisionRequest) -> JudgementRecord:
        """Its author takes it out of the dataset for good."""
        return self.services.judgements.withdraw(id, asked.revision)


def judgement_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of judgements."""
    handlers, one = GivenJudgements(services), "/judgements/{id}"
    routes = [
        Route("GET", "/judgements", "reviewer", handlers.awaiting),
        Route("GET", one, "annotator", handlers.get),
        Route("GET", f"{one}/revisions", "annotator", handlers.revisions),
        Route("PATCH", one, "annotator", handlers.revise),
        Route("POST", f"{one}/accept", "reviewer", handlers.accept),
        Route("POST", f"{one}/reject", "reviewer", handlers.reject),
        Route("POST", f"{one}/reopen", "reviewer", handlers.reopen),
        Route("POST", f"{one}/restore", "reviewer", handlers.restore),
        Route("POST", f"{one}/withdraw", "annotator", handlers.withdraw),
        Route("POST", "/items/{id}/judgements/adjudication", "reviewer", handlers.adjudicate),
    ]
    return router_of("judgements", person, routes)


def _form(answer: RatingRequest | ComparisonRequest) -> Form:
    kind = Rating if isinstance(answer, RatingRequest) else Comparison
    return kind(**answer.model_dump())
