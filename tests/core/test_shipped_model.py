"""The models in the box: fixed text for fixed sentences, and search and attention on real weights."""

from functools import cache

import numpy as np
import pytest

from core.analysis.doubts import RARE
from core.options import BeamOptions
from core.results import Hypothesis
from core.translator import Translator
from tests.golden.rows import COUNT, FOLDER, MODELS, Row, read_rows, shipped_names

NAMES = shipped_names()
GOLDEN = [(name, row) for name in NAMES for row in read_rows(name)]


@cache
def shipped(name: str) -> Translator:
    return Translator.load(MODELS / name, "cpu")


def texts_of(name: str) -> tuple[list[str], str, str]:
    """The golden sentences of the model's first direction, and its languages."""
    source, target = shipped(name).directions[0]
    return (
        [row.text for row in read_rows(name) if (row.source, row.target) == (source, target)],
        source,
        target,
    )


def test_every_model_has_golden_rows_for_each_of_its_directions() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.tsv") if path.stem != "sentences") == NAMES
    for name in NAMES:
        rows = read_rows(name)
        assert len({row.text for row in rows}) == COUNT == len(rows)
        assert {(row.source, row.target) for row in rows} == set(shipped(name).directions)


def test_models_are_small_enough_for_plain_git() -> None:
    sizes = [sum(path.stat().st_size for path in (MODELS / name).iterdir()) for name in NAMES]
    assert max(sizes) <= 32e6 and sum(sizes) <= 80e6


@cache
def translated(name: str) -> dict[tuple[str, str, str], Hypothesis]:
    """Every golden sentence of the model, those of a direction in one batch."""
    found = {}
    for source, target in shipped(name).directions:
        texts = [row.text for row in read_rows(name) if (row.source, row.target) == (source, target)]
        for item in shipped(name).translate_segments(texts, source, target, BeamOptions()):
            found[source, target, item.source_text] = item.best
    return found


@pytest.mark.parametrize(
    ("name", "row"), GOLDEN, ids=lambda item: item.text if isinstance(item, Row) else item
)
def test_golden_translations(name: str, row: Row) -> None:
    found = translated(name)[row.source, row.target, row.text]
    assert found.text == row.translation
    assert found.score == pytest.approx(row.score, abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_training_counted_the_pieces_so_that_rare_ones_are_told_from_common_ones(name: str) -> None:
    model = shipped(name)
    counts = model.piece_counts
    assert counts is not None and len(counts) == model.tokenizer.vocab_size
    seen = [counts[piece] for text in texts_of(name)[0] for piece in model.tokenizer.encode(text)]
    assert min(counts.values()) < RARE < np.median(seen)


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_alone_is_the_sentence_in_a_batch(name: str) -> None:
    texts, source, target = texts_of(name)
    together = shipped(name).translate_segments(texts, source, target, BeamOptions(n_best=3))
    for text, item in list(zip(texts, together, strict=True))[::2]:
        alone = shipped(name).translate_segments([text], source, target, BeamOptions(n_best=3))[0]
        assert [h.ids for h in alone.hypotheses] == [h.ids for h in item.hypotheses]
        np.testing.assert_allclose(alone.best.token_log_probs, item.best.token_log_probs, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_recomputed_scores_are_those_of_the_search(name: str) -> None:
    texts, source, target = texts_of(name)
    item = shipped(name).translate_segments(texts[:1], source, target, BeamOptions(n_best=5))[0]
    for hypothesis in item.hypotheses:
        again = shipped(name).score(item.source_ids, hypothesis.ids)
        np.testing.assert_allclose(again, hypothesis.token_log_probs, atol=1e-4)
        if shipped(name).has_attention:
            weights = shipped(name).attend(item.source_ids, hypothesis.ids).weights_LHTS
            np.testing.assert_allclose(weights.sum(-1), 1.0, atol=1e-5)
