"""Files of strangers as text, in the encodings and with the separators of spreadsheets. Knows no row."""

import codecs
import csv
from collections.abc import Callable, Iterable
from io import BufferedReader, TextIOWrapper
from itertools import chain
from typing import Any

from core.errors import InputError

_ESCAPED = range(0xDC80, 0xDD00)
"""What `surrogateescape` makes of bytes that are no UTF-8."""


def decoded(file: BufferedReader) -> TextIOWrapper:
    """The file as UTF-8, or as UTF-16 where its first two bytes say so; line ends are kept.

    Bytes that are no UTF-8 come through, so that only their row is refused: `require_decoded` finds them.
    What is no UTF-16 becomes U+FFFD."""
    # A pipe cannot be wound back.
    if file.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return TextIOWrapper(file, encoding="utf-16", errors="replace", newline="")
    return TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")


def require_decoded(*texts: str) -> None:
    """Raise `InputError` where bytes of a `decoded` file were no text."""
    for character in chain(*texts):
        if ord(character) in _ESCAPED:
            byte = ord(character) - _ESCAPED.start + 0x80
            raise InputError(f"The row must be UTF-8, but has the byte {byte:02X}; save the file as UTF-8.")


def csv_reader(lines: Iterable[str], names_columns: Callable[[list[str]], Any]) -> Any:
    """A strict `csv.reader`, by semicolons where only so the first line names columns: spreadsheets save that
    wherever numbers have a decimal comma."""
    rest = iter(lines)
    first = next(rest, "")
    is_by_comma, is_by_semicolon = (names_columns(_cells(first, sign)) for sign in ",;")
    delimiter = ";" if is_by_semicolon and not is_by_comma else ","
    return csv.reader(chain([first], rest), delimiter=delimiter, strict=True)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # of a cell that is too long
        return []
