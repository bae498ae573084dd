"""Word alignments made by people, read from a file. Knows no model."""

from dataclasses import dataclass
from pathlib import Path

from core.analysis.alignment import Links, parse_links, swapped
from core.errors import CorpusError
from core.text.corpus import is_swapped, open_text


@dataclass(frozen=True)
class TokenPair:
    """Two sentences as tokens, and what links them if somebody has said."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: Links | None
    """None when the file has no links."""
    possible: Links
    """Those that are possible without being sure."""


def read_token_pairs(path: Path, source: str, target: str) -> list[TokenPair]:
    """Pairs of sentences with spaces between tokens; a third and fourth column hold sure and possible links.

    TSV, plain or `.gz`; links as `0-1`, first column first, from 0. The name tells the languages as for
    `read_pairs`. Raises `CorpusError` with the number of a bad line, or when there is none."""
    swap = is_swapped(path, source, target)
    pairs = []
    with open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    pairs.append(_token_pair(line.rstrip("\r\n").split("\t"), swap))
                except ValueError as error:
                    raise CorpusError(f"{path.name}, line {number}, is no aligned pair: {error}") from error
    if not pairs:
        raise CorpusError(f"{path.name} holds no pair of sentences.")
    return pairs


def _token_pair(columns: list[str], swap: bool) -> TokenPair:
    if len(columns) < 2:
        raise ValueError("it must have two columns with a tab between them.")
    first, second = (tuple(text.split()) for text in columns[:2])
    sure, possible = (parse_links(text) for text in (*columns[2:4], "", "")[:2])
    for one, other in sure | possible:
        if one >= len(first) or other >= len(second):
            raise ValueError(f"the link {one}-{other} is beyond {len(first)} and {len(second)} tokens.")
    if swap:
        first, second, sure, possible = second, first, swapped(sure), swapped(possible)
    return TokenPair(first, second, sure if len(columns) > 2 else None, possible)
