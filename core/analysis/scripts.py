"""What counts as one character, and which scripts write words without spaces. Knows no pieces."""

import unicodedata
from collections.abc import Iterator

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x20000, 0x3FFFF),
)
_JOINER = "\u200d"


def is_unspaced(character: str) -> bool:
    """Whether the character's script sets no spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar."""
    code = ord(character[0])
    return code >= _UNSPACED[0][0] and any(low <= code <= high for low, high in _UNSPACED)


def script(character: str) -> str:
    """The script of a letter, as Unicode names begin: `LATIN`, `CYRILLIC`, `CJK`; empty for other signs."""
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return name.split(" ")[0].split("-")[0]


def characters(text: str) -> Iterator[str]:
    """The text cut where a reader sees a new character; joined again they are the text.

    Marks, emoji modifiers and joined emoji stay with what they modify, flags are two letters. Nearly the
    grapheme clusters of Unicode Annex 29, without its tables."""
    cluster = ""
    for character in text:
        if cluster and not _continues(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _continues(cluster: str, character: str) -> bool:
    if character == _JOINER or cluster[-1] == _JOINER or "\U0001f3fb" <= character <= "\U0001f3ff":
        return not cluster.isspace()
    if unicodedata.category(character).startswith("M"):
        return not cluster.isspace()
    return len(cluster) == 1 and _is_flag_letter(cluster) and _is_flag_letter(character)


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
