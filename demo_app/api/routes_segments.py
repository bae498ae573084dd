"""`/translations/{id}/segments/{index}/...`: what the model says of one segment. Nothing of it is stored."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query

from core.analysis.attention_map import select
from core.config import require_range
from core.errors import InputError, NoAttentionError, TextTooLongError
from demo_app.api.routing import Id, Index, PersonAsking, Route, router_of
from demo_app.api.schemas_translations import (
    AlternativesRequest,
    Attention,
    ContinuationRequest,
    Judgement,
    ScoreRequest,
    Target,
)
from demo_app.api.services import Services
from demo_app.services import readings
from demo_app.services.lab_page import MAX_CELLS

Number = Annotated[int, Query(ge=0, le=1_000_000)]


def _place(id: Id, index: Index) -> readings.Place:
    return readings.Place(translation_id=id, segment=index)


Place = Annotated[readings.Place, Depends(_place)]


@dataclass(frozen=True)
class Segments:
    """Handlers."""

    services: Services

    def attention(
        self, place: Place, hypothesis: Number = 0, layer: Number | None = None, head: Number | None = None
    ) -> Attention:
        """Attention of a hypothesis to the source; where no layer or head is named, the mean over them."""
        found = self._read(place, self.services.readings.hypothesis(place, hypothesis)).cross
        if found is None:
            raise NoAttentionError("The model must have attention for this, but has none; use another one.")
        weights = select(found, layer, head)
        if weights.size > MAX_CELLS:
            raise TextTooLongError(f"A map may have at most {MAX_CELLS:,} weights, not {weights.size:,}.")
        layers, heads = found.weights_LHTS.shape[:2]
        return Attention(
            **{"layer": layer, "head": head, "layers": layers, "heads": heads},
            source_pieces=list(found.source_units),
            target_pieces=list(found.target_units),
            weights=np.round(weights.astype(float), 6).tolist(),
        )

    def alternatives(self, place: Place, asked: AlternativesRequest) -> Judgement:
        """The pieces that could stand at a place of a hypothesis, most probable first."""
        target = self.services.readings.hypothesis(place, asked.hypothesis)
        require_range("position", asked.position, 0, len(target.ids) - 1)
        return Judgement.of(self._read(place, target).judgement[asked.position])

    def continuations(self, place: Place, asked: ContinuationRequest) -> Target:
        """The best translation that begins so, searched with the options of the translation."""
        reader = self.services.readings
        if asked.prefix is not None and asked.prefix_ids is None:
            return self._judged(place, reader.reword(place, reader.hypothesis(place, 0), 0, asked.prefix))
        if asked.prefix_ids is not None and asked.prefix is None:
            return self._judged(place, reader.go_on(place, asked.prefix_ids))
        raise InputError("One of `prefix` and `prefix_ids` must be given, but both or none are.")

    def scores(self, place: Place, asked: ScoreRequest) -> Target:
        """How probable the model finds a person's own translation."""
        return self._judged(place, self.services.readings.own(place, asked.text))

    def _judged(self, place: readings.Place, target: readings.Target) -> Target:
        judgement = self._read(place, target).judgement
        return Target(
            text=target.text,
            ids=list(target.ids),
            log_prob=sum(piece.log_prob for piece in judgement),
            score=target.score,
            pieces=[Judgement.of(piece) for piece in judgement],
        )

    def _read(self, place: readings.Place, target: readings.Target) -> readings.Reading:
        return self.services.readings.read(place, target)


def segment_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of segments."""
    handlers, below = Segments(services), "/translations/{id}/segments/{index}"
    routes = [
        Route("GET", f"{below}/attention", "annotator", handlers.attention),
        Route("POST", f"{below}/alternatives", "annotator", handlers.alternatives),
        Route("POST", f"{below}/continuations", "annotator", handlers.continuations),
        Route("POST", f"{below}/scores", "annotator", handlers.scores),
    ]
    return router_of("segments", person, routes)
