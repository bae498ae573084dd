from datetime import UTC

import pytest

from core.errors import ForbiddenCharacterError, NotFoundError
from core.options import options_to_dict
from demo_app.store.database import Store
from tests.demo_app.store.samples import translation


def test_translation_comes_back_as_it_was_added(store: Store) -> None:
    added = store.translations.add(translation())
    assert store.translations.get(added.id) == added


def test_record_keeps_all_that_the_model_said(store: Store) -> None:
    given = translation()
    record = store.translations.get(store.translations.add(given).id)
    wanted, got = given.segments[0].hypotheses[1], record.segments[0].hypotheses[1]
    assert (got.ids, got.pieces, got.token_log_probs) == (wanted.ids, wanted.pieces, wanted.token_log_probs)
    assert (got.score, got.log_prob, got.finished) == (wanted.score, wanted.log_prob, wanted.finished)
    assert record.segments[0].separator == "\n"
    assert (record.options, record.target_text) == (options_to_dict(given.options), given.text)


def test_times_come_back_aware_and_exact(store: Store) -> None:
    added = store.translations.add(translation())
    found = store.translations.get(added.id)
    assert found.created_at.tzinfo is UTC
    assert found.created_at.microsecond == 123456


def test_unknown_translation_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError, match="'nowhere'"):
        store.translations.get("nowhere")


def test_nul_in_a_text_is_refused_before_it_is_cut_off(store: Store) -> None:
    with pytest.raises(ForbiddenCharacterError, match=r"U\+0000 at character 3"):
        store.translations.add(translation("ab\0c"))
