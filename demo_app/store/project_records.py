"""What the store takes and gives about projects: frozen records of plain values. Knows no SQL."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from core.config import require_choice, require_range
from core.errors import ConfigError
from demo_app.store.records import MAX_PAGE_SIZE

Task = Literal["post_edit", "rating", "comparison"]
TASKS: tuple[Task, ...] = ("post_edit", "rating", "comparison")
ItemState = Literal["open", "complete", "flagged"]
ITEM_STATES: tuple[ItemState, ...] = ("open", "complete", "flagged")

MAX_ANNOTATORS = 50
MAX_LEASE_S = 7 * 24 * 3600.0
MAX_PROJECT_NAME = 100
MAX_NOTE_CHARS = 1000
"""Of a flag, or of a reason to skip."""


@dataclass(frozen=True, kw_only=True)
class NewProject:
    """What a team lead decides once. Out-of-range values raise `ConfigError`."""

    name: str
    """Unique."""
    source_language: str
    target_language: str
    task: Task
    annotators: int = 1
    """People for each item, 1 to 50."""
    control_share: float = 0.2
    """Of the items, chosen by chance alone; 0 to 1."""
    lease_s: float = 1800.0
    """How long a turn is kept for a person who says nothing more, 1 second to 7 days."""
    rules: dict[str, Any] = field(default_factory=dict)
    """Plain values that the task reads, as the names of error categories."""
    created_by: str | None = None
    """Of the account; None where nobody logs in."""

    def __post_init__(self) -> None:
        require_choice("task", self.task, TASKS)
        require_range("annotators", self.annotators, 1, MAX_ANNOTATORS)
        require_range("control_share", self.control_share, 0, 1)
        require_range("lease_s", self.lease_s, 1, MAX_LEASE_S)
        if not 0 < len(self.name) <= MAX_PROJECT_NAME or self.name != self.name.strip():
            raise ConfigError(
                f"A project's name must have 1 to {MAX_PROJECT_NAME} characters and no space at an end, but "
                f"is {self.name[: MAX_PROJECT_NAME + 1]!r}; choose another."
            )
        if not self.name.isprintable():
            raise ConfigError(f"A project's name must be printable, but is {self.name!r}; choose another.")


@dataclass(frozen=True, kw_only=True)
class ProjectRecord:
    """A project. Only `closed_at` ever changes."""

    id: str
    name: str
    created_at: datetime
    """UTC, aware."""
    created_by: str | None
    closed_at: datetime | None
    """None while people may take items from its queue."""
    source_language: str
    target_language: str
    task: Task
    annotators: int
    control_share: float
    lease_s: float
    rules: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Output:
    """A translation of an item, to correct, rate or compare."""

    text: str
    made_by: str = ""
    """Model and search, or the column of the file; hidden from annotators where they compare."""
    translation_id: str | None = None
    """Stored translation whose only segment this is; None where nobody may correct it."""
    hypothesis_index: int = 0


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """One text to annotate."""

    id: str = ""
    """Empty: the store makes one. Items with an id that is here already are not added again."""
    line: int
    """In the file it came from, from 1."""
    source_text: str
    candidates: tuple[Output, ...] = ()
    """In the order of their making."""
    gold: dict[str, Any] | None = None
    """The known answer, where the item checks attention; never shown to annotators."""
    is_control: bool = False
    rank: float = 0.0
    """Place in the queue, 0 first, below 1."""
    reason: dict[str, Any] = field(default_factory=dict)
    """The figures that gave the rank."""


@dataclass(frozen=True, kw_only=True)
class ItemRecord:
    """An item as it is stored; fields as in `NewItem`."""

    id: str
    project_id: str
    line: int
    source_text: str
    candidates: tuple[Output, ...]
    gold: dict[str, Any] | None
    is_control: bool
    rank: float
    reason: dict[str, Any]
    completed_at: datetime | None
    """When the last of its annotators answered; None before."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An item that a person has to themselves for a while."""

    slot_id: str
    item: ItemRecord
    leased_until: datetime
    """From then on somebody else may be given it."""
    earlier: int
    """How many people answered it before."""
    flag: str | None
    """What was told the reviewers about it."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A turn that a person ended with an answer."""

    slot_id: str
    item: ItemRecord
    answer_id: str
    """Of the correction or judgement."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How large a project is, and how much of it is done."""

    items: int
    completed: int


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one person did in a project."""

    holder: str
    """Of the account; empty for the local person."""
    answered: int = 0
    skipped: int = 0
    held: int = 0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a project is."""

    items: int
    completed: int
    open_turns: int
    """That nobody has."""
    people: tuple[Share, ...]
    """Who took a turn, most answers first."""


@dataclass(frozen=True, kw_only=True)
class ItemQuery:
    """Which items. Out-of-range values raise `ConfigError`."""

    state: ItemState = "open"
    """`open`: in the order of the queue; `complete`: newest first; `flagged`: with a note from anybody."""
    page: int = 1
    """From 1; a page after the last is empty."""
    page_size: int = 50

    def __post_init__(self) -> None:
        require_choice("state", self.state, ITEM_STATES)
        require_range("page", self.page, 1, 1_000_000_000)
        require_range("page_size", self.page_size, 1, MAX_PAGE_SIZE)


@dataclass(frozen=True, kw_only=True)
class ItemPage:
    """One page of items."""

    rows: tuple[ItemRecord, ...]
    notes: tuple[tuple[str, ...], ...]
    """What people told about each, in the order of `rows`."""
    total: int
    """Items of all pages."""
