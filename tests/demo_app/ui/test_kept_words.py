"""Words kept from the lab are found and withdrawn where nobody logs in, and only there."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from core.errors import NotAllowedError
from demo_app.services.choices import ChoiceService
from demo_app.services.people import LOCAL, Person, acting, acting_as
from demo_app.store.choices import ChoiceQuery
from demo_app.store.database import Store
from demo_app.ui.kept_words import PAGE_SIZE, KeptHandlers, KeptParts
from demo_app.ui.services import Services
from demo_app.ui.strings import load_strings
from tests.demo_app.store.samples import open_empty
from tests.demo_app.store.test_choices import kept

STRINGS = load_strings("en")
PARTS = SimpleNamespace(**{name: name for name in KeptParts.__dataclass_fields__})
EVE = Person(id="eve", name="Eve", role="reviewer", may_contribute=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_empty(tmp_path / "kept.db")
    yield opened
    opened.close()


@pytest.fixture
def card(store: Store) -> KeptHandlers:
    services = SimpleNamespace(choices=ChoiceService(store.choices, acting))
    return KeptHandlers(cast(Services, services), STRINGS, cast(KeptParts, PARTS))


def ids(shown: Any) -> list[str]:
    return [row["id"] for row in shown["words"]["rows"]]


def test_the_newest_come_first_and_all_can_be_reached(store: Store, card: KeptHandlers) -> None:
    made = [kept(store, user_id=None).id for _ in range(PAGE_SIZE + 2)]
    kept(store, user_id="ada")
    with acting_as(LOCAL):
        first, second = card.open_kept(), card.turn_kept({"page": 2})
        assert card.turn_kept({"page": 99}) == second
    assert ids(first) + ids(second) == made[::-1]
    assert first["card"]["visible"] and first["words"]["total"] == len(made)
    assert second["pager"] == {"page": 2, "pages": 2, "summary": f"11–12 of {len(made)}"}


def test_one_or_all_are_withdrawn_and_the_last_word_about_it_is_seen(
    store: Store, card: KeptHandlers
) -> None:
    made = [kept(store, user_id=None).id for _ in range(3)]
    other = kept(store, user_id="ada")
    with acting_as(LOCAL):
        shown = card.withdraw_kept({"selected": made[1]}, {"page": 1})
        assert ids(shown) == [made[2], made[0]]
        shown = card.withdraw_all_kept()
        assert (ids(shown), shown["card"]["visible"]) == ([], True)
        assert shown["notice"]["text"] == STRINGS.work["withdrawn_now"]
        assert not card.open_kept()["card"]["visible"]
        with pytest.raises(NotAllowedError):
            card.withdraw_kept(other.id, 1)
    assert list(store.choices.stream(ChoiceQuery())) == [other]


def test_who_has_an_account_is_shown_no_such_card(store: Store, card: KeptHandlers) -> None:
    local = kept(store, user_id=None)
    with acting_as(EVE):
        shown = card.open_kept()
        assert set(shown) == {"card"} and not shown["card"]["visible"]
        with pytest.raises(NotAllowedError):
            card.withdraw_kept(local.id, 1)
        card.withdraw_all_kept()
    assert list(store.choices.stream(ChoiceQuery())) == [local]
