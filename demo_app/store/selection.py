"""What goes into a file: corrections with all their revisions, and which of their fields. Runs no SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, NamedTuple

from demo_app.store.judged_records import Whole
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import ItemRecord, ProjectRecord
from demo_app.store.provenance import Provenance
from demo_app.store.records import USABLE, CorrectionRecord
from demo_app.store.schema import RevisionRow

SCHEMA_VERSION = 1
"""Goes up when a field changes its meaning or goes away; new fields alone do not raise it."""

COLUMNS = tuple(field.name for field in fields(CorrectionRecord))

REVISED = tuple(name for name in COLUMNS if name in RevisionRow.__table__.columns)
"""The fields in which revisions of one correction differ."""

History = tuple[CorrectionRecord, ...]
"""Every revision of one correction, oldest first."""


@dataclass(frozen=True, kw_only=True)
class Preference:
    """Two translations of one text, of which a person preferred one without writing it."""

    prompt: str
    """The source."""
    chosen: str
    rejected: str
    source_language: str
    target_language: str
    id: str
    """Of a choice, or of a comparison with the places of the two outputs."""
    user_id: str | None = None
    """Whose preference: a pseudonym; None where nobody logs in."""
    user_role: str | None = None
    """This and the next two as in the record."""
    licence: str | None = None
    licence_accepted_at: datetime | None = None
    chosen_by: str | None = None
    """What wrote it: `name@digest` of a model, or the column of a file; None for the person themself."""
    rejected_by: str | None = None
    is_control: bool | None = None
    """As in the record."""
    chosen_provenance: Provenance | None = None
    """None for what the person or nobody knows who wrote; so is the next."""
    rejected_provenance: Provenance | None = None


class Judged(NamedTuple):
    """A judgement with what it is about."""

    project: ProjectRecord
    record: JudgementRecord
    item: ItemRecord
    z: float | None = None
    """Of a rating that was read with others: its score as z of what its rater gave in this project."""
    written: tuple[Provenance | None, ...] = ()
    """How each output of the item was written; None for what came from a file."""


VINTAGE = 4
"""What files of ratings and preferences tell. At 3 they knew nothing of the control slice and of
how models wrote the texts, at 2 the times of a rating ended with its review, at 1 they knew no roles and no
times of consent, at 0 neither z nor whose a preference is, under which licence, and which models wrote the
two."""


@dataclass(frozen=True)
class Selection:
    """Corrections on their way into a file."""

    histories: Iterable[History]
    columns: tuple[str, ...] = COLUMNS
    """Fields to write, for formats that write all: a snapshot keeps those that there were."""
    preferences: Iterable[Preference] = ()
    """What was preferred other than by correcting, for the format of preferences."""
    ratings: Iterable[Judged] = ()
    """For the format of ratings."""
    judged: Iterable[Whole] = ()
    """Ratings, comparisons and chosen words whole, for the format of judgements."""
    vintage: int = VINTAGE
    """A snapshot's files of ratings and preferences stay as they were, to the byte, since its id may be their
    checksum."""

    def newest(self) -> Iterator[CorrectionRecord]:
        """The last revision of each."""
        return (history[-1] for history in self.histories)

    def pairs(self) -> Iterator[CorrectionRecord]:
        """The last revision of each that may be trained on: a file of pairs cannot say which those are."""
        return (one for one in self.newest() if one.deleted_at is None and one.status in USABLE)


def plain(record: CorrectionRecord, columns: Iterable[str]) -> dict[str, Any]:
    """These fields as JSON has them."""
    values = {name: getattr(record, name) for name in columns}
    return {
        name: time_text(value) if isinstance(value, datetime) else value for name, value in values.items()
    }


def time_text(value: datetime) -> str:
    """UTC, always with microseconds, so that text order is time order."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
