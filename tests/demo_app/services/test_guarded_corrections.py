"""Whoever acts, the services can reach no more than that person may."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import NotAllowedError, NotFoundError, StaleRevisionError
from demo_app.services.guarded_corrections import GuardedCorrections
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Judging
from demo_app.services.own_work import OwnWorkService
from demo_app.services.people import ANONYMOUS, LOCAL, Person, Role, acting, acting_as
from demo_app.settings import Settings
from demo_app.store.choices import ChoiceQuery
from demo_app.store.corrections import Corrections
from demo_app.store.database import Store
from demo_app.store.records import Assessment, CorrectionQuery, CorrectionRecord, NewCorrection
from tests.demo_app.store.judged import TEXTS, project_of, rated
from tests.demo_app.store.samples import counting_ids, ticking_clock, translation
from tests.demo_app.store.test_choices import kept as kept_choice
from tests.demo_app.store.test_preferences import compared


def person(name: str, role: Role = "annotator", agreed: bool = True) -> Person:
    return Person(id=name, name=name, role=role, may_contribute=agreed)


ADA, BOB, EVE = person("ada"), person("bob"), person("eve", "reviewer")


@pytest.fixture
def corrections(store: Store) -> GuardedCorrections:
    return GuardedCorrections(store.database, ticking_clock(), counting_ids("c"), acting)


@pytest.fixture
def own_work(store: Store, corrections: GuardedCorrections) -> OwnWorkService:
    judging = Judging(Settings(), store.projects, store.translations)
    judgements = JudgementService(
        judging, store.judgements, store.judgement_queue, store.judgement_reviews, acting
    )
    return OwnWorkService(corrections, store.histories, store.choices, store.preferences, judgements, acting)


@pytest.fixture
def submit(store: Store, corrections: GuardedCorrections) -> Callable[..., CorrectionRecord]:
    def submitted(
        by: Person, text: str = "It rains.", is_control: bool | None = None, **assessed: Any
    ) -> CorrectionRecord:
        shown = store.translations.add(translation())
        new = NewCorrection(
            *(shown.id, 0, 0, text, "corrected", 1), user_id="somebody else", is_control=is_control
        )
        with acting_as(by):
            return corrections.add(new, Assessment(**assessed))

    return submitted


def test_every_way_to_corrections_is_guarded() -> None:
    ways = {name for name in vars(Corrections) if not name.startswith("_")}
    assert ways and ways - set(vars(GuardedCorrections)) == set()


def test_a_correction_is_in_the_name_of_who_acts(submit: Callable[..., CorrectionRecord]) -> None:
    assert (submit(ADA).user_id, submit(LOCAL).user_id) == ("ada", None)


def test_role_and_consent_are_those_of_who_acts(
    submit: Callable[..., CorrectionRecord], corrections: GuardedCorrections
) -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    record = submit(replace(ADA, licence="CC BY 4.0", licence_accepted_at=noon))
    assert (record.user_role, record.licence, record.licence_accepted_at) == ("annotator", "CC BY 4.0", noon)
    with acting_as(replace(EVE, licence="CC0 1.0", licence_accepted_at=noon)):
        edited = corrections.edit(record.id, 1, "It is raining.", by=ADA.author, comment="typo")
    assert (edited.revised_role, edited.licence, edited.comment) == ("reviewer", "CC0 1.0", "typo")
    assert (submit(LOCAL).user_role, submit(LOCAL).licence) == (None, None)


@pytest.mark.parametrize(
    "by", [ANONYMOUS, person("new", agreed=False), person("r", "reviewer", agreed=False)]
)
def test_nothing_is_saved_before_licence_and_languages(
    submit: Callable[..., CorrectionRecord], store: Store, by: Person
) -> None:
    with pytest.raises(NotAllowedError):
        submit(by)
    assert store.corrections.counts().total == 0


def test_an_annotator_reaches_their_own_and_a_reviewer_all(
    submit: Callable[..., CorrectionRecord], corrections: GuardedCorrections
) -> None:
    mine, other = submit(ADA, "mine"), submit(BOB, "other")
    query = CorrectionQuery(user_id="bob")
    with acting_as(ADA):
        assert [row.id for row in corrections.search(query).rows] == [mine.id]
        assert [row.id for row in corrections.stream(CorrectionQuery())] == [mine.id]
        assert corrections.counts().total == corrections.counts("bob").total == 1
        assert corrections.history(mine.id) == (mine,)
        edited = corrections.edit(mine.id, 1, "better")
        assert edited.revised_by == "ada"
    with acting_as(EVE):
        assert {row.id for row in corrections.search(CorrectionQuery()).rows} == {mine.id, other.id}
        assert corrections.edit(mine.id, 2, "best", by=ADA.author).revised_by == "eve"
        assert corrections.counts().total == 2


def test_what_is_another_s_is_refused_to_an_annotator_and_all_to_a_stranger(
    submit: Callable[..., CorrectionRecord], corrections: GuardedCorrections, store: Store
) -> None:
    other, aside = submit(BOB, "other"), submit(BOB, "aside", status="quarantined")
    store.corrections.delete(submit(BOB, "gone").id, 1)
    before = list(store.histories.stream(CorrectionQuery(include_deleted=True)))
    for by in (ADA, ANONYMOUS):
        for attempt in (
            lambda: corrections.get(other.id),
            lambda: corrections.history(other.id),
            lambda: corrections.edit(other.id, 1, "x"),
            lambda: corrections.delete(other.id, 1),
            lambda: corrections.restore("c-3", 2),
            lambda: corrections.release(aside.id, 1),
            lambda: corrections.withdraw(other.id, 1, BOB.author),
        ):
            with acting_as(by), pytest.raises(NotAllowedError):
                attempt()
    for look in (corrections.search, corrections.stream):
        with pytest.raises(NotAllowedError):
            look(CorrectionQuery())
    assert list(store.histories.stream(CorrectionQuery(include_deleted=True))) == before


def test_a_reviewer_releases_deletes_and_restores(
    submit: Callable[..., CorrectionRecord], corrections: GuardedCorrections
) -> None:
    aside = submit(BOB, "aside", status="quarantined")
    with acting_as(EVE):
        corrections.release(aside.id, 1)
        corrections.delete(aside.id, 2)
        corrections.restore(aside.id, 3)
        assert [one.revised_by for one in corrections.history(aside.id)] == ["bob", "eve", "eve", "eve"]


def test_what_a_reviewer_accepted_its_author_does_not_take_back(
    submit: Callable[..., CorrectionRecord], corrections: GuardedCorrections, store: Store
) -> None:
    mine = submit(ADA, "mine")
    accepted = store.reviews.accept(mine.id, 1)
    for revision in (1, accepted.revision):
        with acting_as(ADA), pytest.raises(StaleRevisionError, match="until a reviewer accepts it"):
            corrections.delete(mine.id, revision)
    reopened = store.reviews.reopen(mine.id, accepted.revision)
    with acting_as(ADA):
        assert corrections.delete(mine.id, reopened.revision).deleted_at


def test_own_work_is_listed_taken_along_and_withdrawn_by_its_author_alone(
    submit: Callable[..., CorrectionRecord], own_work: OwnWorkService, corrections: GuardedCorrections
) -> None:
    mine, kept = submit(ADA, "mine"), submit(ADA, "kept")
    submit(BOB, "other")
    for by in (BOB, EVE, ANONYMOUS, LOCAL):
        with acting_as(by), pytest.raises(NotAllowedError):
            own_work.withdraw(mine.id, 1)
    with acting_as(ADA):
        assert own_work.withdraw(mine.id, 1).revised_by == "ada"
        assert [(row.id, row.status) for row in own_work.list(1).rows] == [
            (kept.id, "submitted"),
            (mine.id, "withdrawn"),
        ]
        file = io.BytesIO()
        assert own_work.write("corrections", file) == 1
        assert [json.loads(line)["id"] for line in file.getvalue().splitlines()] == [kept.id]
    withdrawn = CorrectionQuery(include_withdrawn=True, include_deleted=True)
    with acting_as(EVE):
        assert mine.id not in [row.id for row in corrections.search(withdrawn).rows]


def test_no_way_to_corrections_tells_an_annotator_of_the_control_slice(
    submit: Callable[..., CorrectionRecord], own_work: OwnWorkService, corrections: GuardedCorrections
) -> None:
    """Checks of attention are shown as if they were of it, and are not: who can read both finds them."""

    def told(by: Person, is_check: bool) -> list[bool | None]:
        first = submit(by, "one", is_control=not is_check)
        other = submit(by, "two", is_control=not is_check)
        with acting_as(by):
            file = io.BytesIO()
            own_work.write("corrections", file)
            edited = corrections.edit(first.id, 1, "three")
            deleted = corrections.delete(other.id, 1)
            seen = [first, other, corrections.get(first.id), *corrections.history(first.id), edited, deleted]
            everything = CorrectionQuery(include_deleted=True, user_id=by.id)
            seen += [*corrections.search(everything).rows, *corrections.stream(everything)]
            seen.append(corrections.withdraw(first.id, 2, by.author))
        lines = [json.loads(line)["is_control"] for line in file.getvalue().splitlines()]
        return [*(one.is_control for one in seen), *lines]

    assert told(ADA, True) == told(BOB, False) == [None] * 14
    assert told(EVE, True) == [False] * 14


def test_what_a_reviewer_deleted_its_author_sees_and_may_withdraw(
    submit: Callable[..., CorrectionRecord], own_work: OwnWorkService, corrections: GuardedCorrections
) -> None:
    mine = submit(ADA, "mine")
    with acting_as(EVE):
        corrections.delete(mine.id, 1)
    with acting_as(ADA):
        (row,) = own_work.list(1).rows
        assert row.deleted_at and own_work.withdraw(row.id, row.revision).status == "withdrawn"
    with acting_as(EVE), pytest.raises(NotFoundError):
        corrections.restore(mine.id, 3)


def test_words_kept_from_the_lab_are_withdrawn_by_their_author_alone(
    store: Store, own_work: OwnWorkService
) -> None:
    first, second, third = (kept_choice(store) for _ in range(3))
    other = kept_choice(store, user_id="bob")
    for by in (BOB, EVE, ANONYMOUS, LOCAL):
        with acting_as(by), pytest.raises(NotAllowedError):
            own_work.withdraw_words(first.id)
    with acting_as(ADA):
        assert own_work.words(1).rows == (third, second, first)
        own_work.withdraw_words(second.id)
        assert (own_work.words(1).rows, own_work.words(1).total) == ((third, first), 2)
        assert own_work.words(2).rows == () and own_work.withdraw_all_words() == 2
    assert list(store.choices.stream(ChoiceQuery())) == [other]


def test_own_ratings_and_comparisons_are_listed_taken_along_and_withdrawn_by_their_author_alone(
    store: Store, own_work: OwnWorkService
) -> None:
    (item,) = project_of(store, gold={"low": 90, "high": 100})
    rating = rated(store, item, 40, user_id="ada")
    comparison = compared(store, 2, 1, 3, user_id="ada", licence="CC BY 4.0")
    choice = kept_choice(store)
    rated(store, item, 99, user_id="bob")
    for by in (BOB, EVE, ANONYMOUS, LOCAL):
        with acting_as(by), pytest.raises(NotAllowedError):
            own_work.withdraw_judgement(rating.id, 1)
    with acting_as(ADA):
        listed = own_work.judgements(1)
        assert [one.id for one in listed.rows] == [comparison.id, rating.id] and listed.total == 2
        # As they were shown, whoever made them.
        assert (listed.rows[0].texts, listed.rows[0].ranks) == ((TEXTS[2], TEXTS[0], TEXTS[1]), (3, 2, 1))
        file = io.BytesIO()
        assert own_work.write("judgements", file) == 3
        rows = [json.loads(line) for line in file.getvalue().splitlines()]
        assert [(row["kind"], row["id"]) for row in rows] == [
            ("rating", rating.id),
            ("comparison", comparison.id),
            ("choice", choice.id),
        ]
        assert (rows[0]["score"], rows[0]["texts"], rows[1]["licence"]) == (40, [TEXTS[0]], "CC BY 4.0")
        assert not {"checks", "gold", "made_by"} & rows[0].keys()
        assert own_work.withdraw_judgement(rating.id, 1).status == "withdrawn"
        assert [one.status for one in own_work.judgements(1).rows] == ["submitted", "withdrawn"]
        assert own_work.write("judgements", io.BytesIO()) == 2
        assert own_work.judgements(2).rows == ()
        store.judgements.delete(comparison.id, 1)
        assert [bool(one.deleted_at) for one in own_work.judgements(1).rows] == [True, True]
        assert own_work.write("judgements", io.BytesIO()) == 1
        assert own_work.withdraw_judgement(comparison.id, 2).status == "withdrawn"


@pytest.mark.parametrize("by", [ANONYMOUS, LOCAL])
def test_nobody_without_an_account_has_work_of_their_own(own_work: OwnWorkService, by: Person) -> None:
    with acting_as(by):
        for look in (
            lambda: own_work.list(1),
            lambda: own_work.write("corrections", io.BytesIO()),
            lambda: own_work.write("judgements", io.BytesIO()),
            lambda: own_work.judgements(1),
            lambda: own_work.words(1),
            own_work.withdraw_all_words,
        ):
            with pytest.raises(NotAllowedError):
                look()
