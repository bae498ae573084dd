"""Quality by length: sentences joined, a figure for any number of models."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.length import JOINED, figure, joined_texts, known_row, measure
from core.evaluation.references import EvaluationSet
from tests.tiny import SENTENCES, tiny_translator


def row(model: str, direction: str, *buckets: tuple[str, int, float]) -> dict[str, Any]:
    return {
        **{"model": model, "direction": direction},
        "by_length": [
            {"length": label, "sentences": count, "bleu": value} for label, count, value in buckets
        ],
        "joined": [{"sentences": count, "bleu": 10.0 * count} for count in JOINED],
    }


def test_joined_texts_hold_every_sentence_once() -> None:
    assert joined_texts(["a.", "b.", "c."], 2, "fr") == ["a. b.", "c."]
    assert joined_texts(["好。", "是。"], 2, "zh") == ["好。是。"]
    assert joined_texts(SENTENCES, 1, "en") == list(SENTENCES)


def test_a_row_has_a_figure_for_every_number_of_joined_sentences() -> None:
    references = tuple((text,) for text in SENTENCES[:5])
    held_out = EvaluationSet("toy", "fr", "en", SENTENCES[5:], references)
    found = measure(tiny_translator(), held_out)
    assert [item["sentences"] for item in found["joined"]] == list(JOINED)
    assert sum(bucket["sentences"] for bucket in found["by_length"]) == 5


def test_the_same_weights_are_not_measured_twice(tmp_path: Path) -> None:
    held_out = EvaluationSet("toy", "fr", "en", SENTENCES[5:], tuple((text,) for text in SENTENCES[:5]))
    found = measure(tiny_translator(), held_out)
    assert known_row(found["model_id"], held_out, tmp_path) is None
    (tmp_path / "length.json").write_text(json.dumps({"rows": [found]}), encoding="utf-8")
    assert known_row(found["model_id"], held_out, tmp_path) == found
    assert known_row("other@1", held_out, tmp_path) is None
    fewer = replace(held_out, sources=held_out.sources[:4], references=held_out.references[:4])
    assert known_row(found["model_id"], fewer, tmp_path) is None


def test_the_figure_draws_the_mean_of_directions_where_each_has_enough_sentences() -> None:
    rows = [
        row("a", "fr-en", ("1–5", 30, 40.0), ("6–10", 30, 50.0), ("11–15", 19, 60.0)),
        row("a", "en-fr", ("1–5", 30, 20.0), ("6–10", 30, 30.0), ("11–15", 30, 60.0)),
        row("b", "fr-en", ("1–5", 30, 4.0), ("6–10", 30, 5.0), ("11–15", 30, 6.0)),
        row("b", "en-fr", ("1–5", 30, 4.0), ("6–10", 30, 5.0), ("11–15", 30, 6.0)),
    ]
    drawn = figure(rows)
    assert [trace.name for trace in drawn.data] == ["a", "a", "b", "b"]
    assert list(drawn.data[0].x) == ["1–5", "6–10"] and list(drawn.data[0].y) == pytest.approx([30, 40])
    assert list(drawn.data[1].y) == [10.0, 20.0, 30.0, 40.0]
