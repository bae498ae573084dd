"""Rating and comparing as somebody: what they see, what they may do, what is kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.analysis.spans import check_spans, read_spans
from core.errors import ConsentMissingError, InputError, NotAllowedError, NotFoundError, StaleRevisionError
from core.results import Hypothesis, SegmentTranslation
from core.signature import VERSION
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Comparison, Judging, Rating
from demo_app.services.people import ANONYMOUS, LOCAL, Person, Role, acting, acting_as
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.judgement_records import JudgementQuery
from demo_app.store.project_records import Output
from demo_app.store.review_records import ReviewQuery
from tests.demo_app.store.judged import SECRET_NAMES, TEXTS, project_of
from tests.demo_app.store.samples import open_empty, translation


def person(name: str, role: Role = "annotator", agreed: bool = True) -> Person:
    return Person(id=name, name=name, role=role, may_contribute=agreed)


ADA, BOB, EVE = person("ada"), person("bob"), person("eve", "reviewer")
MAJOR = {"start": 3, "end": 7, "severity": "major"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all tests here: each asks only about items of its own."""
    opened = open_empty(tmp_path_factory.mktemp("store") / "x.db")
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store, tmp_path: Path) -> JudgementService:
    settings = Settings(data_dir=tmp_path)
    judging = Judging(settings, store.projects, store.translations)
    return JudgementService(judging, store.judgements, store.judgement_queue, store.judgement_reviews, acting)


def rating(score: int = 60, *spans: object, duration_s: float = 5, **more: Any) -> Rating:
    return Rating(score=score, spans=list(spans), duration_s=duration_s, **more)


@pytest.mark.parametrize("task", ["rating", "comparison"])
def test_no_view_tells_who_made_an_output_or_what_is_known(
    store: Store, service: JudgementService, task: Any
) -> None:
    (item,) = project_of(store, task, gold={"best": 1, "low": 17}, reason={"why": "unsure"})
    form = Comparison(ranks=[1, 1, 2], duration_s=0.1) if task == "comparison" else rating(3)
    for who in (ADA, EVE, LOCAL):
        with acting_as(who):
            seen = json.dumps(service.view(item))
            assert not any(secret in seen for secret in (*SECRET_NAMES, "gold", "best", "17", "unsure"))
    with acting_as(ADA):
        given = service.give(item, form)
        told = json.dumps([vars(given), vars(service.get(given.id))], default=str)
        assert not any(secret in told for secret in (*SECRET_NAMES, '"gold"'))


def test_a_rating_is_kept_with_its_errors_its_time_and_its_licence(
    store: Store, service: JudgementService
) -> None:
    (item,) = project_of(store)
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    with acting_as(replace(ADA, licence="CC BY 4.0", licence_accepted_at=noon)):
        given = service.give(item, rating(60, MAJOR, comment="tense"))
        assert service.get(given.id) == given
    assert given.answer == {"score": 60, "spans": [MAJOR | {"category": ""}], "proposed": []}
    assert (given.user_id, given.licence, given.comment) == ("ada", "CC BY 4.0", "tense")
    assert (given.status, given.checks) == ("submitted", ())
    assert (given.user_role, given.licence_accepted_at, given.app_version) == ("annotator", noon, VERSION)
    with acting_as(replace(EVE, licence="CC0 1.0")):
        revised = service.revise(given.id, 1, rating(70))
        accepted = service.accept(given.id, 2)
    assert (revised.user_role, revised.revised_role, revised.licence) == ("annotator", "reviewer", "CC0 1.0")
    assert (accepted.revised_role, accepted.licence, accepted.licence_accepted_at) == (
        "reviewer",
        "CC0 1.0",
        None,
    )
    with acting_as(LOCAL):
        local = service.give(item, rating())
    assert (local.user_role, local.licence) == (None, None), "nobody was asked"


def test_a_comparison_is_kept_by_output_whatever_the_order_of_showing(
    store: Store, service: JudgementService
) -> None:
    orders = set()
    for item in project_of(store, "comparison", items=8):
        with acting_as(ADA):
            seen = service.view(item)["texts"]
            assert seen == service.view(item)["texts"]
            ranks = [1 + TEXTS[::-1].index(text) for text in seen]
            given = service.give(item, Comparison(ranks=ranks, duration_s=5))
        assert given.answer["ranks"] == [3, 2, 1]
        assert [TEXTS[place] for place in given.answer["order"]] == seen
        orders.add(tuple(seen))
    assert len(orders) > 1


