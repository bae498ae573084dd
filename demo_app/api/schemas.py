"""What all schemas share."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

Index = Annotated[int, Field(ge=0, le=1_000_000)]
Whole = Annotated[int, Field(ge=0, le=1_000_000_000)]
Revision = Annotated[int, Field(ge=1, le=2_000_000_000, description="The one that the caller knows.")]
RecordId = Annotated[str, Field(pattern=r"^[^\x00]{1,200}$")]
Comment = Annotated[str, Field(description="For the reviewers.")]
LanguageCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,35}$", description="As `fr`.")]


class Asked(BaseModel):
    """A body. Unknown fields are refused, and nothing is converted: "3" is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Told(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, record: object) -> Self:
        """From a record with attributes of these names."""
        return cls.model_validate(record)


class ErrorFacts(Told):
    """What went wrong."""

    kind: str = Field(description="For programs; stays the same.")
    message: str = Field(description="For people: what must hold, what was got, what to do.")


class Error(Told):
    """The body of every answer from 400 on."""

    error: ErrorFacts
