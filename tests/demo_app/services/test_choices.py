"""Which chosen words are kept, whose they are, and that both sides can be put together again."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.changes import Change, Head
from core.errors import ConsentMissingError, NotAllowedError
from core.signature import VERSION
from demo_app.services.choices import ChoiceService, choice_between
from demo_app.services.people import ANONYMOUS, LOCAL, Person, Role, acting, acting_as
from demo_app.services.readings import Place, Target
from demo_app.store.choices import ChoiceQuery
from demo_app.store.database import Store
from tests.demo_app.store.samples import translation

BEFORE = Target(kind="hypothesis", ids=(4, 6, 7, 3), text="It rains cats.")
AFTER = Target(
    kind="word", ids=(4, 6, 8, 9, 3), text="It rains cows and dogs.", token_log_probs=(-0.5, -1, -9, -2, -0.1)
)
TEXTS = st.text(alphabet="ab 漢.", max_size=12)
IDS = st.lists(st.integers(0, 3), max_size=6).map(tuple)


def person(name: str, role: Role = "annotator", agreed: bool = True) -> Person:
    return Person(id=name, name=name, role=role, may_contribute=agreed)


ADA, BOB, EVE = person("ada"), person("bob"), person("eve", "reviewer")


@pytest.fixture
def service(store: Store) -> ChoiceService:
    return ChoiceService(store.choices, acting)


@pytest.fixture
def place(store: Store) -> Place:
    return Place(translation_id=store.translations.add(translation()).id, segment=0)


def test_a_word_is_kept_from_where_the_two_differ(service: ChoiceService, place: Place) -> None:
    with acting_as(replace(ADA, licence="CC BY 4.0")):
        kept = service.keep(place, BEFORE, AFTER)
    assert kept and (kept.user_id, kept.user_role, kept.licence) == ("ada", "annotator", "CC BY 4.0")
    assert kept.app_version == VERSION
    assert (kept.prefix_text, kept.chosen_text, kept.rejected_text) == (
        "It rains ",
        "cows and dogs.",
        "cats.",
    )
    assert (kept.prefix_ids, kept.chosen_ids, kept.rejected_ids) == ((4, 6), (8, 9, 3), (7, 3))
    assert (kept.chosen_log_probs, kept.rejected_log_probs) == (AFTER.token_log_probs, ())


@given(TEXTS, TEXTS, IDS, IDS)
def test_both_sides_can_be_put_together_again(one: str, other: str, ids: list[int], ids2: list[int]) -> None:
    before = replace(BEFORE, text=one, ids=tuple(ids))
    after = replace(AFTER, text=other, ids=tuple(ids2))
    new = choice_between(Place(translation_id="t", segment=0), before, after)
    assert (new.prefix_text + new.rejected_text, new.prefix_text + new.chosen_text) == (one, other)
    assert (new.prefix_ids + new.rejected_ids, new.prefix_ids + new.chosen_ids) == (before.ids, after.ids)
    assert not new.chosen_ids or not new.rejected_ids or new.chosen_ids[0] != new.rejected_ids[0]
    assert not new.prefix_text or new.prefix_text[-1] in " 漢"


def test_what_says_nothing_of_the_model_is_not_kept(
    store: Store, service: ChoiceService, place: Place
) -> None:
    heads_off = Change(heads_off=frozenset({Head("cross", 0, 0)}))
    pairs = (
        (BEFORE, replace(BEFORE, kind="word")),
        (BEFORE, replace(AFTER, text="It  rains cats.")),
        (replace(BEFORE, kind="own"), AFTER),
        (replace(BEFORE, kind="attention", change=heads_off), AFTER),
        (BEFORE, replace(AFTER, kind="hypothesis")),
        (BEFORE, replace(AFTER, kind="own")),
        (BEFORE, replace(AFTER, change=heads_off)),
    )
    with acting_as(LOCAL):
        assert [service.keep(place, *pair) for pair in pairs] == [None] * len(pairs)
        kept = service.keep(place, replace(BEFORE, kind="tree"), AFTER)
        assert list(service.stream(ChoiceQuery())) == [kept]


def test_people_see_and_withdraw_their_own_choices(service: ChoiceService, place: Place) -> None:
    with acting_as(ADA):
        kept, other = service.keep(place, BEFORE, AFTER), service.keep(place, BEFORE, AFTER)
    assert kept and other
    for who, seen in ((ADA, [kept, other]), (BOB, []), (EVE, [kept, other])):
        with acting_as(who):
            assert list(service.stream(ChoiceQuery())) == seen
    for who in (BOB, EVE):
        with acting_as(who), pytest.raises(NotAllowedError):
            service.withdraw(kept.id)
    with acting_as(ADA):
        assert service.withdraw(kept.id).withdrawn_at
        assert (service.withdraw_all(), list(service.stream(ChoiceQuery()))) == (1, [])


def test_what_is_undone_is_withdrawn_and_nothing_else(service: ChoiceService, place: Place) -> None:
    elsewhere = replace(BEFORE, ids=(4, 6, 5, 3))
    with acting_as(BOB):
        theirs = service.keep(place, BEFORE, AFTER)
    with acting_as(ADA):
        other, kept = service.keep(place, elsewhere, AFTER), service.keep(place, BEFORE, AFTER)
        undone = service.take_back(place, BEFORE, AFTER)
        assert kept and undone and (undone.id, undone.withdrawn_at is None) == (kept.id, False)
        assert service.take_back(place, BEFORE, AFTER) is None
    with acting_as(EVE):
        assert list(service.stream(ChoiceQuery())) == [theirs, other]


def test_nothing_is_kept_of_who_did_not_agree(store: Store, service: ChoiceService, place: Place) -> None:
    asked: list[tuple[Person, Callable[[], object], type[Exception]]] = [
        (ANONYMOUS, lambda: service.keep(place, BEFORE, AFTER), NotAllowedError),
        (ANONYMOUS, lambda: service.stream(ChoiceQuery()), NotAllowedError),
        (ANONYMOUS, service.withdraw_all, NotAllowedError),
        (person("new", agreed=False), lambda: service.keep(place, BEFORE, AFTER), ConsentMissingError),
    ]
    for who, ask, error in asked:
        with acting_as(who), pytest.raises(error):
            ask()
    assert list(store.choices.stream(ChoiceQuery())) == []
