"""Capitals are read as small letters, where those are what the vocabulary has."""

import pytest

from core.options import GreedyOptions
from core.text.capitals import encode_sources, is_capitals, small_letters
from core.text.tokenizer import train_tokenizer
from tests.tiny import SENTENCES, tiny_tokenizer, tiny_translator


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_in_capitals_is_read_as_the_sentence(sentence: str) -> None:
    read = encode_sources(tiny_tokenizer(), [sentence.upper(), sentence])
    assert read == [tiny_tokenizer().encode(small_letters(sentence))] + tiny_tokenizer().encode_many(
        [sentence]
    )


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_vocabulary_of_capitals_keeps_them(sentence: str) -> None:
    tokenizer = train_tokenizer([text.upper() for text in SENTENCES] * 3, 400, ("en",))
    assert encode_sources(tokenizer, [sentence.upper()]) == tokenizer.encode_many([sentence.upper()])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "NASA",
            "NASA 2027",
            "I",
            "A B C",
            "2 + 2",
            "",
            "🚲 🚲",
            "WHO took it?",
            "Warm Bread",
            "我的DNA和RNA",
        ),
        *("GRÜßE AUS ROM", "السلام عليكم"),
    ],
)
def test_what_is_not_a_text_in_capitals_is_read_as_it_is(text: str) -> None:
    assert not is_capitals(text)
    assert encode_sources(tiny_tokenizer(), [text]) == tiny_tokenizer().encode_many([text])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("¿ALGUIEN HA VISTO MI TORTUGA?", "¿Alguien ha visto mi tortuga?"),
        ("OÙ EST LA CLÉ ?", "Où est la clé ?"),
        ("5 CATS, 2 DOGS", "5 Cats, 2 dogs"),
    ],
)
def test_a_sentence_begins_with_a_capital(text: str, read: str) -> None:
    assert is_capitals(text)
    assert small_letters(text) == read


def test_what_is_typed_in_capitals_is_translated_as_the_sentence_and_kept_as_it_is() -> None:
    translator = tiny_translator()
    capitals, sentence = ("WHO PAINTED THE DOOR GREEN?", "Who painted the door green?")
    shouted = translator.translate(capitals, "en", "fr", GreedyOptions())
    said = translator.translate(sentence, "en", "fr", GreedyOptions())
    assert shouted.text == said.text
    assert shouted.segments[0].source_ids == translator.encode_source(capitals, "fr")
    assert shouted.segments[0].source_text == capitals
