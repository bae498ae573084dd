"""`/turns`: an item that a person has to themselves, and the answer that ends it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query

from demo_app.api.routing import Id, IdempotencyKey, PersonAsking, Route, id_for, router_of
from demo_app.api.schemas import Revision
from demo_app.api.schemas_projects import (
    ComparisonRequest,
    FlagRequest,
    PostEditRequest,
    RatingRequest,
    SkipRequest,
    TakenTurn,
    Turn,
    TurnList,
)
from demo_app.api.services import Services
from demo_app.services.judging import Comparison, Form, Rating
from demo_app.services.turns import PostEdit
from demo_app.store import project_records
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.records import CorrectionRecord


@dataclass(frozen=True)
class Turns:
    """Handlers. A turn that is somebody else's by now raises `StaleRevisionError`."""

    services: Services
    person: PersonAsking

    def take(self, id: Id) -> TakenTurn:
        """The one that the caller holds in the project, its lease renewed, or the next."""
        found = self.services.turns.take(id)
        return TakenTurn(turn=None if found is None else self._shown(found))

    def held(self) -> TurnList:
        """All that the caller holds, in any project."""
        return TurnList(turns=list(map(self._shown, self.services.turns.held())))

    def extend(self, id: Id) -> Turn:
        """The caller is still at it."""
        return self._shown(self.services.turns.extend(id))

    def give_back(self, id: Id) -> None:
        """Not now: anybody may have it."""
        self.services.turns.give_back(id)

    def skip(self, id: Id, asked: SkipRequest) -> None:
        """Never again: somebody else gets the item."""
        self.services.turns.skip(id, asked.reason)

    def flag(self, id: Id, asked: FlagRequest) -> Turn:
        """Tell the reviewers about the item."""
        return self._shown(self.services.turns.flag(id, asked.text))

    def correct(
        self, id: Id, asked: PostEditRequest, idempotency_key: IdempotencyKey = None
    ) -> CorrectionRecord:
        """Answer with a correction."""
        values = asked.model_dump(exclude={"corrected_text"})
        edit = PostEdit(text=asked.corrected_text, id=id_for(self.person(), idempotency_key), **values)
        return self.services.turns.submit(id, edit)

    def rate(self, id: Id, asked: RatingRequest, idempotency_key: IdempotencyKey = None) -> JudgementRecord:
        """Answer with a rating."""
        return self._judge(id, Rating(**asked.model_dump(), id=id_for(self.person(), idempotency_key)))

    def compare(
        self, id: Id, asked: ComparisonRequest, idempotency_key: IdempotencyKey = None
    ) -> JudgementRecord:
        """Answer with a comparison."""
        return self._judge(id, Comparison(**asked.model_dump(), id=id_for(self.person(), idempotency_key)))

    def take_correction_back(self, id: Id, revision: Annotated[Revision, Query()]) -> Turn:
        """Delete the correction that ended the turn, and hold it again."""
        return self._shown(self.services.turns.undo(id, revision))

    def take_judgement_back(self, id: Id, revision: Annotated[Revision, Query()]) -> Turn:
        """The same with a rating or comparison."""
        undo = self.services.judgements.undo
        return self._shown(self.services.turns.take_back(id, lambda which: undo(which, revision)))

    def _judge(self, id: str, form: Form) -> JudgementRecord:
        return self.services.turns.answer(id, lambda item_id: self.services.judgements.give(item_id, form))

    def _shown(self, turn: project_records.Turn) -> Turn:
        return Turn(
            id=turn.slot_id,
            project_id=turn.item.project_id,
            leased_until=turn.leased_until,
            earlier=turn.earlier,
            flag=turn.flag,
            reason=turn.item.reason,
            item=self._asked(turn.item),
        )

    def _asked(self, item: project_records.ItemRecord) -> dict[str, Any]:
        """As `JudgementService.view`: nothing of who made what is compared, and no known answer."""
        project = self.services.projects.require_fit(item.project_id)
        if project.task != "post_edit":
            return self.services.judgements.view(item.id)
        return {
            "item": item.id,
            "kind": "correction",
            "source_language": project.source_language,
            "target_language": project.target_language,
            "source": item.source_text,
            "text": item.candidates[0].text,
        }


def turn_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of turns."""
    handlers, one = Turns(services, person), "/turns/{id}"
    routes = [
        Route("POST", "/projects/{id}/turns", "annotator", handlers.take),
        Route("GET", "/turns", "annotator", handlers.held),
        Route("DELETE", one, "annotator", handlers.give_back, 204),
        Route("POST", f"{one}/extension", "annotator", handlers.extend),
        Route("POST", f"{one}/skip", "annotator", handlers.skip, 204),
        Route("PUT", f"{one}/flag", "annotator", handlers.flag),
        Route("PUT", f"{one}/correction", "annotator", handlers.correct),
        Route("PUT", f"{one}/rating", "annotator", handlers.rate),
        Route("PUT", f"{one}/comparison", "annotator", handlers.compare),
        Route("DELETE", f"{one}/correction", "annotator", handlers.take_correction_back),
        Route("DELETE", f"{one}/judgement", "annotator", handlers.take_judgement_back),
    ]
    return router_of("turns", person, routes)
