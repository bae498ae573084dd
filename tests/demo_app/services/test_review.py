"""What reviewers may decide, and see."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import ConsentMissingError, EmptyTextError, InputError, NotAllowedError, TextTooLongError
from demo_app.services.guarded_corrections import GuardedCorrections
from demo_app.services.guarded_reviews import GuardedReviewQueue, GuardedReviews
from demo_app.services.notes import MAX_NOTE_CHARS
from demo_app.services.people import ANONYMOUS, LOCAL, Person, Role, acting, acting_as
from demo_app.services.review import ReviewService
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import CorrectionRecord
from demo_app.store.review_queue import ReviewQueue
from demo_app.store.review_records import ReviewQuery
from demo_app.store.reviews import Reviews
from tests.demo_app.services.quality.samples import Passing
from tests.demo_app.store.reviewed import corrected_by, item_with
from tests.demo_app.store.samples import counting_ids, ticking_clock


def person(name: str, role: Role, agreed: bool = True) -> Person:
    return Person(id=name, name=name, role=role, may_contribute=agreed)


ADA, EVE, ROOT = person("ada", "annotator"), person("eve", "reviewer"), person("root", "admin")


@pytest.fixture
def service(store: Store) -> ReviewService:
    clock = ticking_clock()
    return ReviewService(
        settings=Settings(max_text_chars=50),
        queue=GuardedReviewQueue(store.database, acting),
        reviews=GuardedReviews(store.database, clock, acting),
        corrections=GuardedCorrections(store.database, clock, counting_ids("c"), acting),
        gate=Passing(),
        person=acting,
    )


def seen(*versions: CorrectionRecord) -> dict[str, int]:
    return {one.id: one.revision for one in versions}


def decisions(service: ReviewService, one: CorrectionRecord, item_id: str) -> list[Callable[[], object]]:
    return [
        lambda: service.awaiting(ReviewQuery()),
        lambda: service.item(one.id),
        lambda: service.accept(one.id, 1),
        lambda: service.accept(one.id, 1, "Rain."),
        lambda: service.reject(one.id, 1, "wrong"),
        lambda: service.reopen(one.id, 1),
        lambda: service.reopen_all(seen(one)),
        lambda: service.adjudicate(item_id, seen(one), one.id),
    ]


@pytest.mark.parametrize("by", [ADA, ANONYMOUS])
def test_only_reviewers_review(service: ReviewService, store: Store, by: Person) -> None:
    item_id, (one, _) = item_with(store, "It rains.", "Rain.")
    with acting_as(by):
        for decide in decisions(service, one, item_id):
            with pytest.raises(NotAllowedError):
                decide()
    assert store.corrections.history(one.id) == (one,)


@pytest.mark.parametrize(("guarded", "plain"), [(GuardedReviews, Reviews), (GuardedReviewQueue, ReviewQueue)])
def test_every_way_to_reviews_is_guarded(guarded: type, plain: type) -> None:
    ways = {name for name in vars(plain) if not name.startswith("_")}
    assert ways and ways - set(vars(guarded)) == set()


def test_decisions_are_in_the_name_and_role_of_who_acts(service: ReviewService, store: Store) -> None:
    record = corrected_by(store, "ada", "It rains.")
    with acting_as(EVE):
        accepted = service.accept(record.id, 1)
    with acting_as(ROOT):
        reopened = service.reopen(record.id, 2)
    with acting_as(LOCAL):
        rejected = service.reject(record.id, 3, " too free\n")
    made = [(one.revised_by, one.revised_role) for one in (accepted, reopened, rejected)]
    assert made == [("eve", "reviewer"), ("root", "admin"), (None, None)]
    assert rejected.reason == "too free"


def test_a_reviewer_s_own_work_needs_another_pair_of_eyes(service: ReviewService, store: Store) -> None:
    mine, other = corrected_by(store, "eve", "It rains."), corrected_by(store, "ada", "Rain.")
    with acting_as(EVE):
        assert [row.record.id for row in service.awaiting(ReviewQuery()).rows] == [other.id]
        for text in (None, "Rain!"):
            with pytest.raises(NotAllowedError, match="ask another reviewer"):
                service.accept(mine.id, 1, text)
    with acting_as(person("rita", "reviewer")):
        service.reject(mine.id, 1, "too free")
    with acting_as(EVE):
        for _ in range(2):  # Having had it in one's hands since makes the decision no other's.
            newest = service.corrections.get(mine.id).revision
            with pytest.raises(NotAllowedError):
                service.reopen(mine.id, newest)
            with pytest.raises(NotAllowedError):
                service.reopen_all({mine.id: newest})
            service.corrections.restore(mine.id, service.corrections.delete(mine.id, newest).revision)
    assert store.corrections.get(mine.id).status == "rejected"


def test_who_rejected_their_own_may_take_it_back(service: ReviewService, store: Store) -> None:
    mine = corrected_by(store, "eve", "It rains.")
    item_id, (own, other) = item_with(store, "It rains.", "Rain.")
    with acting_as(EVE):
        service.reject(mine.id, 1, "a slip of mine")
        assert service.reopen(mine.id, 2).status == "submitted"
    with acting_as(person("p0", "reviewer")):
        decided = service.adjudicate(item_id, seen(own, other), other.id)
        assert {one.status for one in service.reopen_all(seen(*decided))} == {"submitted"}


def test_an_administrator_and_the_local_person_may_decide_about_all(
    service: ReviewService, store: Store
) -> None:
    own, nobodys = corrected_by(store, "root", "It rains."), corrected_by(store, None, "Rain.")
    with acting_as(ROOT):
        assert service.awaiting(ReviewQuery()).total == 2
        assert service.accept(own.id, 1).status == "accepted"
    with acting_as(LOCAL):
        assert service.accept(nobodys.id, 1).status == "accepted"


def test_own_versions_are_not_chosen_and_then_nothing_is(service: ReviewService, store: Store) -> None:
    item_id, (one, two) = item_with(store, "It rains.", "Rain.")
    with acting_as(person("p0", "reviewer")):
        with pytest.raises(NotAllowedError):
            service.adjudicate(item_id, seen(one, two), one.id)
        assert store.corrections.get(two.id).status == "submitted"
        chosen, other = service.adjudicate(item_id, seen(one, two), two.id)
    assert (chosen.id, chosen.status, other.id, other.status) == (two.id, "accepted", one.id, "rejected")


def test_versions_stand_side_by_side_as_edits_of_the_machine_s_text(
    service: ReviewService, store: Store
) -> None:
    item_id, (one, two) = item_with(store, "It rains.", "It rain.")
    with acting_as(person("p1", "reviewer")):
        item = service.item(one.id)
    assert (item.id, item.source_text) == (item_id, "Il pleut.")
    assert [version.may_decide for version in item.versions] == [True, False]
    first, second = ([(edit.kind, edit.after) for edit in version.edits] for version in item.versions)
    assert first == [("equal", "It "), ("replace", "rains"), ("equal", ".")]
    assert second == [("equal", "It rain.")]


def test_a_text_of_the_reviewer_s_is_checked_as_any_other(service: ReviewService, store: Store) -> None:
    item_id, (one, two) = item_with(store, "It rains.", "Rain.")
    with acting_as(EVE):
        for text, error in (("  ", EmptyTextError), ("x" * 51, TextTooLongError)):
            with pytest.raises(error):
                service.accept(one.id, 1, text)
            with pytest.raises(error):
                service.adjudicate(item_id, seen(one, two), one.id, text)
        accepted, _ = service.adjudicate(item_id, seen(one, two), one.id, "Rain falls.")
    assert (accepted.corrected_text, accepted.revision) == ("Rain falls.", 3)
    with acting_as(person("new", "reviewer", agreed=False)), pytest.raises(ConsentMissingError):
        service.accept(corrected_by(store, "ada", "Rain!").id, 1, "Rains!")


@pytest.mark.parametrize("reason", ["", "  ", "x" * (MAX_NOTE_CHARS + 1), "a\x07"])
def test_a_reason_that_cannot_be_read_is_none(service: ReviewService, store: Store, reason: str) -> None:
    record = corrected_by(store, "ada", "It rains.")
    with acting_as(EVE), pytest.raises(InputError):
        service.reject(record.id, 1, reason)
    assert store.corrections.get(record.id) == record


def test_what_an_adjudication_decided_is_taken_back_together(service: ReviewService, store: Store) -> None:
    item_id, versions = item_with(store, "It rains.", "Rain.", "It is raining.")
    asked: dict[str, Any] = {"item_id": item_id, "chosen": versions[1].id}
    with acting_as(EVE):
        decided = service.adjudicate(revisions=seen(*versions), **asked)
        reopened = service.reopen_all(seen(*decided))
        assert {one.status for one in reopened} == {"submitted"}
        assert service.awaiting(ReviewQuery()).total == 3
        assert service.adjudicate(revisions=seen(*reopened), **asked)[0].status == "accepted"
