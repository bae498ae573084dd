"""A translator with examples at hand, from text to text."""

import pytest

from core.decoding.ensemble import Ensemble
from core.errors import ConfigError
from core.neighbours import with_examples, with_examples_each
from core.options import GreedyOptions, KnnOptions
from core.translator import Translator
from tests.tiny import SENTENCES, tiny_translator

ALONE = KnnOptions(weight=1.0, neighbours=1, reach=0.0)
PAIRS = [(SENTENCES[5], "It has rained since Tuesday."), (SENTENCES[6], "My neighbour mends clocks.")]


def texts(translator: Translator, *sources: str) -> list[str]:
    found = translator.translate_segments(sources, "fr", "en", GreedyOptions())
    return [one.best.text for one in found]


def test_corrections_at_hand_are_said_without_a_training() -> None:
    plain = tiny_translator()
    knowing = with_examples(plain, PAIRS, "en", ALONE)
    assert texts(knowing, *(source for source, _ in PAIRS)) == [text for _, text in PAIRS]
    assert (knowing.model_id, knowing.digest) == (plain.model_id, plain.digest)


def test_each_source_has_its_own_and_others_have_none() -> None:
    plain, other = tiny_translator(), SENTENCES[7]
    knowing = with_examples_each(plain, {PAIRS[0][0]: PAIRS[:1], PAIRS[1][0]: PAIRS[1:]}, "en", ALONE)
    asked = [PAIRS[1][0], other, PAIRS[0][0]]
    assert texts(knowing, *asked) == [PAIRS[1][1], *texts(plain, other), PAIRS[0][1]]


def test_without_examples_or_for_an_ensemble_it_is_told() -> None:
    plain = tiny_translator()
    with pytest.raises(ConfigError, match="examples"):
        with_examples(plain, [], "en", ALONE)
    both = Translator(Ensemble([plain.one_model] * 2), plain.tokenizer, plain.directions)
    with pytest.raises(ConfigError, match="ensemble"):
        with_examples(both, PAIRS, "en", ALONE)
