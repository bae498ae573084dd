"""`/jobs`: fine-tuning in the background. Administrators start and cancel, reviewers look."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from core.errors import CheckpointNotFoundError, NotFoundError
from demo_app.api.routing import Id, IdempotencyKey, PersonAsking, Route, id_for, router_of
from demo_app.api.schemas_learning import Curve, JobList, JobLog, JobRequest
from demo_app.api.services import Services
from demo_app.services.finetuning import FinetuneRequest
from demo_app.store.job_records import JobRecord

Lines = Annotated[int, Query(ge=1, le=1000)]


@dataclass(frozen=True)
class Jobs:
    """Handlers."""

    services: Services
    person: PersonAsking

    def start(self, asked: JobRequest, idempotency_key: IdempotencyKey = None) -> JobRecord:
        """Put it into the queue; what it learns from is taken from the snapshot before this answers."""
        job_id = id_for(self.person(), idempotency_key)
        try:
            return self.services.finetuning.start(FinetuneRequest(**asked.model_dump(), id=job_id))
        except CheckpointNotFoundError as error:
            raise NotFoundError(str(error)) from error

    def list(self) -> JobList:
        """Newest first, at most 100."""
        return JobList(jobs=list(self.services.finetuning.all()))

    def get(self, id: Id) -> JobRecord:
        """As it stands, with its progress."""
        return self.services.finetuning.get(id)

    def curve(self, id: Id) -> Curve:
        """Losses, and how the held-out and the general set do, so far."""
        return Curve(rows=self.services.finetuning.curve(id))

    def log(self, id: Id, lines: Lines = 40) -> JobLog:
        """What its processes printed last."""
        return JobLog(lines=self.services.finetuning.log_tail(id, lines).splitlines())

    def cancel(self, id: Id) -> JobRecord:
        """Out of the queue at once, or stopped at the next step."""
        return self.services.finetuning.cancel(id)


def job_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of jobs."""
    handlers, one = Jobs(services, person), "/jobs/{id}"
    routes = [
        Route("POST", "/jobs", "admin", handlers.start, 201),
        Route("GET", "/jobs", "reviewer", handlers.list),
        Route("GET", one, "reviewer", handlers.get),
        Route("GET", f"{one}/curve", "reviewer", handlers.curve),
        Route("GET", f"{one}/log", "reviewer", handlers.log),
        Route("POST", f"{one}/cancel", "admin", handlers.cancel),
    ]
    return router_of("jobs", person, routes)
