"""What a check looks at, and what it may find. Knows no check."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from demo_app.store.records import Assessment, Verdict

Severity = Literal["severe", "mild"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A correction that somebody wants to have kept."""

    source_language: str
    target_language: str
    source_text: str
    machine_text: str
    corrected_text: str
    verdict: Verdict
    model_id: str
    duration_s: float | None = None
    """Seconds that the person took; None where nobody measured them."""
    correction_id: str = ""
    """Of the stored correction that this is a new text for; empty when it is new."""
    was_asked_for: bool = False
    """Whether a project gave the text to several people: that they say the same is no duplicate then."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that speaks against a text."""

    check: str
    """Its name: what the page's sentences, the export and the benchmark call it."""
    severity: Severity = "severe"
    """One `severe` finding sets the correction aside; a `mild` one is only told."""
    values: dict[str, Any] = field(default_factory=dict)
    """Plain values for the sentence."""

    def as_plain(self) -> dict[str, Any]:
        """As the store keeps it."""
        return asdict(self)


def assessment(found: Sequence[Finding]) -> Assessment:
    """What follows from findings."""
    severe = any(finding.severity == "severe" for finding in found)
    return Assessment(tuple(one.as_plain() for one in found), "quarantined" if severe else "submitted")
