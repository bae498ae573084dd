"""A person's own corrections, ratings and comparisons, and words they kept in the lab: to look at, to take
along, to withdraw.

Knows no page and no SQL."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

from core.config import require_choice
from demo_app.services.exports import new_folder
from demo_app.services.guarded_corrections import seen_by
from demo_app.services.judgements import JudgementService
from demo_app.services.people import Person, require_author
from demo_app.store.choices import ChoiceQuery, ChoiceRecord, Choices
from demo_app.store.corrections import Corrections
from demo_app.store.database import Store
from demo_app.store.export import json_line
from demo_app.store.formats import FORMATS
from demo_app.store.histories import Histories
from demo_app.store.judgement_records import JudgementKind, JudgementRecord
from demo_app.store.preferences import Preferences
from demo_app.store.records import CorrectionQuery, CorrectionRecord, Page, Status
from demo_app.store.selection import Judged, Selection, time_text

PAGE_SIZE = 25
OWN_FILES = ("corrections", "judgements")
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class OwnJudgement:
    """A rating or a comparison as its author saw it: without the makers of the texts."""

    kind: JudgementKind
    id: str
    revision: int
    status: Status
    project: str
    source_language: str
    target_language: str
    source_text: str
    texts: tuple[str, ...]
    """What was rated; of a comparison what was shown, in that order."""
    score: float | None
    """None for comparisons."""
    spans: tuple[dict[str, Any], ...]
    """Errors marked in the text that was rated."""
    ranks: tuple[int, ...]
    """One for each text, 1 the best; empty for ratings."""
    comment: str
    reason: str
    """A reviewer's."""
    user_role: str | None
    """Their role when they gave it; this and the time of consent were not kept by older releases."""
    licence: str | None
    """Of the dataset, that they had accepted."""
    licence_accepted_at: datetime | None
    duration_s: float
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OwnPage(Generic[Row]):
    """One page, newest first."""

    rows: tuple[Row, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class OwnWorkService:
    """What the page "My work" can do. All of it raises `NotAllowedError` for somebody without an account."""

    corrections: Corrections
    histories: Histories
    choices: Choices
    preferences: Preferences
    judging: JudgementService
    person: Callable[[], Person]

    def list(self, page: int) -> Page:
        """One page, newest first; withdrawn ones are among them, and deleted ones, which may be restored."""
        query = CorrectionQuery(
            user_id=self._user_id(),
            include_deleted=True,
            include_withdrawn=True,
            page=page,
            page_size=PAGE_SIZE,
        )
        return self.corrections.search(query)

    def write(self, kind: str, file: BinaryIO) -> int:
        """All that is neither withdrawn nor deleted as JSON lines; returns how many.

        `corrections` as they are exported, newest first; or `judgements`: ratings and comparisons, then
        chosen words, oldest first, each with its `kind`. Raises `ConfigError` for another kind."""
        require_choice("kind", kind, OWN_FILES)
        user_id = self._user_id()
        if kind == "judgements":
            return self._write_judgements(user_id, file)
        person, found = self.person(), self.histories.stream(CorrectionQuery(user_id=user_id))
        own = (tuple(seen_by(person, one) for one in history) for history in found)
        return FORMATS["jsonl"].write(Selection(own), file)

    def write_file(self, kind: str, folder: Path) -> Path:
        """The same as a new file below `folder`; returns its path. Raises as `write` and `new_folder`."""
        require_choice("kind", kind, OWN_FILES)
        with new_folder(folder) as own:
            path = own / f"my-{kind}.jsonl"
            with path.open("wb") as file:
                self.write(kind, file)
        return path

    def withdraw(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Take it out of the dataset for good: no list, export or snapshot made later holds it.

        Raises as `Corrections.withdraw`, and `NotAllowedError` for somebody else's."""
        person = self.person()
        require_author(person, self.corrections.get(correction_id).user_id)
        return self.corrections.withdraw(correction_id, expected_revision, person.author)

    def judgements(self, page: int) -> OwnPage[OwnJudgement]:
        """One page of their ratings and comparisons; withdrawn and deleted ones are among them."""
        rows, total = self.preferences.page(self._user_id(), page, PAGE_SIZE)
        return OwnPage(rows=tuple(map(_own, rows)), total=total, page=page)

    def withdraw_judgement(self, judgement_id: str, expected_revision: int) -> JudgementRecord:
        """The same of a rating or a comparison. Raises as `JudgementService.withdraw`."""
        return self.judging.withdraw(judgement_id, expected_revision)

    def words(self, page: int) -> OwnPage[ChoiceRecord]:
        """One page of the words that they chose in the lab, without those withdrawn."""
        rows, total = self.choices.page(self._user_id(), page, PAGE_SIZE)
        return OwnPage(rows=rows, total=total, page=page)

    def withdraw_words(self, choice_id: str) -> ChoiceRecord:
        """Take chosen words out of the dataset for good. Raises as `Choices.withdraw`, and `NotAllowedError`
        for somebody else's."""
        require_author(self.person(), self.choices.get(choice_id).user_id, "choice")
        return self.choices.withdraw(choice_id)

    def withdraw_all_words(self) -> int:
        """The same of all of them; returns how many there were."""
        return self.choices.withdraw_all(self._user_id())

    def _write_judgements(self, user_id: str, file: BinaryIO) -> int:
        judged = (asdict(_own(one)) for one in self.preferences.of_person(user_id))
        chosen = self.choices.stream(ChoiceQuery(user_id=user_id))
        written = 0
        for row in chain(judged, ({"kind": "choice", **asdict(one)} for one in chosen)):
            file.write(_line(row))
            written += 1
        return written

    def _user_id(self) -> str:
        person = self.person()
        return require_author(person, person.id)


def build_own_work(
    store: Store, corrections: Corrections, judging: JudgementService, person: Callable[[], Person]
) -> OwnWorkService:
    """Over one store."""
    given = store.histories, store.choices, store.preferences
    return OwnWorkService(corrections, *given, judging, person)


def _own(judged: Judged) -> OwnJudgement:
    project, record, item, *_ = judged
    answer = record.answer
    # In the order of a comparison's showing: the item's own is that of the models.
    shown = answer["order"] if record.kind == "comparison" else [0]
    return OwnJudgement(
        kind=record.kind,
        id=record.id,
        revision=record.revision,
        status=record.status,
        project=project.name,
        source_language=project.source_language,
        target_language=project.target_language,
        source_text=item.source_text,
        texts=tuple(item.candidates[place].text for place in shown),
        score=answer.get("score"),
        spans=tuple(answer.get("spans", ())),
        ranks=tuple(answer["ranks"][place] for place in shown) if record.kind == "comparison" else (),
        comment=record.comment,
        reason=record.reason,
        user_role=record.user_role,
        licence=record.licence,
        licence_accepted_at=record.licence_accepted_at,
        duration_s=record.duration_s,
        created_at=record.created_at,
        updated_at=record.updated_at,
        deleted_at=record.deleted_at,
    )


def _line(values: dict[str, Any]) -> bytes:
    told = {
        name: time_text(value) if isinstance(value, datetime) else value for name, value in values.items()
    }
    return json_line(told).encode()
