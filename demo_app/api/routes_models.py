"""`/models`: what can be asked for."""

from dataclasses import dataclass

from fastapi import APIRouter

from demo_app.api.routing import PersonAsking, Route, router_of
from demo_app.api.schemas_translations import ModelList
from demo_app.api.services import Services


@dataclass(frozen=True)
class Models:
    """Handlers."""

    services: Services

    def list(self) -> ModelList:
        """Usable models, the default one first."""
        return ModelList(models=self.services.translation.models())


def model_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of models."""
    return router_of("models", person, [Route("GET", "/models", "annotator", Models(services).list)])
