"""A row between words becomes rows between pieces, and comes back as it was drawn."""

import numpy as np
import pytest

from core.analysis.attention_edits import word_edits
from core.analysis.attention_map import to_words
from core.changes import Change
from core.errors import ConfigError
from core.insight import under
from core.results import AttentionMap
from tests.tiny import tiny_translator

SOURCE, TARGET = "Mon voisin répare de vieilles montres.", "She keeps two bicycles."


def drawn() -> tuple[AttentionMap, AttentionMap]:
    """The map between words before and after its third row was drawn anew."""
    translator = tiny_translator()
    source_ids, target_ids = translator.encode_source(SOURCE, "en"), translator.encode_target(TARGET)
    before = translator.attend(source_ids, target_ids)
    words = to_words(before)
    weights = range(len(words.source_units))
    change = Change(word_edits(before, 2, weights))
    return words, to_words(under(translator, change).attend(source_ids, target_ids))


def test_the_row_between_words_is_the_one_that_was_drawn() -> None:
    before, after = drawn()
    slope = np.arange(len(after.source_units))
    np.testing.assert_allclose(after.weights_LHTS[0, 0, 2], slope / slope.sum(), atol=1e-6)
    np.testing.assert_allclose(after.weights_LHTS[0, 0, :2], before.weights_LHTS[0, 0, :2], atol=1e-6)


def test_pieces_of_a_source_word_keep_their_proportions() -> None:
    rows = np.array([[0.1, 0.3, 0.6], [0.0, 0.0, 1.0]], dtype=np.float32)
    map = AttentionMap(("▁vi", "eilles", "▁cl"), ("▁old", "er"), rows[None, None])
    first, second = word_edits(map, 0, (0.8, 0.2))
    assert (first.position, second.position) == (0, 1)
    assert first.weights == pytest.approx((0.2, 0.6, 0.2))
    assert second.weights == pytest.approx((0.4, 0.4, 0.2))


def test_what_does_not_fit_is_refused() -> None:
    map = AttentionMap(("▁a", "▁b"), ("▁c",), np.full((1, 1, 1, 2), 0.5, dtype=np.float32))
    with pytest.raises(ConfigError, match="one for each word of the source, 2, but are 1"):
        word_edits(map, 0, (1.0,))
    with pytest.raises(ConfigError, match="`word` must be between 0 and 0"):
        word_edits(map, 1, (1.0, 0.0))
