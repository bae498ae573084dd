"""What the store takes and gives: frozen records of plain values. Knows no SQL and no file format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.config import require_choice, require_range
from demo_app.store.memory_records import Remembered as Remembered
from demo_app.store.snapshot_records import SnapshotRecord as SnapshotRecord

Verdict = Literal["corrected", "right"]
Status = Literal["submitted", "accepted", "rejected", "quarantined", "withdrawn"]

VERDICTS: tuple[Verdict, ...] = ("corrected", "right")
STATUSES: tuple[Status, ...] = ("submitted", "accepted", "rejected", "quarantined")
"""What may be searched for; `withdrawn` is nobody's business but its author's."""
USABLE: tuple[Status, ...] = ("submitted", "accepted")
"""What may be trained on."""
AWAITING: tuple[Status, ...] = ("submitted", "quarantined")
"""What a reviewer has not decided about yet."""
REVIEWED: tuple[Status, ...] = ("accepted", "rejected")
ANY_STATUS = "all"
MAX_PAGE_SIZE = 500
MAX_QUERY_CHARS = 1000
OLD_HTER_SIGNATURE = "nrefs:1|case:mixed|tok:words-between-spaces|moves:60"
"""Of figures that carry none: those of schema 0005 and before."""


@dataclass(frozen=True)
class HypothesisRecord:
    """One candidate of one segment, as `core.results.Hypothesis` had it."""

    text: str
    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    token_log_probs: tuple[float, ...]
    """Nats, one per id."""
    log_prob: float
    """Sum of them."""
    score: float
    """`log_prob` divided by the length penalty."""
    finished: bool


@dataclass(frozen=True)
class SegmentRecord:
    """One segment with its n-best list, best first."""

    source_text: str
    separator: str
    """What followed it in the text: a space, line ends, or nothing."""
    source_ids: tuple[int, ...]
    source_pieces: tuple[str, ...]
    hypotheses: tuple[HypothesisRecord, ...]
    """The model's own, whatever corrections say."""
    from_correction: Remembered | None = None
    """Of the same source: what the person was shown instead."""
    suggestion: Remembered | None = None
    """Of a source like this one: what the person was shown as well."""
    examples: tuple[str, ...] = ()
    """Ids of the corrections that steered the search (core/neighbours.py)."""


@dataclass(frozen=True)
class TranslationRecord:
    """A stored translation; never changed after it was added."""

    id: str
    created_at: datetime
    """UTC, aware."""
    source_language: str
    target_language: str
    source_text: str
    target_text: str
    segments: tuple[SegmentRecord, ...]
    options: dict[str, Any]
    """As `core.options.options_to_dict` gives them."""
    model_id: str
    """`name@digest` of the checkpoint."""
    duration_s: float
    model_digest: str = ""
    """This and the next two as `core.results.Origin` has them; empty in what an older release stored."""
    tokenizer_digest: str = ""
    signature: str = ""


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who makes a revision, as they are at that moment."""

    id: str | None = None
    """Of the account: a pseudonym. None where nobody logs in."""
    role: str | None = None
    licence: str | None = None
    """Of the dataset, that they accepted; None where nobody is asked."""
    licence_accepted_at: datetime | None = None

    def marks(self) -> dict[str, Any]:
        """What marks a record as theirs, by field."""
        return {
            "user_id": self.id,
            "user_role": self.role,
            "licence": self.licence,
            "licence_accepted_at": self.licence_accepted_at,
        }


NOBODY = Author()
"""Whoever sits where nobody logs in."""


@dataclass(frozen=True)
class NewCorrection:
    """What a person said about one hypothesis. The rest of the record comes from the translation."""

    translation_id: str
    segment_index: int
    hypothesis_index: int
    corrected_text: str
    """For the verdict `right` this is the machine's own text."""
    verdict: Verdict
    duration_s: float
    """Time the person took, >= 0."""
    user_id: str | None = None
    """Of the account; None where nobody logs in."""
    id: str | None = None
    """Of the record, where whoever asks may ask twice and mean one; None makes a new one."""
    comment: str = ""
    """For the reviewers."""
    user_role: str | None = None
    """This and the next two as `Author` has them."""
    licence: str | None = None
    licence_accepted_at: datetime | None = None
    is_control: bool | None = None
    """As in `CorrectionRecord`."""


@dataclass(frozen=True)
class Assessment:
    """What the quality gate found about a text, and what follows from it."""

    checks: tuple[dict[str, Any], ...] = ()
    """Findings, each with its `check`, its `severity` and the `values` that its sentence needs."""
    status: Status = "submitted"


UNCHECKED = Assessment()
"""Of a text that no gate has seen."""


