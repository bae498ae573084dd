"""Jobs of fine-tuning and versions of models, as programs send and get them (docs/learning-loop.md)."""

from typing import Annotated, Any, Self

from pydantic import Field

from demo_app.api.schemas import Asked, RecordId, Told
from demo_app.services.promotion import VersionInfo
from demo_app.store.job_records import JobRecord

Reason = Annotated[str, Field(description="Kept in the history.")]


class JobRequest(Asked):
    """What is to be learned from, and how."""

    snapshot: RecordId = Field(description="Name, id, or the beginning of an id.")
    model: RecordId = Field(description="Its version in use is what is tuned.")
    options: dict[str, Any] = Field(default={}, description="Those of docs/finetune.md.")


class JobList(Told):
    """Newest first."""

    jobs: list[JobRecord]


class Curve(Told):
    """What the training told so far."""

    rows: list[dict[str, Any]] = Field(description="`step` with `loss`, or with `held_out` and `general`.")


class JobLog(Told):
    """What its processes printed last."""

    lines: list[str]


class ConditionFacts(Told):
    """One thing that the gate asks for."""

    name: str
    state: str = Field(description="`passed`, `failed` or `unknown`.")
    sentence: str
    figures: dict[str, float]


class VerdictFacts(Told):
    """What the gate says of a version."""

    passed: bool
    reason: str = Field(description="Why not; of one that passed, what was found.")
    conditions: list[ConditionFacts]


class LineageFacts(Told):
    """How a version came to be."""

    created_at: str
    base: str
    snapshot: str
    options: dict[str, Any]
    seed: int
    code_version: str
    report: str


class VersionFacts(Told):
    """One version of a model."""

    model: str
    id: str
    alias: str = Field(description="`production`, `candidate`, `predecessor` or nothing.")
    digest: str
    lineage: LineageFacts | None = Field(description="null of the shipped one.")
    verdict: VerdictFacts | None = Field(description="null where there is no report.")


class VersionList(Told):
    """The shipped one first, then as they were made."""

    versions: list[VersionFacts]

    @classmethod
    def of_all(cls, found: tuple[VersionInfo, ...]) -> Self:
        """As the service has them."""
        return cls(versions=[VersionFacts.of(one) for one in found])


class EventFacts(Told):
    """One line of the history."""

    kind: str = Field(description="`added`, `promoted`, `rolled_back` or `removed`.")
    version: str
    before: str = Field(description="What was production until then.")
    at: str
    facts: dict[str, Any] = Field(description="Who did it, and why.")


class History(Told):
    """Oldest first."""

    events: list[EventFacts]


class PromotionRequest(Asked):
    """Which version is to serve."""

    version: RecordId
    reason: Reason = Field(default="", description="Promote it though the gate refuses; kept in the history.")


class RollbackRequest(Asked):
    """Back to what served before."""

    version: RecordId = Field(description="The one in use, as the caller knows it; another refuses (409).")
    reason: Reason = ""


class CleanUpRequest(Asked):
    """How many versions stay that are not in use."""

    keep: int = Field(ge=0, le=1_000_000)


class Removed(Told):
    """Ids of versions that are gone."""

    removed: list[str]
