"""Whose turn it is at which item. Knows nothing of what people answer.

An item has as many turns that count as its project has annotators. `open` turns are nobody's; `held` ones
are one person's until the lease ends and somebody else is given them; `answered` and `skipped` ones stay."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from core.errors import NotFoundError, StaleRevisionError
from demo_app.store.engine import Database
from demo_app.store.freed_turns import put_in_place, take_out_of_place
from demo_app.store.project_records import Answered, ItemRecord, Turn
from demo_app.store.project_rows import FOR_CHANGES, find_project, require_note, to_item
from demo_app.store.schema_projects import ItemRow, ProjectRow, SlotRow

NEAR = 100
"""Open turns that are looked through first, at the head of the queue and behind a person's last answer."""

_GONE = (
    "The turn must be yours to do this, but it is not: its time ran out and somebody else has it, or you "
    "answered, skipped or gave it back before. Take another. Nothing was saved."
)


class Queue:
    """Every method raises the `StoreError` tree: `NotFoundError` for a project or turn that never was,
    `StaleRevisionError` for a turn that is not the person's any more.

    `holder`: the id of an account, empty for the local person. One change at a time in each project."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def take(self, project_id: str, holder: str) -> Turn | None:
        """The turn that the person holds already, its lease renewed; else the best that is free to them.

        None where there is none for them; in a closed project there is nothing but what they hold. Nobody
        gets an item that they answered or skipped."""
        with self._database.writing() as session:
            project = find_project(session, project_id, lock=True)
            now = self._clock()
            seq, anew = _held(session, project.seq, holder), dict[str, None]()
            if seq is None and project.closed_at is None:
                # What somebody before told the reviewers is not told by this person.
                seq, anew = _free(session, project.seq, holder, now), {"flag": None}
            if seq is None:
                return None
            free = or_(SlotRow.state == "open", _mine(holder), _run_out(now))
            until = _later(now, project)
            _change(session, seq, free, state="held", holder=holder, leased_until=until, **anew)
            return _turn(session, seq)

    def extend(self, slot_id: str, holder: str) -> Turn:
        """Keep the turn for another lease from now on, as while a person types."""
        with self._database.writing() as session:
            project, slot = _locked(session, slot_id)
            _change(session, slot.seq, _mine(holder), leased_until=_later(self._clock(), project))
            return _turn(session, slot.seq)

    def give_back(self, slot_id: str, holder: str) -> None:
        """Let anybody have it, the same person too."""
        with self._database.writing() as session:
            _, slot = _locked(session, slot_id)
            _change(session, slot.seq, _mine(holder), state="open", holder=None, leased_until=None)

    def skip(self, slot_id: str, holder: str, reason: str) -> str:
        """Never be given this item again; others get a turn in its place. An empty reason is none; any other
        is told to the reviewers beside what they were told before.

        Returns what the reviewers were told before, for `take_up`."""
        require_note(reason)
        with self._database.writing() as session:
            _, slot = _locked(session, slot_id)
            before = slot.flag or ""
            told = " · ".join(filter(None, dict.fromkeys((before, reason)))) or None
            _change(session, slot.seq, _mine(holder), state="skipped", leased_until=None, flag=told)
            put_in_place(session, slot, self._new_id)
            return before

    def take_up(self, slot_id: str, holder: str, flag: str = "") -> Turn:
        """The reverse of `skip`, while a turn at the item is nobody's; reviewers are told `flag` again."""
        require_note(flag)
        skipped = and_(SlotRow.state == "skipped", SlotRow.holder == holder, SlotRow.answer_id.is_(None))
        with self._database.writing() as session:
            project, slot = _locked(session, slot_id)
            until = _later(self._clock(), project)
            _change(session, slot.seq, skipped, state="held", leased_until=until, flag=flag or None)
            take_out_of_place(session, slot)
            return _turn(session, slot.seq)

    def flag(self, slot_id: str, holder: str, text: str) -> Turn:
        """Tell the reviewers something about the item, in place of what was told before; empty: nothing."""
        require_note(text)
        with self._database.writing() as session:
            _, slot = _locked(session, slot_id)
            _change(session, slot.seq, _mine(holder), flag=text or None)
            return _turn(session, slot.seq)

    def answer(self, slot_id: str, holder: str, save: Callable[[], str]) -> str:
        """Run `save`, which stores an answer and returns its id, and note it: both are on disk, or neither.

        What `save` writes to this database joins the transaction, so it must write in this thread and do
        nothing slow. What it raises undoes all. It is not run for a turn that somebody else has. Of a turn
        that the person answered before it must return the same id again, as when an answer is sent twice."""
        with self._database.writing() as session:
            project, slot = _locked(session, slot_id)
            if (slot.state, slot.holder) == ("answered", holder):
                return _again(slot.answer_id, save())
            now = self._clock()
            _change(session, slot.seq, _mine(holder), state="answered", answered_at=now, leased_until=None)
            answer_id = save()
            _change(session, slot.seq, SlotRow.state == "answered", answer_id=answer_id)
            if _count_answered(session, slot.item_seq) >= project.annotators:
                _complete(session, slot.item_seq, now)
            return answer_id

    def take_back(self, slot_id: str, holder: str, undo: Callable[[str], None]) -> Turn:
        """The reverse of `answer`: `undo` removes the answer with that id, and the turn is held again."""
        answered = and_(SlotRow.state == "answered", SlotRow.holder == holder)
        with self._database.writing() as session:
            project, slot = _locked(session, slot_id)
            until = _later(self._clock(), project)
            values = {"answered_at": None, "answer_id": None, "leased_until": until}
            _change(session, slot.seq, answered, state="held", **values)
            undo(slot.answer_id or "")
            _complete(session, slot.item_seq, None)
            return _turn(session, slot.seq)

    def turn(self, slot_id: str, holder: str) -> Turn:
        """The turn with this id, if the person holds it."""
        with self._database.reading() as session:
            slot = _find(session, slot_id)
            if (slot.state, slot.holder) != ("held", holder):
                raise StaleRevisionError(_GONE)
            return _turn(session, slot.seq)

    def item(self, slot_id: str, holder: str) -> ItemRecord:
        """What the turn is about, for whoever holds or answered it."""
        with self._database.reading() as session:
            slot = _find(session, slot_id)
            if slot.holder != holder or slot.state not in ("held", "answered"):
                raise StaleRevisionError(_GONE)
            return _turn(session, slot.seq).item

    def held_by(self, holder: str) -> tuple[Turn, ...]:
        """All that the person holds, in any project; those whose lease ended too, until others get them."""
        held = select(SlotRow.seq).where(_mine(holder)).order_by(SlotRow.project_seq, SlotRow.rank)
        with self._database.reading() as session:
            return tuple(_turn(session, seq) for seq in session.scalars(held).all())

    def answered_by(self, project_id: str, holder: str, at_most: int) -> tuple[Answered, ...]:
        """What the person answered in a project, the last first."""
        with self._database.reading() as session:
            project = find_project(session, project_id)
            theirs = and_(SlotRow.project_seq == project.seq, SlotRow.holder == holder)
            ended = select(SlotRow, ItemRow).join(ItemRow, ItemRow.seq == SlotRow.item_seq)
            last = ended.where(theirs, SlotRow.state == "answered").order_by(SlotRow.answered_at.desc())
            return tuple(
                Answered(slot_id=slot.id, item=to_item(item, project.id), answer_id=slot.answer_id or "")
                for slot, item in session.execute(last.limit(at_most))
            )


