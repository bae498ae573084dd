"""Answers that are taken away, and what becomes of the items that they were given to."""

import pytest

from core.errors import StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.records import Author
from tests.demo_app.store.judged import rating
from tests.demo_app.store.project_samples import project_of, taken
from tests.demo_app.store.reviewed import EVE, answered_by


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
        take_away(f"given{number}", 1, "ada")
        assert store.projects.extent(project.id).completed == 0
