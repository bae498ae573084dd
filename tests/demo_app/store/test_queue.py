from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from core.errors import ForbiddenCharacterError, NotFoundError, StaleRevisionError, TextTooLongError
from demo_app.store.database import Store, open_store
from demo_app.store.project_records import Turn
from demo_app.store.queue import NEAR
from demo_app.store.schema_projects import SlotRow
from tests.demo_app.store.project_samples import LEASE_S, SetClock, answered, project_of, taken
from tests.demo_app.store.samples import correct, counting_ids, open_at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(database_url: str, clock: SetClock) -> Iterator[Store]:
    opened = open_store(database_url, clock=clock, new_id=counting_ids())
    yield opened
    opened.close()


def test_items_are_given_in_their_order_and_none_twice(store: Store) -> None:
    project = project_of(store, 4)
    lines = []
    while turn := store.queue.take(project.id, "ada"):
        lines.append(turn.item.line)
        answered(store, turn, "ada")
    assert lines == [1, 2, 3, 4]
    progress = store.projects.progress(project.id)
    assert (progress.items, progress.completed, progress.open_turns) == (4, 4, 0)


def test_taking_again_gives_the_turn_that_is_held_for_longer(store: Store, clock: SetClock) -> None:
    project = project_of(store, 2)
    first = taken(store, project, "ada")
    clock.go(10)
    again = taken(store, project, "ada")
    assert again.slot_id == first.slot_id
    assert (again.leased_until - first.leased_until).total_seconds() == 10
    assert store.queue.held_by("ada") == (again,)


def test_each_item_goes_to_as_many_people_as_the_project_asks_for(store: Store) -> None:
    project = project_of(store, 1, annotators=2)
    turns = [taken(store, project, holder) for holder in ("ada", "")]
    assert len({turn.slot_id for turn in turns}) == 2
    assert store.queue.take(project.id, "eve") is None
    answered(store, turns[0], "ada")
    assert store.projects.item(turns[0].item.id).completed_at is None
    assert store.queue.take(project.id, "ada") is None
    answered(store, turns[1], "")
    assert store.projects.item(turns[0].item.id).completed_at is not None
    assert [(one.holder, one.answered) for one in store.projects.progress(project.id).people] == [
        ("", 1),
        ("ada", 1),
    ]


def test_a_lease_that_ran_out_lets_others_in_and_the_late_answer_is_refused(
    store: Store, clock: SetClock
) -> None:
    project = project_of(store, 1)
    late = taken(store, project, "ada")
    clock.go(LEASE_S - 1)
    assert store.queue.take(project.id, "bob") is None
    clock.go(1)
    turn = taken(store, project, "bob")
    assert turn.slot_id == late.slot_id
    with pytest.raises(StaleRevisionError, match="somebody else has it"):
        store.queue.answer(late.slot_id, "ada", lambda: pytest.fail("It must not be saved."))
    answered(store, turn, "bob")


def test_a_late_answer_is_taken_where_nobody_wanted_the_turn(store: Store, clock: SetClock) -> None:
    project = project_of(store, 1)
    late = taken(store, project, "ada")
    clock.go(100 * LEASE_S)
    answered(store, late, "ada")
    assert store.projects.progress(project.id).completed == 1


def test_who_says_that_they_still_work_keeps_the_turn(store: Store, clock: SetClock) -> None:
    project = project_of(store, 1)
    turn = taken(store, project, "ada")
    for _ in range(3):
        clock.go(LEASE_S - 1)
        turn = store.queue.extend(turn.slot_id, "ada")
    assert store.queue.take(project.id, "bob") is None
    assert store.queue.turn(turn.slot_id, "ada") == turn


