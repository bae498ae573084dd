"""The model in the box: fixed text for fixed sentences, and search and attention on real weights."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.options import BeamOptions, GreedyOptions
from core.translator import Translator

ROOT = Path(__file__).resolve().parents[2]
ROWS = json.loads((ROOT / "tests/golden/fr-en.json").read_text(encoding="utf-8"))["rows"]


@cache
def shipped() -> Translator:
    return Translator.load(ROOT / "assets/models/fr-en", "cpu")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_golden_translations(row: dict[str, str]) -> None:
    found = shipped().translate_segments([row["text"]], row["source"], row["target"], BeamOptions())[0].best
    assert found.text == row["translation"]
    assert found.score == pytest.approx(row["score"], abs=1e-3)


@pytest.mark.parametrize(("source", "target"), [("fr", "en"), ("en", "fr")])
def test_beam_one_is_greedy(source: str, target: str) -> None:
    texts = [row["text"] for row in ROWS if row["source"] == source]
    greedy = shipped().translate_segments(texts, source, target, GreedyOptions())
    beam = shipped().translate_segments(texts, source, target, BeamOptions(beam_size=1))
    assert [item.best.ids for item in beam] == [item.best.ids for item in greedy]


def test_a_sentence_alone_is_the_sentence_in_a_batch() -> None:
    texts = [row["text"] for row in ROWS if row["source"] == "fr"]
    together = shipped().translate_segments(texts, "fr", "en", BeamOptions(n_best=3))
    for text, item in zip(texts, together, strict=True):
        alone = shipped().translate_segments([text], "fr", "en", BeamOptions(n_best=3))[0]
        assert [h.ids for h in alone.hypotheses] == [h.ids for h in item.hypotheses]
        np.testing.assert_allclose(alone.best.token_log_probs, item.best.token_log_probs, atol=1e-4)


def test_recomputed_scores_are_those_of_the_search() -> None:
    item = shipped().translate_segments([ROWS[0]["text"]], "fr", "en", BeamOptions(n_best=5))[0]
    for hypothesis in item.hypotheses:
        again = shipped().score(item.source_ids, hypothesis.ids)
        np.testing.assert_allclose(again, hypothesis.token_log_probs, atol=1e-4)
        weights = shipped().attend(item.source_ids, hypothesis.ids).weights_LHTS
        np.testing.assert_allclose(weights.sum(-1), 1.0, atol=1e-5)
