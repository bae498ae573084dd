"""Every way of decoding on the shipped model's real weights and a real vocabulary."""

import math
import re
from functools import cache

import numpy as np
import pytest

from core.decoding.decode import decode
from core.options import BeamOptions, Constraints, DecodeOptions, GreedyOptions, SamplingOptions
from core.text.batching import pad_ids
from core.translator import SPECIAL, Translator
from tests.golden.rows import MODELS, read_rows

TEXTS = [row.text for row in read_rows("fr-en") if row.source == "fr"][:6]
MODES: list[DecodeOptions] = [
    GreedyOptions(),
    BeamOptions(beam_size=4, n_best=4),
    BeamOptions(beam_size=4, groups=2, diversity=1.0, n_best=4, coverage_penalty=0.2),
    BeamOptions(beam_size=3, no_repeat_ngram=2, repetition_penalty=1.2, min_length=6),
    SamplingOptions(samples=3, seed=5, top_p=0.9),
]


@cache
def shipped() -> Translator:
    return Translator.load(MODELS / "fr-en", "cpu")


@pytest.mark.parametrize("options", MODES)
def test_log_probs_of_every_search_are_those_of_teacher_forcing(options: DecodeOptions) -> None:
    for item in shipped().translate_segments(TEXTS[:3], "fr", "en", options):
        for one in item.hypotheses:
            assert shipped().score(item.source_ids, one.ids) == pytest.approx(one.token_log_probs, abs=1e-5)


@pytest.mark.parametrize("options", MODES)
def test_a_sentence_alone_is_the_sentence_in_a_batch(options: DecodeOptions) -> None:
    together = shipped().translate_segments(TEXTS, "fr", "en", options)
    for index in (0, 3):
        alone = shipped().translate_segments([TEXTS[index]], "fr", "en", options)[0]
        assert [one.ids for one in alone.hypotheses] == [one.ids for one in together[index].hypotheses]


def test_every_required_phrase_appears_and_no_forbidden_word_does() -> None:
    options = BeamOptions(beam_size=6, n_best=6)
    plain = shipped().translate_segments(TEXTS, "fr", "en", options)
    for required in (("lantern",), ("red bicycle", "in March")):
        forbidden = [tuple(sorted(set(item.best.text.rstrip(".?!").split())))[:2] for item in plain]
        asked = [Constraints(required=required, forbidden=words) for words in forbidden]
        found = shipped().translate_segments(TEXTS, "fr", "en", options, asked)
        for item, words in zip(found, forbidden, strict=True):
            for one in item.hypotheses:
                assert [phrase for phrase in required if not re.search(rf"\b{phrase}\b", one.text)] == []
                assert set(words) & set(one.text.replace(".", " ").replace(",", " ").split()) == set()


def test_a_chinese_word_within_a_longer_piece_is_not_written_again() -> None:
    model = Translator.load(MODELS / "transformer", "cpu")
    texts = ["He lives in Beijing.", "I like music.", "Where is the railway station?"]
    words = ["在", "喜欢", "哪里"]
    plain = model.translate_segments(texts, "en", "zh", BeamOptions())
    asked = [Constraints(required=(word,)) for word in words]
    found = model.translate_segments(texts, "en", "zh", BeamOptions(), asked)
    for before, after, word in zip(plain, found, words, strict=True):
        assert any(word in piece.lstrip("▁") and word != piece for piece in before.best.pieces)
        assert after.best.text == before.best.text


@pytest.mark.parametrize("options", [GreedyOptions(), BeamOptions(), SamplingOptions(seed=1)])
def test_a_word_that_the_network_would_answer_with_nothing_is_translated(options: DecodeOptions) -> None:
    model = Translator.load(MODELS / "transformer", "cpu")
    source_ids = model.encode_source("todavía", "en")
    assert model.score(source_ids, (SPECIAL.eos,))[0] > math.log(0.5)
    (item,) = model.translate_segments(["todavía"], "es", "en", options)
    assert item.best.text.strip()
    if isinstance(options, BeamOptions):
        traced = model.trace("todavía", "es", "en", options)
        assert traced.segment.best == item.best
        assert {one.id for one in traced.candidates} >= set(item.best.ids)


def test_ragged_prefixes_are_kept_and_continued() -> None:
    prefixes = ["", "The", "I would", "Perhaps she", "", "It is true that"]
    asked = [Constraints(prefix=prefix) for prefix in prefixes]
    plain = shipped().translate_segments(TEXTS, "fr", "en", GreedyOptions())
    found = shipped().translate_segments(TEXTS, "fr", "en", GreedyOptions(), asked)
    for item, prefix, before in zip(found, prefixes, plain, strict=True):
        assert item.best.text.startswith(prefix)
        assert len(item.best.text) > len(prefix)
        assert prefix or item.best.ids == before.best.ids


def test_attention_of_the_search_is_that_of_teacher_forcing() -> None:
    sources = [shipped().encode_source(text, "en") for text in TEXTS]
    for options in (GreedyOptions(), BeamOptions(n_best=5)):
        for source, found in zip(
            sources, decode(shipped().model, *pad_ids(sources), options, SPECIAL), strict=True
        ):
            for one in found:
                again = shipped().attend(source, one.ids).weights_LHTS
                assert one.weights_LHTS is not None
                np.testing.assert_allclose(one.weights_LHTS, again, atol=1e-5)
