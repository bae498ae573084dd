"""Whatever people do with a queue, in any order and after any time, its promises hold."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from core.errors import StaleRevisionError
from demo_app.store.database import open_store
from demo_app.store.project_records import Turn
from demo_app.store.schema_projects import ItemRow, SlotRow
from tests.demo_app.store.project_samples import LEASE_S, SetClock, answered, project_of
from tests.demo_app.store.samples import counting_ids, empty_at, url_of

ITEMS, ANNOTATORS = 3, 2
PEOPLE = st.sampled_from(["", "ada", "bob", "eve"])


class QueueMachine(RuleBasedStateMachine):
    """Remembers who was given what, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock, self.starts = SetClock(), 0
        empty_at(self.folder / "x.db")
        self.start()
        self.project = project_of(self.store, ITEMS, annotators=ANNOTATORS)
        self.turns: dict[str, Turn] = {}
        """What each person believes to hold."""
        self.skipped: dict[str, Turn] = {}
        """What each person skipped last."""
        self.done: Counter[tuple[str, str]] = Counter()
        """(person, item) that were answered or skipped."""

    def start(self) -> None:
        self.starts += 1
        ids = counting_ids(f"start{self.starts}")
        self.store = open_store(url_of(self.folder / "x.db"), clock=self.clock, new_id=ids)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(who=PEOPLE)
    def take(self, who: str) -> None:
        held = self.store.queue.held_by(who)
        turn = self.store.queue.take(self.project.id, who)
        if turn is None:
            assert not held
            return
        assert not held or turn.slot_id == held[0].slot_id
        assert not self.done[who, turn.item.id]
        self.turns[who] = turn

    @rule(who=PEOPLE, how=st.sampled_from(["answer", "skip", "give_back", "extend", "flag"]))
    def act(self, who: str, how: str) -> None:
        if who not in self.turns:
            return
        turn = self.turns[who]
        holds = turn.slot_id in [each.slot_id for each in self.store.queue.held_by(who)]
        try:
            self.call(who, how, turn)
        except StaleRevisionError:
            assert not holds
            del self.turns[who]
            return
        assert holds
        if how in ("answer", "skip"):
            self.done[who, turn.item.id] += 1
        if how == "skip":
            self.skipped[who] = turn
        if how not in ("extend", "flag"):
            del self.turns[who]

    @rule(who=PEOPLE)
    def take_up(self, who: str) -> None:
        if who not in self.skipped:
            return
        turn = self.skipped.pop(who)
        with self.store.database.reading() as session:
            at_it = select(SlotRow.state).join(ItemRow, ItemRow.seq == SlotRow.item_seq)
            states = session.scalars(at_it.where(ItemRow.id == turn.item.id)).all()
        try:
            self.turns[who] = self.store.queue.take_up(turn.slot_id, who)
        except StaleRevisionError:
            assert "open" not in states
        else:
            assert "open" in states
            self.done[who, turn.item.id] -= 1

    def call(self, who: str, how: str, turn: Turn) -> Any:
        queue, slot_id = self.store.queue, turn.slot_id
        if how == "answer":
            return answered(self.store, turn, who, f"{who} {turn.item.id}")
        if how == "skip":
            return queue.skip(slot_id, who, "")
        if how == "flag":
            return queue.flag(slot_id, who, "look")
        return queue.extend(slot_id, who) if how == "extend" else queue.give_back(slot_id, who)

    @rule(seconds=st.sampled_from([1, LEASE_S / 2, LEASE_S]))
    def wait(self, seconds: float) -> None:
        self.clock.go(seconds)

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.start()

    @invariant()
    def nobody_does_an_item_twice(self) -> None:
        assert not self.done or max(self.done.values()) == 1

    @invariant()
    def each_item_has_its_turns(self) -> None:
        with self.store.database.reading() as session:
            slots = session.scalars(select(SlotRow)).all()
            items = session.scalars(select(ItemRow)).all()
        counting = Counter(slot.item_seq for slot in slots if slot.state != "skipped")
        complete = Counter(slot.item_seq for slot in slots if slot.state == "answered")
        assert [counting[item.seq] for item in items] == [ANNOTATORS] * ITEMS
        assert [item.completed_at is not None for item in items] == [
            complete[item.seq] == ANNOTATORS for item in items
        ]
        held = [(slot.item_seq, slot.holder) for slot in slots if slot.holder is not None]
        assert len(held) == len(set(held))


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=6, stateful_step_count=20)
