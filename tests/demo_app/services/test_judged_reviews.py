"""Reviewers who change ratings and comparisons, and who settle between several people's."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import ConsentMissingError, InputError, NotAllowedError, StaleRevisionError
from demo_app.services.agreement import AgreementService
from demo_app.services.answers import Answers
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Comparison, Rating
from demo_app.services.people import LOCAL, acting_as
from demo_app.store.database import Store
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import Task
from demo_app.store.review_records import ANOTHER_CHOSEN
from tests.demo_app.services.test_judgements import ADA, BOB, EVE, MAJOR, person, rating
from tests.demo_app.services.test_judgements import service as service
from tests.demo_app.store.judged import project_of
from tests.demo_app.store.samples import open_empty


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all tests here: each asks only about items of its own."""
    opened = open_empty(tmp_path_factory.mktemp("store") / "x.db")
    yield opened
    opened.close()


def answered(
    store: Store, service: JudgementService, task: Task = "rating"
) -> tuple[str, tuple[JudgementRecord, ...]]:
    """An item, and what two people say of it."""
    (item,) = project_of(store, task)
    forms: dict[Task, tuple[Rating | Comparison, ...]] = {
        "rating": (rating(60, MAJOR, comment="tense"), rating(90)),
        "comparison": (Comparison(ranks=[1, 2, 3], duration_s=5), Comparison(ranks=[2, 2, 1], duration_s=5)),
    }
    given = []
    for who, form in zip((ADA, BOB), forms[task], strict=True):
        with acting_as(who):
            given.append(service.give(item, form))
    return item, tuple(given)


def seen(*judgements: JudgementRecord) -> dict[str, int]:
    return {one.id: one.revision for one in judgements}


def kept(store: Store, *judgements: JudgementRecord) -> list[tuple[JudgementRecord, ...]]:
    return [store.judgements.history(one.id) for one in judgements]


def test_what_a_reviewer_changes_is_their_revision_until_it_is_taken_back(
    store: Store, service: JudgementService
) -> None:
    _, (one, _) = answered(store, service)
    with acting_as(EVE):
        accepted = service.accept(one.id, 1, form=rating(75, duration_s=0))
        reopened = service.reopen(one.id, 2)
    assert (accepted.answer["score"], accepted.answer["spans"], accepted.status) == (75, [], "accepted")
    assert (accepted.user_id, accepted.revised_by, accepted.comment) == ("ada", "eve", "tense")
    assert accepted.duration_s == one.duration_s and accepted.checks == (), "the annotator took that time"
    assert [past.answer["score"] for past in store.judgements.history(one.id)] == [60, 75, 60]
    own = ("answer", "status", "reason", "checks", "comment", "licence", "licence_accepted_at")
    assert [getattr(reopened, name) for name in own] == [getattr(one, name) for name in own]


@pytest.mark.parametrize("task", ["rating", "comparison"])
def test_one_is_chosen_and_the_others_are_not_until_all_are_reopened(
    store: Store, service: JudgementService, task: Task
) -> None:
    item, (one, two) = answered(store, service, task)
    with acting_as(EVE):
        accepted, rejected = service.adjudicate(item, seen(one, two), two.id)
        assert (accepted.id, accepted.status, accepted.answer) == (two.id, "accepted", two.answer)
        assert (rejected.id, rejected.status, rejected.reason) == (one.id, "rejected", ANOTHER_CHOSEN)
        assert {past.status for past in service.reopen_all(seen(accepted, rejected))} == {"submitted"}


def test_where_one_is_accepted_nothing_is_chosen(store: Store, service: JudgementService) -> None:
    item, (one, two) = answered(store, service)
    with acting_as(EVE):
        service.accept(one.id, 1)
        with pytest.raises(InputError, match="reopen that one first"):
            service.adjudicate(item, seen(two), two.id)


