"""Which corpora there are, where they live and what may be done with them: one TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from core.config import require_choice, require_known, require_range, require_type
from core.errors import ConfigError

Format = Literal["anki", "gettext", "cmudict"]
SplitBy = Literal["sentences", "words"]
_PLAIN = ("family", "code", "sums")
"""Fields that the tables themselves tell."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """One pair of languages from one archive. Those of a family are split together."""

    family: str
    code: str
    """Codes of the two columns, as in `fr-en`."""
    format: Format
    """Of the archive: a zip of tab-separated lines, a zip of .po files, or one file of pronunciations."""
    url: str
    archive: str
    """Name of the archive on disk: that which a browser would give it."""
    licence: str
    attribution: str
    """What those who pass the corpus on must say."""
    held: int
    """Sentences held out for dev, and as many for test, where no list of pinned ones says which."""
    split: SplitBy = "sentences"
    """`words`: the first column decides alone, and all pairs of one word stay together."""
    max_length_ratio: float = 10.0
    """In characters, above 20 of them; a Chinese sentence may well be a fifth as long as its English one."""
    simplified: bool = False
    """Turn the first column into simplified Chinese characters."""
    pinned: str = ""
    """File beside the manifest that says which pairs are dev and test."""
    sha256: str = ""
    """Of the archive, where its home never changes a byte of it."""
    max_bytes: int = 100_000_000
    """An archive that is larger is refused."""
    sums: Mapping[str, str] = field(default_factory=dict)
    """Part -> sum of the pairs that published figures were measured with, and models trained on."""

    @property
    def name(self) -> str:
        """As in `tatoeba.fr-en`."""
        return f"{self.family}.{self.code}"

    def __post_init__(self) -> None:
        require_choice("format", self.format, get_args(Format))
        require_choice("split", self.split, get_args(SplitBy))
        require_range("held", self.held, 1, 1_000_000)
        require_range("max_length_ratio", self.max_length_ratio, 1.0, 1000.0)
        require_range("max_bytes", self.max_bytes, 1, 10_000_000_000)
        if not self.url.startswith(("https://", "http://")):
            raise ConfigError(
                f"`url` of {self.name} must start with https:// or http://, but is {self.url!r}."
            )
        if Path(self.archive).name != self.archive or not self.archive:
            raise ConfigError(f"`archive` of {self.name} must be a plain file name, but is {self.archive!r}.")


def read_manifest(path: Path) -> tuple[Corpus, ...]:
    """All corpora of the file; raises `ConfigError` for one that cannot be read or has unknown entries.

    A table `[family]` holds what its corpora share, a table `[family.code]` the rest."""
    try:
        families = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The list of corpora {path} cannot be read: {error}.") from error
    found: list[Corpus] = []
    for family, table in families.items():
        shared = {name: value for name, value in table.items() if not isinstance(value, dict)}
        corpora = {name: value for name, value in table.items() if isinstance(value, dict)}
        found.extend(_corpus(family, code, shared | values) for code, values in corpora.items())
    return tuple(found)


def _corpus(family: str, code: str, values: dict[str, Any]) -> Corpus:
    sums = values.pop("sums", {})
    if not isinstance(sums, dict):
        raise ConfigError(f"`sums` of {family}.{code} must be a table of parts, but is {sums!r}.")
    hints = get_type_hints(Corpus)
    known = tuple(name for name in hints if name not in _PLAIN)
    require_known(f"The corpus {family}.{code}", set(values), known)
    for name, value in values.items():
        require_type(name, value, hints[name])
    needed = ("format", "url", "archive", "licence", "attribution", "held")
    if missing := [entry.name for entry in fields(Corpus) if entry.name in set(needed) - set(values)]:
        raise ConfigError(f"The corpus {family}.{code} must have `{missing[0]}`, but has not.")
    return Corpus(family=family, code=code, sums=sums, **values)


def choose(corpora: Sequence[Corpus], names: Sequence[str]) -> tuple[Corpus, ...]:
    """Those that are named, each once, in the manifest's order: by name, by family, or `all`."""
    known = {"all", *(corpus.name for corpus in corpora), *(corpus.family for corpus in corpora)}
    if unknown := [name for name in names if name not in known]:
        raise ConfigError(
            f"The names of corpora must be among {', '.join(sorted(known))}, but one is {unknown[0]!r}."
        )
    return tuple(c for c in corpora if {"all", c.name, c.family} & set(names))
