"""A list of words and phrases with the translations that they must have. Knows no model."""

import re
from pathlib import Path
from typing import Self

from core.analysis.scripts import is_unspaced
from core.errors import ConfigError
from core.text.normalize import normalize


class Glossary:
    """Source phrases, found as whole words whatever their capitals, and what must stand for them."""

    def __init__(self, pairs: dict[str, str]) -> None:
        self._patterns = [(_pattern(source), target) for source, target in pairs.items()]

    @classmethod
    def load(cls, path: Path) -> Self:
        """From UTF-8 lines `source phrase TAB target phrase`; blank lines count for nothing.

        Raises `ConfigError` naming the file or the line."""
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"The glossary {path} must be a UTF-8 file, but cannot be read.") from error
        pairs = {}
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            phrases = [normalize(phrase) for phrase in line.split("\t")]
            if len(phrases) != 2 or not all(phrases):
                raise ConfigError(
                    f"Line {number} of {path.name} must be a source phrase, a tab and a target phrase, "
                    f"but is {line!r}."
                )
            pairs[phrases[0]] = phrases[1]
        return cls(pairs)

    def phrases_for(self, text: str) -> tuple[str, ...]:
        """Each phrase that the translation of the text must hold, once."""
        return tuple(dict.fromkeys(target for pattern, target in self._patterns if pattern.search(text)))


def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase as whole words; scripts without spaces have no word ends to look for."""
    before = "" if is_unspaced(phrase[0]) else r"(?<!\w)"
    after = "" if is_unspaced(phrase[-1]) else r"(?!\w)"
    return re.compile(before + re.escape(phrase) + after, re.IGNORECASE)
