"""Sources all in capitals, as the model knows them best. Knows no model."""

import re
from collections.abc import Sequence

from core.text.tokenizer import Tokenizer

_WORD = re.compile(r"[^\W\d_]{2,}")
_FIRST = re.compile(r"[^\W\d_]")


def encode_sources(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """As `encode_many`, but texts all in capitals are read as small letters where that takes fewer pieces.

    A vocabulary has whole words in the letters that it learned from, and other letters one by one, of which
    hardly anything is translated. One that learned from capitals keeps them."""
    encoded = tokenizer.encode_many(texts)
    for index, text in enumerate(texts):
        if is_capitals(text):
            encoded[index] = min(encoded[index], tokenizer.encode(small_letters(text)), key=len)
    return encoded


def is_capitals(text: str) -> bool:
    """True when every letter is a capital, in two words or more: one may be a name like NASA."""
    return len(_WORD.findall(text)) > 1 and all(letter.isupper() for letter in text if letter.isalpha())


def small_letters(text: str) -> str:
    """As a sentence is written: only its first letter is a capital."""
    return _FIRST.sub(lambda first: first.group().upper(), text.lower(), count=1)
