"""`/translations`: translate a text, read a translation again."""

from dataclasses import dataclass

from fastapi import APIRouter

from core.errors import CheckpointNotFoundError, InputError
from core.options import options_from_dict
from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_translations import TranslationRequest
from demo_app.api.services import Services
from demo_app.services.translation import TranslateRequest
from demo_app.store.records import TranslationRecord


@dataclass(frozen=True)
class Translations:
    """Handlers."""

    services: Services

    async def translate(self, asked: TranslationRequest) -> TranslationRecord:
        """Translate and store; shares the batches of the page."""
        request = TranslateRequest(
            text=asked.text,
            source=asked.source_language,
            target=asked.target_language,
            options=options_from_dict(asked.options.model_dump()),
            model=asked.model,
            memory=asked.memory,
            neighbours=asked.neighbours,
        )
        try:
            return await self.services.translation.translate(request)
        except CheckpointNotFoundError as error:
            if asked.model is None:
                raise
            raise InputError(str(error)) from error  # The name is the caller's mistake.

    def get(self, id: Id) -> TranslationRecord:
        """One that was made before."""
        return self.services.find_translation(id)


def translation_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of translations."""
    handlers = Translations(services)
    routes = [
        Route("POST", "/translations", "annotator", handlers.translate, 201),
        Route("GET", "/translations/{id}", "annotator", handlers.get),
    ]
    return router_of("translations", person, routes)
