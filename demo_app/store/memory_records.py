"""What a translation memory gives: a frozen record of plain values. Knows no SQL."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A correction of the same source or of one like it, as it was when it was recalled."""

    correction_id: str
    revision: int
    source_text: str
    text: str
    """What a person held to be its right translation."""
    likeness: float
    """Of its source to the one that was asked for (demo_app/services/memory_index.py); 1 for the same."""
    machine_text: str
    """What the person was shown."""
    model_id: str
    """What had written that."""
    status: str
    user_id: str | None
    """Who submitted it: a pseudonym; None where nobody logs in."""
    updated_at: str
    """When this revision was made, ISO 8601, UTC."""


@dataclass(frozen=True, kw_only=True)
class Recollection:
    """What the memory has to do with one translation: at most one of the first two."""

    correction: Remembered | None = None
    """Of the very same source: it stands in place of the model's own translation."""
    suggestion: Remembered | None = None
    """Of a source like it: shown beside the model's own."""
    examples: tuple[Remembered, ...] = ()
    """Of sources like it: they steered the model's search."""


NOTHING = Recollection()


@dataclass(frozen=True)
class SourceRow:
    """The source of a correction, whatever became of that."""

    seq: int
    """Rises with each correction that is submitted."""
    direction: tuple[str, str]
    text: str