def _mine(holder: str) -> ColumnElement[bool]:
    return and_(SlotRow.holder == holder, SlotRow.state == "held")


def _run_out(now: datetime) -> ColumnElement[bool]:
    return and_(SlotRow.state == "held", SlotRow.leased_until <= now)


def _later(now: datetime, project: ProjectRow) -> datetime:
    return now + timedelta(seconds=project.lease_s)


def _held(session: Session, project_seq: int, holder: str) -> int | None:
    """The first turn in the queue that the person holds."""
    held = select(SlotRow.seq).where(_mine(holder), SlotRow.project_seq == project_seq)
    return session.scalar(held.order_by(SlotRow.rank).limit(1))


def _free(session: Session, project_seq: int, holder: str, now: datetime) -> int | None:
    """The turn that the person should be given: one that ran out, or the first open one not theirs yet.

    Somebody far ahead of the others has had the item of every open turn at the head of the queue. So after
    a look there, those behind their last answer come first, and the long walk only when there is none: for
    it PostgreSQL sorts all open turns."""
    who = {"project_seq": project_seq, "holder": holder}
    if (seq := session.scalar(_abandoned(), who | {"now": now})) is not None:
        return seq
    if (seq := session.scalar(_first_open(NEAR), who | {"from_rank": 0.0})) is not None:
        return seq
    furthest = session.scalar(
        select(func.max(SlotRow.rank)).where(
            SlotRow.holder == holder, SlotRow.project_seq == project_seq, SlotRow.state == "answered"
        )
    )
    behind = () if furthest is None else ((NEAR, furthest), (None, furthest))
    for among, from_rank in (*behind, (None, 0.0)):
        if (seq := session.scalar(_first_open(among), who | {"from_rank": from_rank})) is not None:
            return seq
    return None


