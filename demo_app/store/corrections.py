"""Corrections and their history. Nothing is ever overwritten: a change, a deletion too, is a new revision.

`by` is who makes the revision."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, exists, func, select, text, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import InputError
from demo_app.store.correction_rows import first_revision, to_record, to_revision
from demo_app.store.engine import Database
from demo_app.store.freed_turns import free_turn
from demo_app.store.records import (
    NOBODY,
    UNCHECKED,
    USABLE,
    Assessment,
    Author,
    CorrectionQuery,
    CorrectionRecord,
    Counts,
    NewCorrection,
    Page,
)
from demo_app.store.revising import (
    DELETED,
    NOT_WITHDRAWN,
    PRESENT,
    SET_ASIDE,
    State,
    find_row,
    made,
    read_history,
    require_kept,
    revise,
    rewritten,
)
from demo_app.store.schema import ON_A_PAGE, CorrectionRow
from demo_app.store.schema_projects import SlotRow
from demo_app.store.search import fold, matches, require_storable
from demo_app.store.text_index import narrowed
from demo_app.store.translations import find_translation


class Corrections:
    """What people said about translations. Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def add(self, new: NewCorrection, assessed: Assessment = UNCHECKED) -> CorrectionRecord:
        """Store a first revision; it is on disk when this returns. No such hypothesis: `NotFoundError`.

        Within a `Database.writing` block it joins that. What has an id already that is here is not stored
        again: the record is returned as it is now, or `InputError` raised if it began as something else, and
        `StaleRevisionError` if it is deleted."""
        require_storable(new.corrected_text + new.comment)
        with self._database.reading() as session:
            translation = find_translation(session, new.translation_id)
        row = first_revision(new.id or self._new_id(), new, translation, self._clock(), assessed)
        with self._database.writing() as session:
            try:
                with session.begin_nested():
                    session.add(row)
                    session.flush()  # The revision refers to the row, and no relationship tells the order.
                    record = to_record(row)
                    session.add(to_revision(record))
            except IntegrityError:
                if new.id is None:
                    raise
                return _require_same(self.history(new.id), new)
        return record

    def get(self, correction_id: str) -> CorrectionRecord:
        """The newest revision, a deleted one too."""
        with self._database.reading() as session:
            return to_record(find_row(session, correction_id))

    def history(self, correction_id: str) -> tuple[CorrectionRecord, ...]:
        """Every revision, oldest first."""
        with self._database.reading() as session:
            return read_history(session, correction_id)

    def edit(
        self,
        correction_id: str,
        expected_revision: int,
        corrected_text: str,
        assessed: Assessment = UNCHECKED,
        by: Author = NOBODY,
        comment: str | None = None,
    ) -> CorrectionRecord:
        """Add a revision with another text. A review of the old one says nothing about it; with the same text
        all that was found and decided about it stays.

        `comment`: None leaves what there is. Raises `StaleRevisionError` unless `expected_revision` is the
        newest; `NotFoundError` if deleted."""
        require_storable(corrected_text + (comment or ""))
        # The texts that the edit is measured against never change, so this needs no lock.
        now = self.get(correction_id)
        is_another = corrected_text != now.corrected_text
        changes = rewritten(now, corrected_text, assessed, by) if is_another else {}
        said = {} if comment is None else {"comment": comment}
        return self._revise(correction_id, expected_revision, PRESENT, {**changes, **said}, by)

    def release(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        """Add a revision that makes a quarantined correction `submitted`; its checks stay to be read.

        Raises as `edit` does; not quarantined: `NotFoundError`."""
        return self._revise(correction_id, expected_revision, SET_ASIDE, {"status": "submitted"}, by)

    def delete(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        """Add a revision that hides the correction. Raises as `edit` does.

        Where its author does it, the item that it answered is open again, to them too."""
        with self._database.writing() as session:
            if find_row(session, correction_id).user_id == by.id:
                free_turn(session, correction_id, self._new_id, to_anybody=True)
            return self._revise(correction_id, expected_revision, PRESENT, {"deleted_at": self._clock()}, by)

    def restore(self, correction_id: str, expected_revision: int, by: Author = NOBODY) -> CorrectionRecord:
        """Add a revision that brings a deleted correction back as it was. Not deleted: `NotFoundError`."""
        return self._revise(correction_id, expected_revision, DELETED, {"deleted_at": None}, by)

    def withdraw(self, correction_id: str, expected_revision: int, by: Author) -> CorrectionRecord:
        """Add a last revision, with which its author takes the correction back. Raises as `edit` does.

        It counts as deleted as well, so whatever leaves deleted ones out leaves it out. One that somebody
        deleted before is theirs to withdraw too: it could be restored. An item that it answered is open
        again, to others."""
        changes = {"status": "withdrawn", "deleted_at": self._clock()}
        with self._database.writing() as session:
            free_turn(session, correction_id, self._new_id, to_anybody=False)
            return self._revise(correction_id, expected_revision, NOT_WITHDRAWN, changes, by)

    def find_same(
        self, languages: tuple[str, str], source_text: str, corrected_text: str, ignoring: str = ""
    ) -> str | None:
        """Id of the oldest correction, not deleted, that says the same of the same source, or None.

        `languages`: source and target; `ignoring`: the id of the correction that is asked about. An answer
        to a project's item is the same as no other: several people are asked for that text."""
        require_storable(source_text + corrected_text)
        row = CorrectionRow
        same = select(row.id).where(
            row.source_text == source_text,
            row.corrected_text == corrected_text,
            row.source_language == languages[0],
            row.target_language == languages[1],
            row.deleted_at.is_(None),
            row.id != ignoring,
            ~exists().where(SlotRow.answer_id == ignoring),
        )
        with self._database.reading() as session:
            return session.scalar(same.order_by(row.seq).limit(1))

    def search(self, query: CorrectionQuery) -> Page:
        """One page, newest submission first, and how many rows there are on all pages, `count_to` at most."""
        with self._database.reading() as session:
            total, is_exact, page = _find(session, query)
            rows = tuple(map(to_record, session.scalars(_rows(page))))
            return Page(rows, total, query.page, query.page_size, is_exact)

    def stream(self, query: CorrectionQuery, rows_per_fetch: int = 500) -> Iterator[CorrectionRecord]:
        """The rows of all pages in the order of `search`, all as they were when the first was read.

        Holds `rows_per_fetch` of them in memory, and a connection until it is exhausted or closed."""
        with self._database.reading() as session:
            rows = session.scalars(_rows(_chosen(session, query)).execution_options(yield_per=rows_per_fetch))
            yield from map(to_record, rows)

    def counts(self, user_id: str | None = None) -> Counts:
        """How many may be trained on, and how much people changed; deleted ones are left out.

        `user_id`: only those of this person."""
        row = CorrectionRow
        kinds = row.source_language, row.target_language, row.verdict, row.status
        groups = select(*kinds, func.count(), func.sum(row.hter)).where(row.deleted_at.is_(None))
        if user_id is not None:
            groups = groups.where(row.user_id == user_id)
        with self._database.reading() as session:
            groups = groups.where(_said(session, elsewhere=True))
            return _counts([tuple(each) for each in session.execute(groups.group_by(*kinds))])

    def _revise(
        self, correction_id: str, expected_revision: int, state: State, changes: dict[str, Any], by: Author
    ) -> CorrectionRecord:
        signed = made(by, self._clock())
        return revise(self._database, (correction_id, expected_revision), state, {**changes, **signed})


_ASKED = (
    *("translation_id", "segment_index", "hypothesis_index", "corrected_text", "verdict"),
    *("user_id", "id", "comment"),
)
"""What makes two submissions the same; a program that tries again may have measured the time anew."""


def _find(session: Session, query: CorrectionQuery) -> tuple[int, bool, Select[int] | list[int]]:
    """How many there are, for a text up to `count_to`; whether that is all; which rows stand on the page."""
    chosen, first = _chosen(session, query), (query.page - 1) * query.page_size
    if query.text:
        chosen = chosen.where(narrowed(session, fold(query.text)))
        hits = session.scalars(chosen.limit(query.count_to + 1)).all()
        if len(hits) <= query.count_to:
            # Looking through texts costs most: it is done once, and what it found is sorted here.
            return len(hits), True, sorted(hits, reverse=True)[first : first + query.page_size]
        total, is_exact = query.count_to, False
    else:
        total, is_exact = session.scalar(chosen.with_only_columns(func.count())) or 0, True
    left = max(min(query.page_size, total - first), 0)
    return total, is_exact, chosen.order_by(CorrectionRow.seq.desc()).limit(left).offset(first)


def _chosen(session: Session, query: CorrectionQuery) -> Select[int]:
    """Numbers of the rows that match: all that is needed for it stands in one narrow index."""
    on_pages = not query.include_deleted and not query.include_withdrawn
    walks = on_pages and not query.text and _is_sqlite(session)
    chosen = select(CorrectionRow.seq).where(matches(query, in_order=walks))
    return chosen.where(_said(session, elsewhere=bool(query.text))) if on_pages else chosen


def _said(session: Session, elsewhere: bool) -> ColumnElement[bool] | TextClause:
    """The words of the index of pages. `elsewhere`: what is asked for stands in another index of SQLite's,
    that of texts and sums, and it must not hear these words."""
    return true() if elsewhere and _is_sqlite(session) else text(ON_A_PAGE)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _rows(chosen: Select[int] | list[int]) -> Select[CorrectionRow]:
    """The whole rows with these numbers, newest first; only they are read."""
    return select(CorrectionRow).where(CorrectionRow.seq.in_(chosen)).order_by(CorrectionRow.seq.desc())


def _require_same(history: tuple[CorrectionRecord, ...], new: NewCorrection) -> CorrectionRecord:
    """The newest revision of what was stored before under the same id, if it was the same then."""
    first, asked = history[0], vars(new)
    if any(getattr(first, name) != asked[name] for name in _ASKED):
        raise InputError(
            "What is sent again must be what was sent first, but this is another correction; nothing was "
            "saved."
        )
    require_kept(history[-1].deleted_at)
    return history[-1]


def _counts(groups: list[tuple[Any, ...]]) -> Counts:
    """From rows of source, target, verdict, status, how many, sum of HTER."""
    usable = [group for group in groups if group[3] in USABLE]
    directions: dict[tuple[str, str], int] = {}
    for source, target, _, _, count, _ in usable:
        directions[source, target] = directions.get((source, target), 0) + count
    total = sum(directions.values())
    return Counts(
        total=total,
        right=sum(count for _, _, verdict, _, count, _ in usable if verdict == "right"),
        mean_hter=sum(group[5] for group in usable) / total if total else None,
        by_direction=dict(sorted(directions.items(), key=lambda each: (-each[1], each[0]))),
        quarantined=sum(count for _, _, _, status, count, _ in groups if status == "quarantined"),
    )
