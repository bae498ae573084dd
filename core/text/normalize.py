"""Text as the models want it, and refusal of what no text should hold."""

import re
import unicodedata

from core.errors import EmptyTextError, ForbiddenCharacterError

_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TRANSLATED = str.maketrans({"\ufeff": None, "\u200b": None, "\u2019": "'", "\u02bc": "'"})
"""Byte-order mark and zero-width space carry no meaning; typographic apostrophes are typed as often as
plain ones and mean the same."""


def normalize(text: str) -> str:
    """NFC, plain spaces and apostrophes, `\\n` line ends, no space around them or at the ends. Idempotent."""
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text).translate(_TRANSLATED))
    return _AROUND_NEWLINE.sub("\n", _SPACES.sub(" ", text)).strip()


def has_forbidden(text: str) -> bool:
    """True when the text holds a control character or half of a surrogate pair."""
    return _FORBIDDEN.search(text) is not None


def require_text(text: str) -> None:
    """Raise `EmptyTextError` or `ForbiddenCharacterError` unless the text can be worked with."""
    if found := _FORBIDDEN.search(text):
        raise ForbiddenCharacterError(
            f"The text must not hold control characters, but has U+{ord(found.group()):04X} at character "
            f"{found.start() + 1}; delete it and try again."
        )
    if not normalize(text):
        raise EmptyTextError("There is no text yet; write something first.")