def test_a_reviewer_who_changes_a_comparison_ranks_what_its_annotator_saw(
    store: Store, service: JudgementService
) -> None:
    items = project_of(store, "comparison", items=6)
    for item in items:
        with acting_as(ADA):
            given = service.give(item, Comparison(ranks=[1, 2, 3], duration_s=5))
        with acting_as(EVE):
            again = service.revise(given.id, 1, Comparison(ranks=[1, 2, 3], duration_s=5))
        assert again.answer == given.answer and (again.user_id, again.revised_by) == ("ada", "eve")


def test_where_the_model_was_not_sure_errors_are_proposed_and_kept_beside_the_answer(
    store: Store, service: JudgementService
) -> None:
    text, pieces = "It rains cats.", ("▁It", "▁rains", "▁cat", "s.", "</s>")
    said = Hypothesis(text, (9, 8, 7, 6, 3), pieces, (-0.1, -0.05, -1.5, -1.2, -0.1), -0.5, True)
    segment = SegmentTranslation("Il pleut.", (6, 3), ("<2en>", "</s>"), (said,), "")
    made = store.translations.add(replace(translation(), segments=(segment,)))
    output = Output(text=text, made_by="rnn", translation_id=made.id)
    (item,), (quiet,) = (
        project_of(store, rules=rules, candidates=(output,)) for rules in ({}, {"premark": False})
    )
    with acting_as(ADA):
        proposed = service.view(item)["proposed"]
        assert [(text[one["start"] : one["end"]], one["severity"]) for one in proposed] == [
            ("cats.", "major")
        ]
        check_spans(read_spans(proposed), text)
        assert service.give(item, rating(90)).answer["proposed"] == proposed
        assert service.view(quiet)["proposed"] == []


def test_what_was_not_read_is_set_aside_until_a_reviewer_accepts_it(
    store: Store, service: JudgementService
) -> None:
    (item,) = project_of(store)
    with acting_as(ADA):
        given = service.give(item, rating(60, duration_s=0.1))
    assert given.status == "quarantined" and given.checks[0]["check"] == "read_too_fast"
    with acting_as(EVE):
        assert service.accept(given.id, 1).status == "accepted"


def test_only_reviewers_are_told_of_a_failed_attention_check(store: Store, service: JudgementService) -> None:
    (item,) = project_of(store, gold={"high": 20})
    with acting_as(ADA):
        given = service.give(item, rating(90))
        assert given.checks == () and [one.checks for one in service.history(given.id)] == [()]
        assert [one.checks for one in service.stream(JudgementQuery(item_id=item))] == [()]
    with acting_as(EVE):
        assert [one["check"] for one in service.get(given.id).checks] == ["gold"]


def test_annotators_reach_their_own_and_reviewers_all(store: Store, service: JudgementService) -> None:
    (item,) = project_of(store)
    with acting_as(ADA):
        given = service.give(item, rating())
    with acting_as(BOB):
        assert list(service.stream(JudgementQuery(item_id=item))) == []
        for attempt in (
            lambda: service.get(given.id),
            lambda: service.history(given.id),
            lambda: service.revise(given.id, 1, rating()),
            lambda: service.undo(given.id, 1),
            lambda: service.withdraw(given.id, 1),
            lambda: service.accept(given.id, 1),
            lambda: service.reject(given.id, 1, "no"),
            lambda: service.reopen(given.id, 1),
            lambda: service.restore(given.id, 1),
            lambda: service.beside(given.id),
            lambda: service.awaiting("rating", ReviewQuery()),
        ):
            with pytest.raises(NotAllowedError):
                attempt()
    with acting_as(EVE):
        (shown,) = service.beside(given.id).versions
        assert (shown.record,) == (given,) == tuple(service.stream(JudgementQuery(item_id=item)))
        with pytest.raises(NotAllowedError):
            service.withdraw(given.id, 1)
        with pytest.raises(InputError, match="say why"):
            service.reject(given.id, 1, " ")
        assert service.reject(given.id, 1, "not read").reason == "not read"
    with acting_as(ADA):
        assert service.undo(given.id, 2).deleted_at
    with acting_as(EVE):
        assert service.restore(given.id, 3).status == "rejected"
    with acting_as(ADA):
        gone = service.withdraw(given.id, 4)
        assert list(service.stream(JudgementQuery(item_id=item, user_id="ada", include_withdrawn=True))) == [
            gone
        ]
    with acting_as(EVE):
        assert list(service.stream(JudgementQuery(item_id=item, user_id="ada", include_withdrawn=True))) == []


