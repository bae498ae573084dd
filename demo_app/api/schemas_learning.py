"""Jobs of fine-tuning and versions of models, as programs send and get them (docs/learning-loop.md)."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field

from demo_app.api.schemas import Asked, RecordId, Told
from demo_app.services.blind_trials import TrialOutcome
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


class PreferredFacts(Told):
    """What people say of the candidate's translations, beside production's."""

    better: int
    worse: int
    equal: int
    judged: int
    p: float | None = Field(description="Of the sign test; null where nobody saw a difference.")


class TrialFacts(Told):
    """A blind comparison of what a version translates otherwise, so far."""

    projects: list[str] = Field(description="Ids.")
    sent: int
    people: int
    total: PreferredFacts
    sets: dict[str, PreferredFacts] = Field(description="By the part of the report: `held_out`, `general`.")


class TrialRequest(Asked):
    """How many translations people are to compare."""

    at_most: int = Field(default=100, description="Drawn by chance, 1 to 2,000.")
    annotators: int = Field(default=1, description="People for each.")


class VersionFacts(Told):
    """One version of a model."""

    model: str
    id: str
    alias: str = Field(description="`production`, `candidate`, `predecessor` or nothing.")
    digest: str
    lineage: LineageFacts | None = Field(description="null of the shipped one.")
    verdict: VerdictFacts | None = Field(description="null where there is no report.")
    trial: TrialFacts | None = Field(default=None, description="null where nothing was sent to people.")


class VersionList(Told):
    """The shipped one first, then as they were made."""

    versions: list[VersionFacts]

    @classmethod
    def of_all(cls, found: tuple[VersionInfo, ...], trials: Mapping[str, TrialOutcome]) -> Self:
        """As the services have them."""
        rows = [VersionFacts.of(one) for one in found]
        for row in rows:
            row.trial = TrialFacts.of(trials[row.id]) if row.id in trials else None
        return cls(versions=rows)


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