@dataclass(frozen=True, kw_only=True)
class CorrectionRecord:
    """One revision of a correction, with all that is needed to train on it or to explain it.

    What has a default was not kept by older releases."""

    id: str
    revision: int
    """1 when submitted; each edit, release, review, deletion and restoration adds one."""
    translation_id: str
    segment_index: int
    hypothesis_index: int
    source_language: str
    target_language: str
    source_text: str
    machine_text: str
    corrected_text: str
    edits: tuple[dict[str, Any], ...] | None = None
    """From `machine_text`, as `core.analysis.edits.operations` gives them; None: not kept."""
    verdict: Verdict
    status: Status
    reason: str = ""
    """A reviewer's, for this status."""
    comment: str = ""
    """The annotator's, for reviewers."""
    checks: tuple[dict[str, Any], ...]
    """As in `Assessment`, of the text of this revision; a release keeps them."""
    hter: float
    """Edits per word of the corrected text (Snover et al. 2006), 0 when nothing was changed."""
    hter_signature: str = OLD_HTER_SIGNATURE
    score: float
    """The model's length-normalised score of its own hypothesis, nats."""
    token_log_probs: tuple[float, ...] = ()
    """Of that hypothesis, nats, one per id in `target_ids`."""
    model_id: str
    model_digest: str = ""
    """This, `tokenizer_digest` and `signature` as `core.results.Origin` has them."""
    tokenizer_digest: str = ""
    options: dict[str, Any]
    signature: str = ""
    source_ids: tuple[int, ...]
    target_ids: tuple[int, ...]
    n_best: tuple[str, ...]
    """Texts of all hypotheses that the person could see, best first."""
    duration_s: float
    is_control: bool | None = None
    """Whether chance alone chose the item of a project that it answers; None where it answers none."""
    user_id: str | None
    """Who submitted it: a pseudonym; None where nobody logs in."""
    user_role: str | None = None
    """Their role when they did."""
    revised_by: str | None
    """Who made this revision."""
    revised_role: str | None = None
    """Their role when they did."""
    licence: str | None = None
    """Of the dataset, that whoever wrote this text had accepted; None where nobody is asked."""
    licence_accepted_at: datetime | None = None
    app_version: str = ""
    """Release of the program that made this revision."""
    created_at: datetime
    """UTC, aware; the same in every revision."""
    updated_at: datetime
    """When this revision was made."""
    deleted_at: datetime | None
    """None unless this revision deleted it."""


@dataclass(frozen=True, kw_only=True)
class CorrectionQuery:
    """Which corrections. Out-of-range values raise `ConfigError`."""

    text: str = ""
    """Found anywhere in source, machine or corrected text, whatever the case; no wildcards."""
    source_language: str | None = None
    target_language: str | None = None
    verdict: str | None = None
    statuses: tuple[str, ...] = STATUSES
    """Any of them; `USABLE` is what may be trained on."""
    user_id: str | None = None
    """Only what this person submitted."""
    include_deleted: bool = False
    """Withdrawn ones are not among them."""
    include_withdrawn: bool = False
    """For their author alone."""
    page: int = 1
    """From 1; a page after the last is empty."""
    page_size: int = 50
    count_to: int = 10_000
    """Hits of a text are counted no further: where there are many, each has to be looked at."""

    def __post_init__(self) -> None:
        require_range("page", self.page, 1, 1_000_000_000)
        require_range("page_size", self.page_size, 1, MAX_PAGE_SIZE)
        require_range("count_to", self.count_to, 1, 1_000_000_000)
        require_range("characters of the search text", len(self.text), 0, MAX_QUERY_CHARS)
        if self.verdict is not None:
            require_choice("verdict", self.verdict, VERDICTS)
        for status in self.statuses:
            require_choice("status", status, STATUSES)


def statuses_meant(word: str) -> tuple[str, ...]:
    """For a query: `USABLE` where nothing is said, all of them for `all`, else that one status."""
    if not word:
        return USABLE
    return STATUSES if word == ANY_STATUS else (word,)


@dataclass(frozen=True)
class Page:
    """One page of a search, newest first."""

    rows: tuple[CorrectionRecord, ...]
    total: int
    """Rows of all pages."""
    page: int
    page_size: int
    is_exact: bool = True
    """False where a text has more hits than `total`, at which counting stopped; pages end there, too."""


@dataclass(frozen=True)
class Counts:
    """The headline of the dataset. Only what may be trained on counts, but for `quarantined`."""

    total: int
    right: int
    """Those with the verdict `right`."""
    mean_hter: float | None
    """None while there is nothing to average."""
    by_direction: dict[tuple[str, str], int]
    """(source language, target language) -> corrections, largest first."""
    quarantined: int
    """Set aside by the quality gate and neither released nor deleted."""
