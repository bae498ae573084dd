"""What programs get of the caller's own work."""

from datetime import datetime

from pydantic import Field

from demo_app.api.schemas import Told
from demo_app.services.own_work import OwnJudgement


class OwnJudgements(Told):
    """Newest first."""

    judgements: list[OwnJudgement] = Field(validation_alias="rows")
    total: int = Field(description="On all pages.")
    page: int
    pages: int


class ChosenWords(Told):
    """What was preferred to what in the lab, after a common beginning."""

    id: str
    source_language: str
    target_language: str
    source_text: str
    prefix_text: str
    chosen_text: str
    rejected_text: str
    model_id: str
    user_role: str | None
    licence: str | None
    licence_accepted_at: datetime | None
    created_at: datetime
    withdrawn_at: datetime | None


class OwnChoices(Told):
    """Newest first."""

    choices: list[ChosenWords] = Field(validation_alias="rows")
    total: int = Field(description="On all pages.")
    page: int
    pages: int