def test_a_changed_answer_is_chosen_as_it_was_changed(store: Store, service: JudgementService) -> None:
    item, (one, two) = answered(store, service, "comparison")
    with acting_as(EVE):
        chosen, _ = service.adjudicate(
            item, seen(one, two), one.id, Comparison(ranks=[3, 1, 2], duration_s=0)
        )
    shown = [chosen.answer["ranks"][place] for place in chosen.answer["order"]]
    assert shown == [3, 1, 2] and chosen.answer["order"] == one.answer["order"], "as its annotator saw them"


def test_the_same_answer_is_no_change(store: Store, service: JudgementService) -> None:
    _, (one, _) = answered(store, service)
    with acting_as(EVE):
        accepted = service.accept(one.id, 1, form=rating(60, MAJOR))
    assert (accepted.answer, accepted.licence) == (one.answer, one.licence)


@pytest.mark.parametrize(
    "change", [{}, {"accept": rating(10)}, {"choose": None}, {"choose": rating(10, MAJOR)}]
)
def test_agreement_counts_what_people_said_themselves_whatever_a_reviewer_makes_of_it(
    store: Store, service: JudgementService, change: dict[str, Any]
) -> None:
    item, (one, two) = answered(store, service)
    project = store.projects.item(item).project_id
    agreement = AgreementService(
        store.projects, Answers(store.judgements, store.project_edits), lambda: LOCAL
    )
    before = agreement.figures(project)
    assert before.shared_items == 1 and before.alpha is not None
    with acting_as(EVE):
        if "choose" in change:
            service.adjudicate(item, seen(one, two), one.id, change["choose"])
        elif change:
            service.accept(one.id, 1, form=change["accept"])
    assert agreement.figures(project) == before
    with acting_as(EVE):
        service.reject(two.id, store.judgements.get(two.id).revision, "not read")
    assert agreement.figures(project).shared_items == 0, "what is wrong tells nothing"


def test_what_awaits_review_must_all_have_been_seen_or_nothing_changes(
    store: Store, service: JudgementService
) -> None:
    item, (one, two) = answered(store, service)
    before = kept(store, one, two)
    with acting_as(EVE):
        for revisions, chosen, error in (
            (seen(one), one.id, StaleRevisionError),
            (seen(one) | {two.id: 2}, one.id, StaleRevisionError),
            (seen(two), one.id, InputError),
        ):
            with pytest.raises(error):
                service.adjudicate(item, revisions, chosen)
        with pytest.raises(InputError, match="0 to 100"):
            service.adjudicate(item, seen(one, two), one.id, rating(101))
    assert kept(store, one, two) == before
    with acting_as(EVE):
        decided = service.adjudicate(item, seen(one, two), one.id)
        before = kept(store, one, two)
        for late in decided:
            with pytest.raises(StaleRevisionError):
                service.reopen_all(seen(*decided) | {late.id: 1})
    assert kept(store, one, two) == before


def test_nobody_settles_on_their_own_or_without_the_right(store: Store, service: JudgementService) -> None:
    item, (one, two) = answered(store, service)
    before = kept(store, one, two)
    own, new = person("ada", "reviewer"), person("new", "reviewer", agreed=False)
    for who, form, error in (
        (BOB, None, NotAllowedError),
        (own, None, NotAllowedError),
        (own, rating(10), NotAllowedError),
        (new, rating(10), ConsentMissingError),
    ):
        with acting_as(who):
            with pytest.raises(error):
                service.accept(one.id, 1, form=form)
            with pytest.raises(error):
                service.adjudicate(item, seen(one, two), one.id, form)
    with acting_as(BOB):
        for attempt in (lambda: service.reopen_all(seen(one)), lambda: service.shown(one)):
            with pytest.raises(NotAllowedError):
                attempt()
    assert kept(store, one, two) == before
    with acting_as(own):
        assert service.adjudicate(item, seen(one, two), two.id)[0].status == "accepted"


def test_a_reviewer_is_shown_what_the_annotator_was_asked(store: Store, service: JudgementService) -> None:
    item, (one, two) = answered(store, service, "comparison")
    for who, given in ((ADA, one), (BOB, two)):
        with acting_as(who):
            asked = service.view(item)
        with acting_as(EVE):
            assert service.shown(given) == asked
