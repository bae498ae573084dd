"""Attention is recomputed from stored ids, by the model that wrote them, and never beyond the limit."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from core.errors import (
    EmptyTextError,
    ForbiddenCharacterError,
    NoAttentionError,
    NotFoundError,
    TextTooLongError,
)
from core.options import BeamOptions
from core.results import Translation
from demo_app.services.attention import AttentionService
from demo_app.services.model_pool import ModelPool
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from tests.fakes_translator import FakeTranslator


class Rig:
    """An attention service on a fake model and a real database."""

    def __init__(self, folder: Path, store: Store) -> None:
        (folder / "models" / "fake").mkdir(parents=True)
        (folder / "models" / "fake" / "config.json").write_text("{}")
        self.settings = Settings.load(data_dir=folder, models_dir=folder / "models", max_attention_units=7)
        self.model = FakeTranslator()
        self.store = store
        self.pool = ModelPool(self.settings.models_dir, lambda _: self.model)
        self.service = AttentionService(self.settings, self.pool, store.translations)

    def translated(self, *segments: str) -> str:
        """Id of a stored translation with two hypotheses a segment."""
        options = BeamOptions(n_best=2)
        found = tuple(self.model.translate_segments(segments, "fr", "en", options))
        text = " ".join(segments)
        return self.store.translations.add(
            Translation("fr", "en", text, found, options, self.model.model_id, 0.1)
        ).id


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    ids = count()
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: f"id{next(ids)}")
    yield Rig(tmp_path, store)
    store.close()


def test_pieces_are_those_of_the_hypothesis_that_was_asked_for(rig: Rig) -> None:
    translation_id = rig.translated("Bonjour.", "le chat dort")
    best = rig.service.view(translation_id, 1, 0, "pieces")
    second = rig.service.view(translation_id, 1, 1, "pieces")
    assert best.source_units == ("<2x>", "▁le", "▁chat", "▁dort", "</s>")
    assert best.target_units == ("▁el", "▁tahc", "▁trod", "</s>")
    assert second.target_units == ("▁el", "▁tahc", "▁trod", "▁en", "</s>")
    np.testing.assert_allclose(best.weights_LHTS.sum(-1), 1, rtol=1e-6)


def test_words_carry_no_piece_marks_and_rows_still_sum_to_one(rig: Rig) -> None:
    words = rig.service.view(rig.translated("le chat dort"), 0)
    assert words.target_units[:3] == ("el", "tahc", "trod")
    np.testing.assert_allclose(words.weights_LHTS.sum(-1), 1, rtol=1e-6)


def test_looking_again_does_not_run_the_model_again(rig: Rig) -> None:
    translation_id = rig.translated("le chat", "dort")
    for _ in range(3):
        for segment in (0, 1):
            rig.service.view(translation_id, segment, 0, "pieces")
    assert rig.model.attended == 2


def test_only_the_latest_maps_are_kept(rig: Rig) -> None:
    ids = [rig.translated(f"mot{number}") for number in range(65)]
    for translation_id in [*ids[:64], ids[0], ids[64], ids[0]]:
        rig.service.view(translation_id, 0, 0, "pieces")
    assert rig.model.attended == 65
    rig.service.view(ids[1], 0, 0, "pieces")
    assert rig.model.attended == 66


@pytest.mark.parametrize("unit", ["words", "pieces"])
def test_a_map_beyond_the_limit_is_refused_with_the_numbers(rig: Rig, unit: str) -> None:
    translation_id = rig.translated("un deux trois quatre cinq six sept huit")
    with pytest.raises(TextTooLongError, match=r"at most 7 rows and columns, but this has \d+ and \d+"):
        rig.service.view(translation_id, 0, 0, "words" if unit == "words" else "pieces")


@pytest.mark.parametrize(("segment", "hypothesis"), [(1, 0), (-1, 0), (0, 2), (0, -1)])
def test_what_is_not_there_is_named(rig: Rig, segment: int, hypothesis: int) -> None:
    with pytest.raises(NotFoundError, match="are numbered 0 to"):
        rig.service.view(rig.translated("Bonjour."), segment, hypothesis)


def test_an_unknown_translation_is_not_found(rig: Rig) -> None:
    with pytest.raises(NotFoundError, match="'never'"):
        rig.service.view("never", 0)


def test_a_model_that_is_gone_is_named(rig: Rig) -> None:
    translation_id = rig.translated("Bonjour.")
    rig.model.model_id = "fake@ffffffffffff"
    with pytest.raises(NotFoundError, match="fake@0123456789ab"):
        rig.service.view(translation_id, 0)


def test_a_model_without_attention_says_so(rig: Rig) -> None:
    rig.model.has_attention = False
    with pytest.raises(NoAttentionError):
        rig.service.view(rig.translated("Bonjour."), 0)


def test_a_persons_own_text_has_attention_too(rig: Rig) -> None:
    found = rig.service.of_text(rig.translated("le chat dort"), 0, "the cat sleeps", "pieces")
    assert found.source_units == ("<2x>", "▁le", "▁chat", "▁dort", "</s>")
    assert found.target_units == ("▁the", "▁cat", "▁sleeps", "</s>")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (" ", EmptyTextError),
        ("a\0", ForbiddenCharacterError),
        ("a " * 2600, TextTooLongError),
        ("a " * 201, TextTooLongError),
    ],
)
def test_a_persons_own_text_has_the_same_limits(rig: Rig, text: str, error: type[Exception]) -> None:
    translation_id = rig.translated("le chat dort")
    with pytest.raises(error):
        rig.service.of_text(translation_id, 0, text)
    assert rig.model.attended == 0


def test_a_persons_own_text_has_a_map_within_the_limit(rig: Rig) -> None:
    with pytest.raises(TextTooLongError, match="but this has 9 and 5"):
        rig.service.of_text(rig.translated("le chat dort"), 0, "a b c d e f g h", "pieces")
