"""Chosen words as they are kept."""

from dataclasses import replace

import pytest

from core.errors import ForbiddenCharacterError, NotFoundError
from demo_app.store.choices import ChoiceQuery, ChoiceRecord, NewChoice
from demo_app.store.database import Store
from tests.demo_app.store.samples import MODEL_ID, translation

NEW = NewChoice(
    translation_id="",
    segment_index=1,
    prefix_text="It ",
    chosen_text="pours.",
    rejected_text="rains.",
    prefix_ids=(4,),
    chosen_ids=(5, 3),
    rejected_ids=(6, 7, 3),
    chosen_log_probs=(-0.1, -2.5, -0.30000000000000004),
    rejected_log_probs=(-0.1, -0.2, -0.3, -0.4),
    user_id="ada",
    licence="CC BY 4.0",
)


def kept(store: Store, direction: tuple[str, str] = ("fr", "en"), **changes: str | None) -> ChoiceRecord:
    shown = store.translations.add(translation("Il pleut.", direction=direction))
    return store.choices.add(replace(NEW, translation_id=shown.id, **changes))  # type: ignore[arg-type]


def test_what_was_chosen_comes_back_with_what_the_translation_knows(store: Store) -> None:
    choice = kept(store)
    assert store.choices.get(choice.id) == choice
    assert (choice.chosen, choice.rejected) == ("It pours.", "It rains.")
    assert (choice.source_text, choice.source_language, choice.model_id) == ("Il pleut.", "fr", MODEL_ID)
    assert (choice.prefix_ids, choice.chosen_ids, choice.rejected_ids) == ((4,), (5, 3), (6, 7, 3))
    assert (choice.chosen_log_probs, choice.rejected_log_probs) == (
        NEW.chosen_log_probs,
        NEW.rejected_log_probs,
    )
    assert choice.withdrawn_at is None and choice.licence == "CC BY 4.0"


def test_what_was_withdrawn_is_in_nothing_that_comes_later(store: Store) -> None:
    first, second, local = kept(store), kept(store), kept(store, user_id=None)
    assert store.choices.withdraw(first.id).withdrawn_at
    assert list(store.choices.stream(ChoiceQuery())) == [second, local]
    with pytest.raises(NotFoundError, match="nobody withdrew"):
        store.choices.withdraw(first.id)
    assert (store.choices.withdraw_all("ada"), store.choices.withdraw_all("ada")) == (1, 0)
    assert list(store.choices.stream(ChoiceQuery())) == [local]
    assert store.choices.withdraw_all(None) == 1


def test_a_query_finds_languages_and_people(store: Store) -> None:
    one, other, bob = kept(store), kept(store, ("en", "fr")), kept(store, user_id="bob")
    for query, found in (
        (ChoiceQuery(), [one, other, bob]),
        (ChoiceQuery(source_language="en"), [other]),
        (ChoiceQuery(target_language="en", user_id="bob"), [bob]),
    ):
        assert list(store.choices.stream(query)) == found


def test_only_what_was_translated_can_be_chosen_in(store: Store) -> None:
    shown = store.translations.add(translation())
    for wrong in (NEW, replace(NEW, translation_id=shown.id, segment_index=2)):
        with pytest.raises(NotFoundError):
            store.choices.add(wrong)
    with pytest.raises(ForbiddenCharacterError):
        store.choices.add(replace(NEW, translation_id=shown.id, chosen_text="\0"))
    assert list(store.choices.stream(ChoiceQuery())) == []
