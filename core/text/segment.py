"""A text as segments: the units that are translated one by one, about a sentence each."""

import re

from core.text.normalize import normalize

_ABBREVIATIONS = frozenset(
    "m mm mr mrs ms dr prof st ste mme mlle me no p pp vol fig art cf ca env etc e.g i.e z.b d.h bzw usw "
    "vgl nr str jr sr inc ltd co sra sres ee.uu vs hr fr".split()
)
_CLOSERS = "\"'”»)\\]』」"
_BOUNDARY = re.compile(
    # a Latin sentence end, then no lower case
    rf"(?P<mark>[.!?…]+(?: »|[{_CLOSERS}])*)(?P<gap> +)(?=[\"'“«(¿¡\[]*[^\W_a-z])"
    rf"|(?P<cjk>[。！？｡]+[{_CLOSERS}]*)(?P<cjk_gap> *)(?=.)"
)
_LAST_WORD = re.compile(r"(\S+)$")


def split_segments(text: str) -> list[tuple[str, str]]:
    """(segment, separator) pairs of the normalised text; joining all of them gives it back.

    Lines always end a segment; within a line, sentence marks do when no lower-case letter follows and no
    known abbreviation or single initial stands before. A blank text has no segments."""
    pairs: list[tuple[str, str]] = []
    for line, newlines in re.findall(r"([^\n]+)(\n*)", normalize(text)):
        sentences = _split_line(line)
        sentences[-1] = (sentences[-1][0], newlines)
        pairs.extend(sentences)
    return pairs


def _split_line(line: str) -> list[tuple[str, str]]:
    pairs, start = [], 0
    for match in _BOUNDARY.finditer(line):
        if match["mark"] == "." and _is_abbreviation(line[start : match.start()]):
            continue
        end = match.end("mark") if match["mark"] else match.end("cjk")
        pairs.append((line[start:end], line[end : match.end()]))
        start = match.end()
    return [*pairs, (line[start:], "")]


def _is_abbreviation(before: str) -> bool:
    found = _LAST_WORD.search(before)
    word = found.group(1).lstrip("(\"'«“") if found else ""
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word != "I")
