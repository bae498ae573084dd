"""`/mine`: what the caller said, to look at and to take along. Corrections are found among `/corrections`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from demo_app.api.routes_exports import sent
from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_mine import ChosenWords, OwnChoices, OwnJudgements
from demo_app.api.services import Services

PageAsked = Annotated[int, Query(ge=1, le=1_000_000_000)]


@dataclass(frozen=True)
class Mine:
    """Handlers. The service refuses whoever has no account."""

    services: Services

    def judgements(self, page: PageAsked = 1) -> OwnJudgements:
        """Ratings and comparisons as the caller saw them, withdrawn ones too, newest first."""
        return OwnJudgements.of(self.services.own_work.judgements(page))

    def choices(self, page: PageAsked = 1) -> OwnChoices:
        """Words chosen in the lab that the caller let be kept, newest first."""
        return OwnChoices.of(self.services.own_work.words(page))

    def withdraw_choice(self, id: Id) -> ChosenWords:
        """Its author takes it out of the dataset for good."""
        return ChosenWords.of(self.services.own_work.withdraw_words(id))

    def export(self, format: str) -> Response:
        """JSON lines: `corrections`, or `judgements` (ratings, comparisons, chosen words)."""
        return sent(self.services.own_work.write_file(format, self.services.exports))


def mine_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of the caller's own work."""
    handlers = Mine(services)
    routes = [
        Route("GET", "/mine/judgements", "annotator", handlers.judgements),
        Route("GET", "/mine/choices", "annotator", handlers.choices),
        Route("POST", "/choices/{id}/withdraw", "annotator", handlers.withdraw_choice),
        Route("GET", "/mine/exports/{format}", "annotator", handlers.export),
    ]
    return router_of("mine", person, routes)
