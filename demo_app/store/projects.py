"""Projects and their items. What people do with the items is in `store.queue`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import InputError, NotFoundError
from demo_app.store.engine import Database
from demo_app.store.judged import answered
from demo_app.store.project_records import (
    Extent,
    ItemPage,
    ItemQuery,
    ItemRecord,
    NewItem,
    NewProject,
    Progress,
    ProjectRecord,
    Share,
)
from demo_app.store.project_rows import find_project, from_item, to_item, to_project
from demo_app.store.records import CorrectionQuery
from demo_app.store.schema_projects import ItemRow, ProjectRow, SlotRow
from demo_app.store.search import require_storable

_IDS_PER_QUERY = 500


class Projects:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def add(self, new: NewProject) -> ProjectRecord:
        """A new project without items; raises `InputError` when the name is taken."""
        require_storable(new.name)
        values = {field.name: getattr(new, field.name) for field in fields(new)}
        row = ProjectRow(**values, id=self._new_id(), created_at=self._clock(), closed_at=None)
        try:
            with self._database.writing() as session:
                session.add(row)
                session.flush()
                return to_project(row)
        except IntegrityError as error:
            raise InputError(
                f"A project's name must be new, but there is a project {new.name!r} already; choose another."
            ) from error

    def get(self, project_id: str) -> ProjectRecord:
        """Raises `NotFoundError`."""
        with self._database.reading() as session:
            return to_project(find_project(session, project_id))

    def named(self, name: str) -> ProjectRecord:
        """The project with exactly this name; raises `NotFoundError`."""
        require_storable(name)
        with self._database.reading() as session:
            row = session.scalar(select(ProjectRow).where(ProjectRow.name == name))
            if row is None:
                raise NotFoundError(
                    f"There must be a project {name!r}, but there is none; see which there are."
                )
            return to_project(row)

    def all(self) -> tuple[ProjectRecord, ...]:
        """Newest first, closed ones too."""
        with self._database.reading() as session:
            return tuple(map(to_project, session.scalars(select(ProjectRow).order_by(ProjectRow.seq.desc()))))

    def held_in(self, holder: str) -> frozenset[str]:
        """Ids of those in which the person holds a turn."""
        held = select(SlotRow.project_seq).where(SlotRow.holder == holder, SlotRow.state == "held")
        with self._database.reading() as session:
            return frozenset(session.scalars(select(ProjectRow.id).where(ProjectRow.seq.in_(held))))

    def behind(self, query: CorrectionQuery, judgements: bool = True) -> tuple[ProjectRecord, ...]:
        """Those that what a search means was answered in, the oldest first; without `judgements` only those
        of its corrections."""
        with self._database.reading() as session:
            return tuple(map(to_project, session.scalars(answered(query, judgements))))

    def close(self, project_id: str) -> ProjectRecord:
        """Give no more turns; those that people hold may still be answered."""
        return self._set_closed(project_id, self._clock())

    def reopen(self, project_id: str) -> ProjectRecord:
        """The reverse."""
        return self._set_closed(project_id, None)

    def add_items(self, project_id: str, items: Sequence[NewItem]) -> int:
        """Add items with their turns, all or none; those whose id is here already are left out.

        Returns how many were added."""
        named = [item if item.id else replace(item, id=self._new_id()) for item in items]
        for item in named:
            for text in (item.id, item.source_text, *(each.text for each in item.candidates)):
                require_storable(text)
        with self._database.writing() as session:
            project = find_project(session, project_id, lock=True)
            here = _present(session, [item.id for item in named])
            fresh = [item for item in named if item.id not in here]
            if fresh:
                self._insert(session, project, fresh)
            return len(fresh)

    def present(self, item_ids: Iterable[str]) -> frozenset[str]:
        """Those of the ids that items here have, of any project."""
        with self._database.reading() as session:
            return _present(session, item_ids)

    def item(self, item_id: str) -> ItemRecord:
        """Raises `NotFoundError`."""
        found = select(ItemRow, ProjectRow.id).join(ProjectRow, ProjectRow.seq == ItemRow.project_seq)
        with self._database.reading() as session:
            row = session.execute(found.where(ItemRow.id == item_id)).one_or_none()
            if row is None:
                raise NotFoundError(f"There is no item {item_id!r}; reload the list and choose again.")
            return to_item(*row)

    def items(self, project_id: str, query: ItemQuery) -> ItemPage:
        """One page of a project's items."""
        first = (query.page - 1) * query.page_size
        with self._database.reading() as session:
            project = find_project(session, project_id)
            chosen = _in_state(project.seq, query)
            total = session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
            rows = session.scalars(chosen.limit(query.page_size).offset(first)).all()
            noted = _notes(session, [row.seq for row in rows])
            return ItemPage(
                rows=tuple(to_item(row, project.id) for row in rows),
                notes=tuple(tuple(noted.get(row.seq, ())) for row in rows),
                total=total,
            )

    def extent(self, project_id: str) -> Extent:
        """How many items, and how many are complete."""
        with self._database.reading() as session:
            return _extent(session, find_project(session, project_id).seq)

    def progress(self, project_id: str) -> Progress:
        """Of the whole project and of each person. Takes a moment where there are a million items."""
        with self._database.reading() as session:
            seq = find_project(session, project_id).seq
            extent = _extent(session, seq)
            open_turns = select(func.count()).where(SlotRow.project_seq == seq, SlotRow.state == "open")
            # Names sort from the empty one on; who holds nothing is no name.
            counted = _turns_by_person(seq).where(SlotRow.holder >= "")
            return Progress(
                items=extent.items,
                completed=extent.completed,
                open_turns=session.scalar(open_turns) or 0,
                people=_shares([tuple(row) for row in session.execute(counted)]),
            )

    def progress_of_all(self) -> dict[str, Progress]:
        """The same of every project by its id, with as many questions as for one."""
        done = func.count(ItemRow.completed_at)
        items = select(ItemRow.project_seq, func.count(), done).group_by(ItemRow.project_seq)
        waiting = select(SlotRow.project_seq, func.count()).where(SlotRow.state == "open")
        who = SlotRow.holder, SlotRow.project_seq, SlotRow.state
        turns = select(*who, func.count()).where(SlotRow.holder >= "").group_by(*who)
        with self._database.reading() as session:
            extents = {seq: (count, completed) for seq, count, completed in session.execute(items)}
            waits = {seq: count for seq, count in session.execute(waiting.group_by(SlotRow.project_seq))}
            people: dict[int, list[tuple[Any, ...]]] = {}
            for holder, seq, state, count in session.execute(turns):
                people.setdefault(seq, []).append((holder, state, count))
            return {
                id_: Progress(
                    items=extents.get(seq, (0, 0))[0],
                    completed=extents.get(seq, (0, 0))[1],
                    open_turns=waits.get(seq, 0),
                    people=_shares(people.get(seq, [])),
                )
                for seq, id_ in session.execute(select(ProjectRow.seq, ProjectRow.id))
            }

    def share(self, project_id: str, holder: str) -> Share:
        """What one person did in it."""
        with self._database.reading() as session:
            counted = _turns_by_person(find_project(session, project_id).seq).where(SlotRow.holder == holder)
            shares = _shares([tuple(row) for row in session.execute(counted)])
            return shares[0] if shares else Share(holder=holder)

    def _set_closed(self, project_id: str, closed_at: datetime | None) -> ProjectRecord:
        with self._database.writing() as session:
            row = find_project(session, project_id, lock=True)
            row.closed_at = closed_at
            return to_project(row)

    def _insert(self, session: Session, project: ProjectRow, items: Sequence[NewItem]) -> None:
        added = insert(ItemRow).returning(ItemRow.seq, sort_by_parameter_order=True)
        seqs = session.scalars(added, [from_item(item, project.seq) for item in items]).all()
        slots = [
            new_slot(self._new_id(), item_seq, project.seq, item.rank)
            for item_seq, item in zip(seqs, items, strict=True)
            for _ in range(project.annotators)
        ]
        session.execute(insert(SlotRow), slots)


