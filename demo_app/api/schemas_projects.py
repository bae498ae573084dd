"""Projects, turns and what people answer in them, as programs send and get them.

What the fields mean: docs/projects.md, docs/rating.md."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from demo_app.api.schemas import Asked, Comment, LanguageCode, Revision, Told, Whole
from demo_app.services.notes import MAX_NOTE_CHARS
from demo_app.services.trust import Trust
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import ItemQuery, ItemState, ProjectRecord, Task
from demo_app.store.records import MAX_PAGE_SIZE, Verdict

Name = Annotated[str, Field(pattern=r"^[^\x00]{1,100}$")]


class Rules(Asked):
    """What the task reads."""

    guidelines: str = Field(
        default="",
        max_length=MAX_NOTE_CHARS,
        pattern=r"^[^\x00]*$",
        description="What annotators should know.",
    )
    premark: bool = Field(default=True, description="Propose the words that the model was unsure of.")
    categories: list[Name] = Field(default=[], description="Of errors.")
    mqm_weights: dict[Name, float] = Field(default={}, description="Of `category/severity`.")


class ProjectRequest(Asked):
    """What a team lead decides once."""

    name: Name
    source_language: LanguageCode
    target_language: LanguageCode
    task: Task
    annotators: Whole = 1
    control_share: float = 0.2
    lease_s: float = 1800.0
    rules: Rules = Rules()


class ProjectList(Told):
    """Newest first."""

    projects: list[ProjectRecord]


class TrustList(Told):
    """The least trusted first."""

    people: list[Trust]


class ImportedFile(BaseModel):
    """What comes along with a file."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=1000, description="Of the file; its ending says what it is.")
    model: str | None = Field(default=None, description="Translates what the file does not; a default.")
    second_model: str | None = Field(default=None, description="Shows where two disagree.")


class ItemSearch(BaseModel):
    """Which items of a project."""

    model_config = ConfigDict(extra="forbid")

    state: ItemState = "open"
    page: int = Field(default=1, ge=1, le=1_000_000_000)
    page_size: int = Field(default=50, ge=1, le=MAX_PAGE_SIZE)

    def query(self) -> ItemQuery:
        """As the services take it."""
        return ItemQuery(state=self.state, page=self.page, page_size=self.page_size)


class Turn(Told):
    """An item that the caller has to themselves for a while."""

    id: str
    project_id: str
    leased_until: datetime
    earlier: int = Field(description="How many people answered it before.")
    flag: str | None
    reason: dict[str, Any] = Field(description="Why it has its place in the order.")
    item: dict[str, Any] = Field(description="What is asked: `kind` says which answer, `source`, and texts.")


class TakenTurn(Told):
    """The next one, or null where there is none for the caller."""

    turn: Turn | None


class TurnList(Told):
    """All that the caller holds."""

    turns: list[Turn]


class SkipRequest(Asked):
    """Why not."""

    reason: str = ""


class FlagRequest(Asked):
    """What the reviewers should know; nothing takes an earlier note back."""

    text: str


class PostEditRequest(Asked):
    """The answer to an item of the kind `correction`."""

    corrected_text: str
    verdict: Verdict = "corrected"
    comment: Comment = ""
    duration_s: float


class RatingRequest(Asked):
    """The answer to an item of the kind `rating`."""

    score: Whole = Field(description="0 to 100.")
    spans: list[dict[str, Any]] = Field(default=[], description="Marked errors.")
    comment: Comment = ""
    duration_s: float


class ComparisonRequest(Asked):
    """The answer to an item of the kind `comparison`."""

    ranks: list[Whole] = Field(
        description="One for each text, in the order shown; 1 is best, ties are equal."
    )
    comment: Comment = ""
    duration_s: float


class JudgementEditRequest(Asked):
    """Another answer in place of an earlier one."""

    revision: Revision
    answer: RatingRequest | ComparisonRequest


class DecisionRequest(Asked):
    """A reviewer's decision."""

    revision: Revision
    reason: str = ""


class JudgementHistory(Told):
    """Oldest first."""

    revisions: list[JudgementRecord]
