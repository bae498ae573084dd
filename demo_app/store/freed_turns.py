"""Turns that do not count: skipped ones, and those whose answer its author took out of the dataset.

Another turn is given in their place."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.errors import StaleRevisionError
from demo_app.store.project_rows import FOR_CHANGES
from demo_app.store.projects import new_slot
from demo_app.store.schema_projects import ItemRow, ProjectRow, SlotRow


def free_turn(session: Session, answer_id: str, new_id: Callable[[], str], *, to_anybody: bool) -> None:
    """Open the item again that the answer was given to, if it was given to one and that was not done before.

    The turn counts as skipped, and keeps the answer, which might be restored. `to_anybody`: its author too
    may be given the item again. To be called before the answer is changed: a project is locked first."""
    slot = session.scalar(select(SlotRow).where(SlotRow.answer_id == answer_id))
    if slot is None:
        return
    session.get_one(ProjectRow, slot.project_seq, with_for_update=FOR_CHANGES)
    session.refresh(slot)
    if (slot.answer_id, slot.state) != (answer_id, "answered"):
        return
    slot.state = "skipped"
    if to_anybody:
        slot.holder = None
    session.get_one(ItemRow, slot.item_seq, populate_existing=True).completed_at = None
    put_in_place(session, slot, new_id)
    session.flush()


def put_in_place(session: Session, slot: SlotRow, new_id: Callable[[], str]) -> None:
    """Another turn at the same item."""
    session.execute(insert(SlotRow), [new_slot(new_id(), slot.item_seq, slot.project_seq, slot.rank)])


def take_out_of_place(session: Session, slot: SlotRow) -> None:
    """The reverse, while a turn at the item is nobody's; raises `StaleRevisionError` where none is."""
    other = select(SlotRow.seq).where(SlotRow.item_seq == slot.item_seq, SlotRow.state == "open").limit(1)
    seq = session.scalar(other)
    if seq is None:
        raise StaleRevisionError(
            "A text that was skipped can be had again until somebody else takes it, but somebody has; go on "
            "with another. Nothing was changed."
        )
    session.execute(delete(SlotRow).where(SlotRow.seq == seq))
