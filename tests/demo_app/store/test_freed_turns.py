"""Turns that do not count: skipped ones, and those whose answer was taken away; and their items."""

import pytest

from core.errors import StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.project_records import ItemQuery
from demo_app.store.records import Author
from tests.demo_app.store.judged import rating
from tests.demo_app.store.project_samples import project_of, taken
from tests.demo_app.store.reviewed import EVE, answered_by
from tests.demo_app.store.samples import correct


@pytest.mark.parametrize("how", ["delete", "withdraw"])
def test_an_answer_that_its_author_takes_away_leaves_its_item_open(store: Store, how: str) -> None:
    project = project_of(store, 1)
    mine = answered_by(store, project, "ada", "It rains.")
    assert store.projects.extent(project.id).completed == 1
    with pytest.raises(StaleRevisionError):
        getattr(store.corrections, how)(mine.id, 7, Author(id="ada", role="annotator"))
    assert store.projects.extent(project.id).completed == 1
    getattr(store.corrections, how)(mine.id, 1, Author(id="ada", role="annotator"))
    assert store.projects.extent(project.id).completed == 0
    assert (store.queue.take(project.id, "ada") is None) == (how == "withdraw")
    again = answered_by(store, project, "bob" if how == "withdraw" else "ada", "Rain.")
    assert store.projects.extent(project.id).completed == 1
    if how == "delete":
        store.corrections.restore(mine.id, 2, EVE)
        beside = {one.record.id for one in store.review_queue.versions(mine.id)}
        assert beside == {mine.id, again.id}, "what is restored stands beside what came in its place"


def test_what_a_reviewer_takes_away_leaves_its_item_complete(store: Store) -> None:
    project = project_of(store, 2)
    store.corrections.delete(answered_by(store, project, "ada", "It rains.").id, 1, EVE)
    store.reviews.reject(answered_by(store, project, "bob", "Rain.").id, 1, "too short", EVE)
    assert store.projects.extent(project.id).completed == 2


def test_a_judgement_that_its_author_takes_away_leaves_its_item_open(store: Store) -> None:
    project = project_of(store, 2, task="rating")
    for number, take_away in enumerate((store.judgements.delete, store.judgements.withdraw), start=1):
        turn = taken(store, project, "ada")
        given = rating(turn.item.id, user_id="ada", id=f"given{number}")
        store.queue.answer(turn.slot_id, "ada", lambda given=given: store.judgements.add(given).id)  # type: ignore[misc]
        take_away(f"given{number}", 1, Author(id="ada"))
        assert store.projects.extent(project.id).completed == 0


def test_a_skip_is_taken_back_until_somebody_else_has_the_item(store: Store) -> None:
    project = project_of(store, 1)
    turn = taken(store, project, "ada")
    store.queue.flag(turn.slot_id, "ada", "offensive")
    assert store.queue.skip(turn.slot_id, "ada", "not for me") == "offensive"
    told = store.projects.items(project.id, ItemQuery(state="flagged")).notes
    assert told == (("offensive · not for me",),), "a reason to skip takes the place of no note"
    with pytest.raises(StaleRevisionError):
        store.queue.take_up(turn.slot_id, "bob")
    again = store.queue.take_up(turn.slot_id, "ada", "offensive")
    assert (again.slot_id, again.flag) == (turn.slot_id, "offensive")
    assert store.queue.take(project.id, "bob") is None, "the turn that came in its place is gone"
    with pytest.raises(StaleRevisionError):
        store.queue.take_up(turn.slot_id, "ada")
    store.queue.skip(turn.slot_id, "ada", "")
    taken(store, project, "bob")
    with pytest.raises(StaleRevisionError, match="somebody has"):
        store.queue.take_up(turn.slot_id, "ada")
    assert store.queue.held_by("ada") == ()
    assert store.projects.share(project.id, "ada").skipped == 1


def test_an_answer_that_was_withdrawn_is_no_skip_to_take_back(store: Store) -> None:
    project = project_of(store, 1)
    turn = taken(store, project, "ada")
    answer = store.queue.answer(turn.slot_id, "ada", lambda: correct(store, "It rains.").id)
    store.corrections.withdraw(answer, 1, Author(id="ada"))
    with pytest.raises(StaleRevisionError):
        store.queue.take_up(turn.slot_id, "ada")
