"""Answers come item by item, in the order in which the items were answered last."""

from collections.abc import Sequence

from sqlalchemy import select

from demo_app.store.by_item import ITEMS_PER_FETCH, by_item
from demo_app.store.database import Store
from demo_app.store.schema_projects import ItemRow
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.project_samples import items as some_items
from tests.demo_app.store.project_samples import project_of as corrected_project
from tests.demo_app.store.reviewed import answered_by

MANY = 2 * ITEMS_PER_FETCH + 1


def test_all_answers_to_an_item_come_together_and_few_items_at_a_time(store: Store) -> None:
    project = corrected_project(store, 1)
    store.projects.add_items(project.id, some_items(MANY))
    asked: list[int] = []

    def read(some: Sequence[int]) -> list[tuple[int, tuple[int, str]]]:
        asked.append(len(some))
        return [(number, (number, who)) for who in ("ada", "bob") for number in reversed(some)]

    order = select(ItemRow.seq).order_by(ItemRow.rank.desc())
    with store.database.reading() as session:
        found = list(by_item(session, order, read))
        assert found == [((n, "ada"), (n, "bob")) for n in session.scalars(order)]
    assert sum(asked) == MANY + 1 and max(asked) <= ITEMS_PER_FETCH


def test_ratings_come_in_the_order_of_their_items_last_answer(store: Store) -> None:
    one, other, third = project_of(store, items=3)
    for item, person in ((one, "ada"), (other, "ada"), (third, "ada"), (other, "bob"), (one, "bob")):
        rated(store, item, 50, user_id=person)
    by_authors = store.judgements.by_authors(store.projects.item(one).project_id)
    found = [[(record.user_id, item.id) for record, item in answers] for answers in by_authors]
    assert found == [
        [("ada", third)],
        [("ada", other), ("bob", other)],
        [("ada", one), ("bob", one)],
    ]


def test_corrections_come_in_the_order_of_their_items_last_answer(store: Store) -> None:
    project = corrected_project(store, 2, annotators=2)
    last = [answered_by(store, project, who, "It rains.").id for who in ("p0", "p0", "p1")][-1]
    ((alone,), (first, second)) = store.project_edits.of_project(project.id)
    assert (first.user_id, second.user_id, second.correction_id) == ("p0", "p1", last)
    assert alone.user_id == "p0" and first.item_id == second.item_id != alone.item_id