def test_reviewers_are_told_that_a_judgement_was_taken_back(store: Store, service: JudgementService) -> None:
    (item,) = project_of(store)
    with acting_as(ADA):
        given = service.give(item, rating())
        service.withdraw(given.id, 1)
    with acting_as(EVE), pytest.raises(NotFoundError, match="took it back"):
        service.beside(given.id)


def test_what_a_reviewer_accepted_its_author_takes_back_once_it_is_reopened(
    store: Store, service: JudgementService
) -> None:
    (item,) = project_of(store)
    with acting_as(ADA):
        given = service.give(item, rating())
    with acting_as(EVE):
        service.accept(given.id, 1)
    with acting_as(ADA), pytest.raises(StaleRevisionError, match="A judgement can be taken back until"):
        service.undo(given.id, 2)
    with acting_as(EVE):
        assert service.reopen(given.id, 2).status == "submitted"
    with acting_as(ADA):
        assert service.undo(given.id, 3).deleted_at


def test_a_reviewer_s_own_judgement_needs_another_pair_of_eyes(
    store: Store, service: JudgementService
) -> None:
    (item,) = project_of(store)
    only = ReviewQuery(status="quarantined", project_id=store.projects.item(item).project_id)
    with acting_as(EVE):
        mine = service.give(item, rating(duration_s=0.1))
        assert not service.may_decide(mine)
        assert service.awaiting("rating", only).total == 0
        with pytest.raises(NotAllowedError, match="ask another reviewer"):
            service.accept(mine.id, 1)
        service.reject(mine.id, 1, "a slip of mine")
        assert service.reopen(mine.id, 2).status == "quarantined"
    with acting_as(person("rita", "reviewer")):
        service.reject(mine.id, 3, "not read")
    with acting_as(EVE), pytest.raises(NotAllowedError):
        service.reopen(mine.id, 4)
    with acting_as(person("root", "admin")):
        service.reopen(mine.id, 4)
        assert service.awaiting("rating", only).total == 1
        assert service.accept(mine.id, 5).status == "accepted"


def test_nobody_judges_without_account_and_consent(store: Store, service: JudgementService) -> None:
    (item,) = project_of(store)
    refused = (ANONYMOUS, NotAllowedError), (person("new", agreed=False), ConsentMissingError)
    for who, error in refused:
        with acting_as(who), pytest.raises(error):
            service.give(item, rating())
    assert store.judgements.of_item(item) == ()


def test_what_is_no_rating_is_refused(store: Store, service: JudgementService) -> None:
    (item,) = project_of(store)
    for wrong in (
        rating(101),
        rating(-1),
        rating(True),
        rating(50.5),  # type: ignore[arg-type]
        rating(50, {"start": 0, "end": 99, "severity": "minor"}),
        rating(50, MAJOR | {"category": "Style"}),
        rating(50, duration_s=-1),
        rating(50, duration_s=float("nan")),
        rating(50, comment="x" * 5001),
        Comparison(ranks=[1], duration_s=5),
    ):
        with acting_as(ADA), pytest.raises(InputError):
            service.give(item, wrong)
    assert store.judgements.of_item(item) == ()


def test_categories_are_the_project_s(store: Store, service: JudgementService) -> None:
    (item,) = project_of(store, rules={"categories": ["Accuracy", "Style"]})
    with acting_as(ADA):
        assert service.view(item)["categories"] == ["Accuracy", "Style"]
        service.give(item, rating(50, MAJOR | {"category": "Style"}))
        with pytest.raises(InputError, match="Accuracy, Style"):
            service.give(item, rating(50, MAJOR))


def test_what_cannot_be_judged_is_told(store: Store, service: JudgementService) -> None:
    (edited,), (bare,) = project_of(store, "post_edit"), project_of(store, candidates=())
    with acting_as(ADA), pytest.raises(InputError, match="corrected, not judged"):
        service.view(edited)
    for item in (bare, "gone"):
        with acting_as(ADA), pytest.raises(NotFoundError):
            service.view(item)
