"""What each line of input must be translated with: its prefix, its glossary entries, forbidden words."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import ConfigError
from core.options import Constraints
from core.text.glossary import Glossary
from core.text.normalize import normalize


class Asked:
    """Reads the prefixes as the lines come."""

    def __init__(self, glossary: Path | None, prefixes: Path | None, forbidden: Sequence[str]) -> None:
        """Raises `ConfigError` for a file that cannot be read."""
        self._glossary = Glossary({}) if glossary is None else Glossary.load(glossary)
        self._prefixes = None if prefixes is None else _lines(prefixes)
        self._forbidden = tuple(forbidden)

    def of(self, text: str) -> Constraints:
        """For the next line, blank or not; raises `ConfigError` when the prefixes have run out."""
        prefix = "" if self._prefixes is None else next(self._prefixes, None)
        if prefix is None:
            raise ConfigError("The prefix file must have a line for each line of input, but has fewer.")
        return Constraints(
            prefix=normalize(prefix), required=self._glossary.phrases_for(text), forbidden=self._forbidden
        )


def _lines(path: Path) -> Iterator[str]:
    try:
        return iter(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The prefix file {path} must be a UTF-8 file, but cannot be read.") from error
