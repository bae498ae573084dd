"""How a version of a model came to be, and what became of it. Plain values that JSON keeps."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

SHIPPED = "shipped"
"""Id of the version that came with the program, whatever its weights are in this release."""


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """Enough to make the version again."""

    created_at: str
    """UTC, ISO 8601, by the clock of whoever made it."""
    base: str
    """`name@digest` of the model that it was trained from."""
    snapshot: str = ""
    """Id of the frozen set that it learned from; empty where there was none."""
    options: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    code_version: str = ""
    """Release of the program, with the revision where it ran from a checkout: `0.1.0+g<40 digits>`."""
    report: str = ""
    """Name of the file beside it that compares it with the production model of then."""


@dataclass(frozen=True)
class Version:
    """A whole model folder that was seen on disk."""

    id: str
    """12 digits of its digest, or `SHIPPED`."""
    folder: Path
    lineage: Lineage | None
    """None of the shipped one."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the history."""

    kind: str
    """added, promoted, rolled_back or removed."""
    version: str
    """What became production, or was added or removed."""
    before: str
    """What was production until then; the same as it is now for `added` and `removed`."""
    at: str
    """UTC, ISO 8601."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Who did it, and why."""


@dataclass(frozen=True, kw_only=True)
class Aliases:
    """Which version is which, and how that came."""

    production: str = SHIPPED
    candidate: str | None = None
    predecessors: tuple[str, ...] = ()
    """What was production before, the last one last."""
    history: tuple[Event, ...] = ()

    @property
    def predecessor(self) -> str | None:
        return self.predecessors[-1] if self.predecessors else None

    @property
    def in_use(self) -> frozenset[str]:
        """What may never be removed."""
        named = (SHIPPED, self.production, self.candidate, self.predecessor)
        return frozenset(one for one in named if one)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Raises `TypeError`, `KeyError` or `ValueError` for anything that `to_dict` does not give."""
        candidate = values["candidate"]
        return cls(
            production=str(values["production"]),
            candidate=None if candidate is None else str(candidate),
            predecessors=tuple(map(str, values["predecessors"])),
            history=tuple(Event(**event) for event in values["history"]),
        )
