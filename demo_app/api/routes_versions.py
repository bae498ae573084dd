"""`/models/{name}/...`: versions of a model, and which of them serves. Administrators act, reviewers look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path

from core.errors import CheckpointNotFoundError, NotFoundError
from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_learning import (
    CleanUpRequest,
    EventFacts,
    History,
    PromotionRequest,
    Removed,
    RollbackRequest,
    TrialFacts,
    TrialRequest,
    VersionFacts,
    VersionList,
)
from demo_app.api.services import Services

Name = Annotated[str, Path(pattern=r"^[^\x00]{1,200}$", description="Of a model.")]


@dataclass(frozen=True)
class Versions:
    """Handlers. What is not there is told as such (404), not as a model that fails."""

    services: Services

    def list(self, name: Name) -> VersionList:
        """The shipped one first, then as they were made."""
        with _found():
            found = self.services.promotion.versions(name)
        return VersionList.of_all(found, self.services.trials.outcomes(name))

    def history(self, name: Name) -> History:
        """What was added, promoted, rolled back and removed, oldest first."""
        with _found():
            events = self.services.promotion.history(name)
        return History(events=[EventFacts.of(one) for one in events])

    def report(self, name: Name, id: Id) -> dict[str, Any]:
        """How it compares with the model in use of then: both sets, and every translation that changed."""
        with _found():
            return self.services.promotion.report(name, id)

    def send(self, name: Name, id: Id, asked: TrialRequest) -> TrialFacts:
        """Let people compare what it translates otherwise, blindly; sent again, nothing is doubled."""
        with _found():
            self.services.trials.send(name, id, asked.at_most, asked.annotators)
        return self.outcome(name, id)

    def outcome(self, name: Name, id: Id) -> TrialFacts:
        """What people said of it so far."""
        return TrialFacts.of(self.services.trials.outcome(name, id))

    def promote(self, name: Name, asked: PromotionRequest) -> VersionFacts:
        """Let it serve if the gate lets it through, or for a written reason."""
        with _found():
            made = self.services.promotion.promote(name, asked.version, asked.reason)
        return VersionFacts.of(made)

    def rollback(self, name: Name, asked: RollbackRequest) -> VersionFacts:
        """Let serve again what served before `version`, one step; sent again, it goes back no further."""
        with _found():
            made = self.services.promotion.rollback(name, asked.reason, asked.version)
        return VersionFacts.of(made)

    def clean_up(self, name: Name, asked: CleanUpRequest) -> Removed:
        """Remove versions that are not in use, but the newest so many."""
        with _found():
            return Removed(removed=list(self.services.promotion.clean_up(name, asked.keep)))


def version_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of versions."""
    handlers, model = Versions(services), "/models/{name}"
    routes = [
        Route("GET", f"{model}/versions", "reviewer", handlers.list),
        Route("GET", f"{model}/history", "reviewer", handlers.history),
        Route("GET", f"{model}/versions/{{id}}/report", "reviewer", handlers.report),
        Route("POST", f"{model}/versions/{{id}}/trial", "admin", handlers.send, 201),
        Route("GET", f"{model}/versions/{{id}}/trial", "reviewer", handlers.outcome),
        Route("POST", f"{model}/promotion", "admin", handlers.promote),
        Route("POST", f"{model}/rollback", "admin", handlers.rollback),
        Route("POST", f"{model}/clean-up", "admin", handlers.clean_up),
    ]
    return router_of("versions", person, routes)


@contextmanager
def _found() -> Iterator[None]:
    try:
        yield
    except CheckpointNotFoundError as error:
        raise NotFoundError(str(error)) from error
