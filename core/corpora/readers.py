"""Archives as pairs, one reader a format. Texts come as they are."""

import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from core.corpora.archive import read_members, reading
from core.corpora.gettext import read_gettext
from core.corpora.manifest import Corpus, Format
from core.errors import ArchiveError, CorpusError
from core.text.corpus import Pair

_ENTRY = re.compile(r"(?P<word>\S+?)(?:\(\d+\))? (?P<phones>[A-Z]+[0-2]?(?: [A-Z]+[0-2]?)*)(?: #.*)?")


def read_anki(path: Path) -> Iterator[Pair]:
    """The lines of manythings.org: English, other language, whose it is. The other language comes first."""
    for name, text in read_members(path, "[!_]*.txt"):
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            columns = line.rstrip("\r").split("\t")
            if len(columns) < 2:
                raise ArchiveError(f"{path}: {name}, line {number}, must have two columns, but has no tab.")
            yield Pair(columns[1], columns[0])


def read_cmudict(path: Path) -> Iterator[Pair]:
    """Words with their phonemes; a second one, `word(2)`, is one more pair. Words with digits stay out."""
    with reading(path), path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip() or line.startswith(";;;"):
                continue
            entry = _ENTRY.fullmatch(line.strip())
            if not entry:
                raise ArchiveError(
                    f"{path}, line {number}, must be a word and its phonemes, but is another thing."
                )
            if not re.search(r"\d", entry["word"]):
                yield Pair(entry["word"], entry["phones"])


READERS: dict[Format, Callable[[Path], Iterator[Pair]]] = {
    "anki": read_anki,
    "gettext": read_gettext,
    "cmudict": read_cmudict,
}


def read_corpus(corpus: Corpus, path: Path) -> Iterator[Pair]:
    """The pairs of an archive; raises `ArchiveError` for one that is broken or of another kind."""
    pairs = READERS[corpus.format](path)
    if not corpus.simplified:
        return pairs
    simplify = _simplifier()
    return (Pair(simplify(first), second) for first, second in pairs)


def require_packages(corpora: Sequence[Corpus]) -> None:
    """Raise `CorpusError` when a package that only these corpora need is missing."""
    needed = {
        "opencc": any(c.simplified for c in corpora),
        "polib": any(c.format == "gettext" for c in corpora),
    }
    for package, is_needed in needed.items():
        try:
            if is_needed:
                import_module(package)
        except ImportError as error:
            raise CorpusError(
                f"These corpora need the Python package {package}, which is not installed; "
                f"run `.venv/bin/pip install {package}` and give the same command again."
            ) from error


def _simplifier() -> Callable[[str], str]:
    import opencc  # only for Chinese: not among the requirements

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert
