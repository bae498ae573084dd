"""Files of sentence pairs, read as streams. Knows no ids."""

import gzip
import json
import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import IO, NamedTuple
from unicodedata import east_asian_width

from core.errors import CorpusError
from core.text.normalize import has_forbidden, normalize

logger = logging.getLogger(__name__)
_LANGUAGES_IN_NAME = re.compile(r"(?:^|[._])([a-z]{2,3})-([a-z]{2,3})(?=[._]|$)")
_SIDES_IN_NAME = re.compile(r"[._]([a-z]{2,16})-([a-z]{2,16})(?=[._]|$)")
"""Sides of a task that is not translation, as in `cmudict.word-phones.tsv`; the first part is a title."""
_MAX_LENGTH_RATIO = 4.0  # of lengths above 20: beyond it pairs are misaligned more often than not
_LETTERS_OF_A_WIDE_CHARACTER = 3


class Pair(NamedTuple):
    """One sentence in two languages."""

    first: str
    second: str


def languages_of(path: Path) -> tuple[str, str]:
    """Codes of the two columns, from a file name such as `tatoeba.fr-en.train.tsv.gz`."""
    found = _LANGUAGES_IN_NAME.search(path.name) or _SIDES_IN_NAME.search(path.name)
    if not found:
        raise CorpusError(
            f"The file name must tell its languages (as in `talks.fr-en.tsv`), but is {path.name!r}."
        )
    return found.group(1), found.group(2)


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """A UTF-8 text file, plain or gzip by its ending `.gz`; raises `CorpusError` when it cannot be read."""
    try:
        opener = (
            gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
        )
        with opener as file:
            yield file
    except UnicodeDecodeError as error:
        number = _first_line_not_utf_8(path)
        raise CorpusError(
            f"{path.name}, line {number}, must be UTF-8 text, but is not; save the file in that encoding."
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _first_line_not_utf_8(path: Path) -> int:
    """Counted from 1; text is decoded many lines at once, so that the error itself does not tell."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as raw:
        return 1 + sum(1 for _ in takewhile(lambda line: line.decode(errors="ignore").encode() == line, raw))


def read_pairs(
    path: Path, source: str | None = None, target: str | None = None, refuse_blank: bool = False
) -> Iterator[Pair]:
    """Stream the pairs of a TSV (first two columns) or JSONL file, plain or gzip.

    With `source` and `target`, pairs come in that order: the file's name, or a JSONL row's keys, tell which
    column is which; a name without languages is taken to be in the order asked for. A JSONL row has either
    language codes or `source` and `target` as keys. `refuse_blank`: a pair with a blank side is a bad line.
    Raises `CorpusError` with the number of a bad line."""
    swap = bool(source and target and is_swapped(path, source, target))
    is_json = ".jsonl" in path.suffixes
    with open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                if is_json:
                    pair = _from_json(line, source or languages_of(path)[0], target or languages_of(path)[1])
                else:
                    first, second = _from_tsv(line)
                    pair = Pair(second, first) if swap else Pair(first, second)
                if refuse_blank and not all(map(normalize, pair)):
                    raise ValueError("both texts must hold something, but one is blank")
                yield pair
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(
                    f"{path.name}, line {number}, is not a pair of sentences: {_reason(error)}; "
                    "correct or delete the line."
                ) from error


def is_swapped(path: Path, source: str, target: str) -> bool:
    """Whether the name says that the columns stand the other way round; `CorpusError` for other languages."""
    parts = re.split(r"[._]", path.name)
    if f"{source}-{target}" in parts or f"{target}-{source}" in parts:
        return f"{source}-{target}" not in parts
    if found := _LANGUAGES_IN_NAME.search(path.name):
        raise CorpusError(
            f"{path.name} holds {found[1]} and {found[2]}, but {source} and {target} were asked for."
        )
    return False


def _from_tsv(line: str) -> tuple[str, str]:
    columns = line.rstrip("\r\n").split("\t")
    if len(columns) < 2:
        raise ValueError("two texts must stand there with a tab between them, but there is no tab")
    return columns[0], columns[1]


def _reason(error: Exception) -> str:
    """What is wrong with a line, in words."""
    if isinstance(error, KeyError):
        return f"the key {error} is missing"
    return "it holds half of a surrogate pair" if isinstance(error, UnicodeEncodeError) else str(error)


def _from_json(line: str, first: str, second: str) -> Pair:
    row = json.loads(line)
    keys = (first, second) if first in row else ("source", "target")
    pair = Pair(row[keys[0]], row[keys[1]])
    if not all(isinstance(text, str) for text in pair):
        raise TypeError("texts must be strings")
    "".join(pair).encode()  # JSON can spell surrogates that no text may hold: UnicodeEncodeError
    return pair


def length_in_letters(text: str) -> int:
    """Characters, but those of Chinese, Japanese and Korean for as many as it takes to write them in letters.

    Over 56,174 Chinese sentences and their English the mean ratio of lengths is 3.3 without this."""
    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide * (_LETTERS_OF_A_WIDE_CHARACTER - 1)


def clean_pairs(pairs: Iterator[Pair], remembered: int = 0) -> Iterator[Pair]:
    """Normalised pairs without blanks, control characters, repetitions and wildly different lengths.

    The log tells how many have a blank side: a column may be missing. `remembered`: pairs after which those
    seen are forgotten, so that memory does not grow; 0: never."""
    seen: set[int] = set()
    blank = 0
    for pair in pairs:
        if remembered and len(seen) >= remembered:
            seen.clear()
        first, second = normalize(pair.first), normalize(pair.second)
        shorter, longer = sorted((length_in_letters(first), length_in_letters(second)))
        key = hash((first, second))
        blank += not shorter
        if not shorter or key in seen or (longer > 20 and longer > _MAX_LENGTH_RATIO * shorter):
            continue
        if has_forbidden(first) or has_forbidden(second):
            continue
        seen.add(key)
        yield Pair(first, second)
    if blank:
        logger.warning("left out %d pairs with a blank side", blank)
