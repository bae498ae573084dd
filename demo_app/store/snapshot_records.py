"""What a snapshot is, beside its rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class SnapshotRecord:
    """A frozen set of revisions; never changed after it was made."""

    id: str
    """SHA-256 of its export as JSON lines, and where it holds judgements or choices of its exports as ratings
    and preferences after that; in hexadecimal."""
    name: str
    created_at: datetime
    """UTC, aware."""
    licence: str
    filter: dict[str, Any]
    """What was asked for, as `CorrectionQuery` has it."""
    columns: tuple[str, ...]
    """Fields that a record had then, and that its exports have."""
    counts: dict[str, Any]
    """As `Tally.summary` gives them; where there are any, also `ratings`, `comparisons` and `choices`, and
    `ties`: how often two texts were ranked alike. `agreement`: figures of each project it comes from.
    `vintage`: what its files tell (`selection.VINTAGE`)."""

    @property
    def beside(self) -> int:
        """How many ratings, comparisons and choices it holds."""
        return sum(self.counts.get(name, 0) for name in ("ratings", "comparisons", "choices"))

    @property
    def vintage(self) -> int:
        """Of its files; not kept at first."""
        return int(self.counts.get("vintage", 1 if "ties" in self.counts else 0))