# Putting a statement together takes longer than running it, so these two are made once.
@cache
def _abandoned() -> Select[int]:
    """Held turns that ran out. There are no more than people, so this is quick."""
    out = _in_project().where(SlotRow.state == "held", SlotRow.leased_until <= bindparam("now"))
    return _first_unseen(out.subquery())


@cache
def _first_open(among: int | None) -> Select[int]:
    """Of the open turns from a rank on; `among`: look only at so many."""
    open_ = _in_project().where(SlotRow.state == "open", SlotRow.rank >= bindparam("from_rank"))
    return _first_unseen(open_.order_by(SlotRow.rank, SlotRow.seq).limit(among).subquery())


def _in_project() -> Select[int, int, float]:
    columns = select(SlotRow.seq, SlotRow.item_seq, SlotRow.rank)
    return columns.where(SlotRow.project_seq == bindparam("project_seq"))


def _first_unseen(slots: Subquery) -> Select[int]:
    """The first of the turns whose item the person never had a turn at."""
    other = aliased(SlotRow)
    seen = select(other.seq).where(other.item_seq == slots.c.item_seq, other.holder == bindparam("holder"))
    return select(slots.c.seq).where(~seen.exists()).order_by(slots.c.rank, slots.c.seq).limit(1)


def _find(session: Session, slot_id: str) -> SlotRow:
    slot = session.scalar(select(SlotRow).where(SlotRow.id == slot_id))
    if slot is None:
        raise NotFoundError(f"There is no turn {slot_id!r}; take one from the queue.")
    return slot


def _locked(session: Session, slot_id: str) -> tuple[ProjectRow, SlotRow]:
    """The turn and its project, whose queue nobody else changes until the transaction ends."""
    slot = _find(session, slot_id)
    project = session.get_one(ProjectRow, slot.project_seq, with_for_update=FOR_CHANGES)
    session.refresh(slot)  # What it was while another had the lock is of no interest.
    return project, slot


def _again(answer_id: str | None, saved: str) -> str:
    if saved != answer_id:
        raise StaleRevisionError(_GONE)  # and what was saved goes with it
    return saved


def _change(session: Session, seq: int, if_: ColumnElement[bool], **values: Any) -> None:
    """Change a turn if it is what it must be; of two who try, one is refused."""
    change = update(SlotRow).where(SlotRow.seq == seq, if_).values(**values)
    done = session.execute(change.execution_options(synchronize_session=False))
    if cast(CursorResult[Any], done).rowcount != 1:
        raise StaleRevisionError(_GONE)


def _count_answered(session: Session, item_seq: int) -> int:
    answered = select(func.count()).where(SlotRow.item_seq == item_seq, SlotRow.state == "answered")
    return session.scalar(answered) or 0


def _complete(session: Session, item_seq: int, when: datetime | None) -> None:
    session.execute(update(ItemRow).where(ItemRow.seq == item_seq).values(completed_at=when))


def _turn(session: Session, seq: int) -> Turn:
    asked = select(SlotRow, ItemRow, ProjectRow.id).where(SlotRow.seq == seq)
    joined = asked.join(ItemRow, ItemRow.seq == SlotRow.item_seq).join(
        ProjectRow, ProjectRow.seq == SlotRow.project_seq
    )
    slot, item, project_id = session.execute(joined.execution_options(populate_existing=True)).one()
    return Turn(
        slot_id=slot.id,
        item=to_item(item, project_id),
        leased_until=cast(datetime, slot.leased_until),
        earlier=_count_answered(session, slot.item_seq),
        flag=slot.flag,
    )