def test_a_skipped_item_goes_to_others_and_never_back(store: Store) -> None:
    project = project_of(store, 1)
    store.queue.skip(taken(store, project, "ada").slot_id, "ada", "I do not know the word")
    assert store.queue.take(project.id, "ada") is None
    turn = taken(store, project, "bob")
    assert (turn.earlier, turn.flag) == (0, None)
    answered(store, turn, "bob")
    progress = store.projects.progress(project.id)
    assert (progress.completed, progress.open_turns) == (1, 0)
    assert store.projects.share(project.id, "ada").skipped == 1


def test_a_turn_that_was_given_back_is_anybody_s(store: Store) -> None:
    project = project_of(store, 1)
    first = taken(store, project, "ada")
    store.queue.give_back(first.slot_id, "ada")
    assert store.queue.held_by("ada") == ()
    assert taken(store, project, "bob").slot_id == first.slot_id


def test_a_flag_stays_with_the_answer(store: Store) -> None:
    project = project_of(store, 1)
    turn = taken(store, project, "ada")
    assert store.queue.flag(turn.slot_id, "ada", "offensive").flag == "offensive"
    answered(store, turn, "ada")
    with pytest.raises(StaleRevisionError):
        store.queue.flag(turn.slot_id, "ada", "")


@pytest.mark.parametrize("how", ["given back", "run out"])
def test_what_one_person_told_is_not_told_by_the_next(store: Store, clock: SetClock, how: str) -> None:
    project = project_of(store, 1)
    turn = taken(store, project, "ada")
    store.queue.flag(turn.slot_id, "ada", "offensive")
    assert taken(store, project, "ada").flag == "offensive"
    if how == "given back":
        store.queue.give_back(turn.slot_id, "ada")
    clock.go(LEASE_S)
    assert taken(store, project, "eve").flag is None


@pytest.mark.parametrize(("text", "error"), [("x" * 1001, TextTooLongError), ("\0", ForbiddenCharacterError)])
def test_a_note_that_cannot_be_kept_is_refused(store: Store, text: str, error: type[Exception]) -> None:
    turn = taken(store, project_of(store, 1), "ada")
    for tell in (store.queue.flag, store.queue.skip):
        with pytest.raises(error):
            tell(turn.slot_id, "ada", text)


def test_only_the_holder_may_do_anything_with_a_turn(store: Store) -> None:
    turn = taken(store, project_of(store, 1), "ada")
    for attempt in attempts(store, turn.slot_id, "eve"):
        with pytest.raises(StaleRevisionError):
            attempt()
    assert store.queue.turn(turn.slot_id, "ada") == turn


def test_a_turn_or_project_that_never_was_is_not_found(store: Store) -> None:
    for attempt in (lambda: store.queue.take("x", "ada"), *attempts(store, "x", "ada")):
        with pytest.raises(NotFoundError):
            attempt()


def attempts(store: Store, slot_id: str, holder: str) -> tuple[Callable[[], Any], ...]:
    queue = store.queue
    return (
        lambda: queue.turn(slot_id, holder),
        lambda: queue.extend(slot_id, holder),
        lambda: queue.give_back(slot_id, holder),
        lambda: queue.skip(slot_id, holder, ""),
        lambda: queue.flag(slot_id, holder, "x"),
        lambda: queue.answer(slot_id, holder, lambda: "x"),
        lambda: queue.take_back(slot_id, holder, lambda _: None),
    )


def test_answer_and_turn_are_stored_together_or_not_at_all(store: Store) -> None:
    project = project_of(store, 1)
    turn = taken(store, project, "ada")

    def fail_after_saving() -> str:
        correct(store, "half")
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        store.queue.answer(turn.slot_id, "ada", fail_after_saving)
    assert store.corrections.counts().total == 0
    assert store.queue.turn(turn.slot_id, "ada") == turn
    answer_id = store.queue.answer(turn.slot_id, "ada", lambda: correct(store, "whole").id)
    assert store.corrections.get(answer_id).corrected_text == "whole"


def test_an_answer_sent_twice_is_kept_once(store: Store) -> None:
    turn = taken(store, project_of(store, 1), "ada")
    answered(store, turn, "ada", "same")
    assert answered(store, turn, "ada", "same") == "same"
    with pytest.raises(StaleRevisionError):
        store.queue.answer(turn.slot_id, "ada", lambda: correct(store, "another").id)
    assert store.corrections.counts().total == 0


def test_an_answer_taken_back_opens_the_item_again(store: Store) -> None:
    project = project_of(store, 2)
    turn = taken(store, project, "ada")
    answer_id = store.queue.answer(turn.slot_id, "ada", lambda: correct(store, "x").id)
    later = taken(store, project, "ada")
    again = store.queue.take_back(turn.slot_id, "ada", lambda which: void(store.corrections.delete(which, 1)))
    assert (again.slot_id, again.item.completed_at) == (turn.slot_id, None)
    assert store.corrections.get(answer_id).deleted_at
    assert store.queue.held_by("ada") == (again, later)
    assert store.projects.progress(project.id).completed == 0


def void(_: object) -> None:
    return None


def test_a_closed_project_gives_no_new_turns_and_takes_answers(store: Store) -> None:
    project = project_of(store, 2)
    turn = taken(store, project, "ada")
    assert store.projects.close(project.id).closed_at
    assert store.queue.take(project.id, "bob") is None
    assert taken(store, project, "ada") == turn, "what she holds she has after a reload too"
    answered(store, turn, "ada")
    assert store.queue.take(project.id, "ada") is None
    store.projects.reopen(project.id)
    assert taken(store, project, "bob").item.line == 2


def test_a_restart_changes_nothing(store: Store, path: Path) -> None:
    project = project_of(store, 2, annotators=2)
    turn = taken(store, project, "ada")
    other = open_at(path)
    assert other.queue.turn(turn.slot_id, "ada") == turn
    assert other.projects.progress(project.id) == store.projects.progress(project.id)
    other.close()


def test_somebody_far_ahead_still_gets_what_is_next_and_then_what_is_left(store: Store) -> None:
    project = project_of(store, NEAR + 30, annotators=2)
    heads = select(func.min(SlotRow.seq)).where(SlotRow.rank < (NEAR + 10) / (NEAR + 30) - 1e-9)
    with store.database.writing() as session:
        first_turns = SlotRow.seq.in_(heads.group_by(SlotRow.item_seq))
        session.execute(update(SlotRow).where(first_turns).values(state="answered", holder="ada"))
    answered(store, taken(store, project, "bob"), "bob")
    assert taken(store, project, "ada").item.line == NEAR + 11


def test_of_many_who_race_for_the_last_turn_one_gets_it(store: Store, path: Path) -> None:
    other = open_at(path, "other")
    for number in range(5):
        project = project_of(store, 1, name=f"race {number}")
        turns = race(project.id, store, other)
        assert len([turn for turn in turns if turn]) == 1
    other.close()


def race(project_id: str, *stores: Store) -> list[Turn | None]:
    turns: list[Turn | None] = []
    barrier = Barrier(2 * len(stores))

    def take(store: Store, holder: str) -> None:
        barrier.wait()
        turns.append(store.queue.take(project_id, holder))

    threads = [
        Thread(target=take, args=(store, f"{place}{name}"))
        for place, store in enumerate(stores)
        for name in ("ada", "bob")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return turns


@pytest.mark.sqlite
def test_the_next_turn_is_found_by_walking_an_index(store: Store) -> None:
    project = project_of(store, 3, annotators=2)
    answered(store, taken(store, project, "ada"), "ada")
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", note)
    taken(store, project, "ada")
    event.remove(store.database.engine, "before_cursor_execute", note)
    with store.database.engine.connect() as connection:
        steps = [
            str(row[3])
            for statement, parameters in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any("ix_slots_queue" in step for step in steps)
    assert any("ix_slots_holder" in step for step in steps)
    # Walking a subquery is no walk over a table.
    assert [
        step for step in steps if step.startswith("SCAN") and "anon" not in step and "(sub" not in step
    ] == []
