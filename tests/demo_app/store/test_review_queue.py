"""What awaits a decision, in the order in which reviewers are given it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from core.errors import ConfigError, NotFoundError
from demo_app.store.database import Store
from demo_app.store.review_records import ReviewQuery, Version
from tests.demo_app.store import judged
from tests.demo_app.store.project_samples import project_of
from tests.demo_app.store.reviewed import EVE, SET_ASIDE, answered_by, corrected_by, item_with
from tests.demo_app.store.samples import correct


def ids(store: Store, **asked: Any) -> list[str]:
    return [one.record.id for one in store.review_queue.page(ReviewQuery(**asked)).rows]


def judged_ids(store: Store, **asked: Any) -> list[list[str]]:
    page = store.judgement_queue.page("rating", ReviewQuery(**asked))
    return [[one.record.id for one in row.versions] for row in page.rows]


def test_flagged_ones_come_first_then_the_oldest(store: Store) -> None:
    project = project_of(store, 3)
    plain = correct(store, "plain")
    texts = [("a", ""), ("b", "is this a name?"), ("c", "odd source")]
    one, two, three = (answered_by(store, project, "ada", text, flag) for text, flag in texts)
    page = store.review_queue.page(ReviewQuery())
    assert [row.record.id for row in page.rows] == [two.id, three.id, plain.id, one.id]
    assert [row.flag for row in page.rows] == ["is this a name?", "odd source", None, None]
    assert {row.project_id for row in page.rows} == {project.id, None}
    assert page.total == 4


def test_pages_neither_skip_nor_repeat(store: Store) -> None:
    project = project_of(store, 3)
    for number in range(3):
        correct(store, str(number))
        answered_by(store, project, "ada", str(number), flag="look" if number else "")
    whole = ids(store)
    for size in (1, 2, 3, 5):
        pages = [ids(store, page=page, page_size=size) for page in range(1, 8)]
        assert [one for page in pages for one in page] == whole
    assert len(whole) == 6


def test_only_what_nobody_decided_about_awaits_review(store: Store) -> None:
    kept, aside = correct(store, "kept"), corrected_by(store, "ada", "aside", SET_ASIDE)
    store.reviews.accept(correct(store, "accepted").id, 1)
    store.reviews.reject(correct(store, "rejected").id, 1, "wrong")
    store.corrections.delete(correct(store, "deleted").id, 1)
    again = correct(store, "reopened")
    store.reviews.accept(again.id, 1)
    store.reviews.reopen(again.id, 2)
    assert ids(store) == [kept.id, again.id]
    assert ids(store, status="quarantined") == [aside.id]


def test_a_project_s_own_and_nobody_s_own(store: Store) -> None:
    project, other = project_of(store, 2), project_of(store, 1, name="Letters")
    mine, hers = (answered_by(store, project, who, "x") for who in ("eve", "ada"))
    elsewhere = answered_by(store, other, "ada", "y", flag="look")
    correct(store, "no project")
    assert ids(store, project_id=project.id) == [mine.id, hers.id]
    assert ids(store, project_id=project.id, but_not_by=EVE.id) == [hers.id]
    page = store.review_queue.page(ReviewQuery(but_not_by="ada"))
    assert elsewhere.id not in [one.record.id for one in page.rows] and page.total == 2


def test_the_versions_of_an_item_stand_side_by_side(store: Store) -> None:
    item, (one, two, three) = item_with(store, "It rains.", "It is raining.", "Rain.")
    store.corrections.delete(two.id, 1)
    found = store.review_queue.versions(three.id)
    assert found == store.review_queue.versions_of(item)
    assert [(each.record.id, each.item_id) for each in found] == [(one.id, item), (three.id, item)]


def test_a_correction_of_no_item_stands_alone(store: Store) -> None:
    record = correct(store, "alone")
    assert store.review_queue.versions(record.id) == (Version(record),)
    with pytest.raises(NotFoundError):
        store.review_queue.versions("nobody")
    assert store.review_queue.versions_of("nothing") == ()
    store.corrections.withdraw(record.id, 1, EVE)
    with pytest.raises(NotFoundError, match="took it back"):
        store.review_queue.versions(record.id)


def test_a_project_that_is_not_there_has_no_queue(store: Store) -> None:
    with pytest.raises(NotFoundError):
        ids(store, project_id="nowhere")


@pytest.mark.parametrize("wrong", [{"status": "accepted"}, {"page": 0}, {"page_size": 501}])
def test_an_impossible_query_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="must be"):
        ReviewQuery(**wrong)


def plans_of(store: Store, ask: Callable[[], object]) -> list[list[str]]:
    """How SQLite looks for what is asked, statement by statement."""
    asked: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", keep)
    ask()
    event.remove(store.database.engine, "before_cursor_execute", keep)
    with store.database.engine.connect() as connection:
        explained = (connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked)
        return [[str(step[3]) for step in plan] for plan in explained]


@pytest.mark.sqlite
def test_a_page_is_read_in_the_order_of_an_index(store: Store) -> None:
    """Without it a million rows would be sorted for each page."""
    whole, plain = plans_of(store, lambda: ids(store))[-2:]
    assert whole == ["SEARCH corrections USING COVERING INDEX ix_corrections_awaiting (status=?)"]
    assert any("ix_corrections_awaiting (status=?)" in step for step in plain)
    assert not [step for step in whole + plain if "TEMP B-TREE" in step or step.startswith("SCAN")]


def test_judgements_wait_item_by_item_with_what_was_told_about_them(store: Store) -> None:
    one, two, three = judged.project_of(store, items=3)
    project = store.projects.item(one).project_id
    for who in ("ada", "bob"):
        for _ in range(3):
            turn = store.queue.take(project, who)
            assert turn
            if (who, turn.item.id) == ("bob", three):
                store.queue.flag(turn.slot_id, who, "not French")
            given = judged.rating(turn.item.id, user_id=who, id=f"{who}{turn.item.line}")
            store.queue.answer(turn.slot_id, who, lambda given=given: store.judgements.add(given).id)  # type: ignore[misc]
    store.judgements.accept("ada1", 1)
    assert judged_ids(store) == [["ada3", "bob3"], ["ada2", "bob2"], ["bob1"]]
    assert judged_ids(store, but_not_by="bob") == [["ada2"], ["ada3"]]
    assert judged_ids(store, page=2, page_size=2) == [["bob1"]]
    assert judged_ids(store, project_id=project, status="quarantined") == []
    page = store.judgement_queue.page("rating", ReviewQuery(page_size=1))
    assert (page.total, [version.flag for version in page.rows[0].versions]) == (3, [None, "not French"])
    few = store.judgement_queue.page("rating", ReviewQuery(count_to=1))
    assert ([len(row.versions) for row in few.rows], few.total, few.is_exact) == ([2, 2], 2, False)
    assert page.is_exact
    whole = store.judgement_queue.beside("ada1", one)
    assert [version.record.status for version in whole.versions] == ["submitted", "accepted"]
    with pytest.raises(NotFoundError):
        judged_ids(store, project_id="none")


@pytest.mark.sqlite
@pytest.mark.parametrize("is_of_one", [False, True])
def test_judgements_are_walked_in_an_index_and_found_by_their_item(store: Store, is_of_one: bool) -> None:
    """Else a reviewer waits for seconds where there are a million."""
    (item,) = judged.project_of(store)
    judged.rated(store, item)
    project = store.projects.item(item).project_id if is_of_one else None
    flagged, queue, versions = (
        plan
        for plan in plans_of(store, lambda: judged_ids(store, project_id=project, but_not_by="ada"))
        if any("judgements" in step for step in plan)
    )
    index = "project_awaiting (project_seq=?" if is_of_one else "awaiting (kind=?"
    assert queue[0] == f"SEARCH judgements USING COVERING INDEX ix_judgements_{index} AND status=?)"
    steps = [step for step in flagged + queue[1:] + versions if "judgements" in step]
    assert all("(id=?)" in step or "(item_seq=?" in step for step in steps)
    assert not [step for step in flagged + versions if step.startswith("SCAN slots")]
    assert not [step for step in queue if "TEMP B-TREE" in step]