def new_slot(slot_id: str, item_seq: int, project_seq: int, rank: float) -> dict[str, Any]:
    """The values of a turn that nobody has."""
    return {
        "id": slot_id,
        "item_seq": item_seq,
        "project_seq": project_seq,
        "rank": rank,
        "state": "open",
        **dict.fromkeys(("holder", "leased_until", "answered_at", "answer_id", "flag")),
    }


def _present(session: Session, item_ids: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    left = iter(item_ids)
    while some := list(islice(left, _IDS_PER_QUERY)):
        found.update(session.scalars(select(ItemRow.id).where(ItemRow.id.in_(some))))
    return frozenset(found)


def _in_state(project_seq: int, query: ItemQuery) -> Select[ItemRow]:
    ours = select(ItemRow).where(ItemRow.project_seq == project_seq)
    if query.state == "open":
        return ours.where(ItemRow.completed_at.is_(None)).order_by(ItemRow.rank, ItemRow.seq)
    if query.state == "complete":
        return ours.where(ItemRow.completed_at.is_not(None)).order_by(ItemRow.completed_at.desc())
    flagged = select(SlotRow.item_seq).where(SlotRow.project_seq == project_seq, SlotRow.flag.is_not(None))
    return ours.where(ItemRow.seq.in_(flagged)).order_by(ItemRow.rank, ItemRow.seq)


def _notes(session: Session, item_seqs: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    asked = select(SlotRow.item_seq, SlotRow.flag).where(SlotRow.item_seq.in_(item_seqs))
    for item_seq, flag in session.execute(asked.where(SlotRow.flag.is_not(None)).order_by(SlotRow.seq)):
        found.setdefault(item_seq, []).append(flag or "")
    return found


def _extent(session: Session, project_seq: int) -> Extent:
    items = select(func.count()).where(ItemRow.project_seq == project_seq)
    unfinished = session.scalar(items.where(ItemRow.completed_at.is_(None))) or 0
    total = session.scalar(items) or 0
    return Extent(items=total, completed=total - unfinished)


def _turns_by_person(project_seq: int) -> Select[str | None, str, int]:
    """To be asked with a condition on the holder: adding nothing hides the index by project, in which all
    turns would be looked through, and groups come in the order of the one by holder."""
    counted = select(SlotRow.holder, SlotRow.state, func.count()).where(
        SlotRow.project_seq + 0 == project_seq
    )
    return counted.group_by(SlotRow.holder, SlotRow.project_seq, SlotRow.state)


def _shares(rows: Sequence[tuple[Any, ...]]) -> tuple[Share, ...]:
    """From rows of holder, state, how many."""
    counts: dict[str, dict[str, int]] = {}
    for holder, state, count in rows:
        counts.setdefault(holder, {})[state] = count
    shares = [Share(holder=holder, **states) for holder, states in counts.items()]
    return tuple(sorted(shares, key=lambda share: (-share.answered, share.holder)))
