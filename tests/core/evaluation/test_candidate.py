"""What a report says of a candidate is what the two models wrote."""

import json
import math

import pytest

from core.evaluation.candidate import Sentence, judge_models, output_of
from core.evaluation.forced import forced_counts
from core.options import GreedyOptions
from tests.core.evaluation.judged import both_ways, judged, unchanged
from tests.tiny import SENTENCES, tiny_translator

MADE = judged(30, 0.2, 0.25)


def test_changes_come_worst_first_and_are_counted() -> None:
    gains = [change.gain for change in MADE.changes]
    assert gains == sorted(gains)
    told = MADE.to_dict()["changed"]
    assert told["total"] == len(MADE.changes) == told["worse"] + told["equal"] + told["better"]
    assert told["worse"] == sum(gain < 0 for gain in gains) > 0


def test_a_sentence_that_stayed_is_no_change() -> None:
    assert unchanged(20).changes == ()


def test_every_measure_has_its_tests_and_its_signature() -> None:
    rows = MADE.to_dict()["measures"]
    assert [row["measure"] for row in rows] == ["bleu", "chrf", "ter"]
    assert all(0 < row["p_bootstrap"] <= 1 and "version:" in row["signature"] for row in rows)


def test_a_direction_that_falls_is_told_though_the_whole_set_holds() -> None:
    """One of ten sentences of a set is of the direction that got worse."""
    made = both_ways(judged(270, 0.3, 0.28), judged(30, 0.2, 0.5))
    rows = {(row.direction, row.measure): row for row in made.by_direction}
    assert {(way, row.sentences) for (way, _), row in rows.items()} == {("fr-en", 270), ("en-fr", 30)}
    (whole,) = (row for row in made.measures if row.measure == "bleu")
    fallen = rows["en-fr", "bleu"]
    assert fallen.low < fallen.difference < fallen.high < 0
    assert fallen.difference < whole.difference - 5


def test_figures_of_a_direction_are_those_of_its_sentences_alone() -> None:
    there, back = judged(30, 0.2, 0.25), judged(40, 0.3, 0.1)
    rows = both_ways(there, back).by_direction
    for alone, way in ((there, "fr-en"), (back, "en-fr")):
        right = {row.measure: (row.a, row.b) for row in alone.measures if row.measure != "ter"}
        found = {row.measure: (row.a, row.b) for row in rows if row.direction == way}
        assert found == {name: pytest.approx(sides) for name, sides in right.items()}


def test_of_one_direction_the_measures_tell_all() -> None:
    assert MADE.by_direction == () == unchanged(0).by_direction


def test_a_report_of_nothing_is_plain_json() -> None:
    told = json.loads(json.dumps(judged(0, 0, 0).to_dict(), allow_nan=False))
    assert (told["sentences"], told["measures"], told["changes"]) == (0, [], [])


def test_outputs_stand_beside_their_sentences_whatever_the_direction() -> None:
    translator = tiny_translator()
    ways = [("en", "fr"), ("fr", "en")]
    sentences = [Sentence(*ways[n % 2], text, (text[::-1],)) for n, text in enumerate(SENTENCES)]
    found = output_of(translator, sentences, GreedyOptions())
    alone = [output_of(translator, [one], GreedyOptions()) for one in sentences]
    assert found.texts == tuple(one.texts[0] for one in alone)


def test_who_watches_is_told_of_every_block_of_both_models_and_their_outputs_stay() -> None:
    translator, told = tiny_translator(), list[int]()
    many = [Sentence("fr", "en", SENTENCES[5 + n % 5], (SENTENCES[0],)) for n in range(515)]
    made = judge_models(translator, translator, many, GreedyOptions(max_length=3), told.append)
    assert told == [512, 3, 512, 3]
    alone = output_of(translator, many[:5], GreedyOptions(max_length=3))
    assert made.candidate.texts == alone.texts * 103
    assert made.candidate.perplexity == pytest.approx(alone.perplexity)


def test_perplexity_is_that_of_all_references_together() -> None:
    translator = tiny_translator()
    sentences = [Sentence("fr", "en", text, (SENTENCES[0],)) for text in SENTENCES[5:8]]
    sources = [translator.encode_source(one.source, "en") for one in sentences]
    counts = forced_counts(translator, sources, [translator.encode_target(SENTENCES[0])] * 3)
    assert output_of(translator, sentences, GreedyOptions()).perplexity == pytest.approx(counts.perplexity)


def test_a_model_beside_itself_changes_nothing() -> None:
    translator = tiny_translator()
    made = judge_models(translator, translator, [Sentence("fr", "en", SENTENCES[5], (SENTENCES[0],))])
    assert made.changes == ()
    assert all(row.p_bootstrap == 1 for row in made.measures)
    assert math.isfinite(made.candidate.perplexity)
