"""Files of texts to annotate, read a row at a time: good rows and bad ones. Knows no SQL and no model.

Memory does not grow with the file: a line that is longer than any text may be is not held."""

import csv
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any, TextIO

from core.config import require_choice
from core.errors import InputError, StoreUnavailableError
from core.text.normalize import require_text
from demo_app.services.tmx import read_tmx
from demo_app.store.export import undefuse
from demo_app.store.import_pairs import numbered_rows
from demo_app.store.project_records import NewItem, Output
from demo_app.store.search import require_storable
from demo_app.store.text_files import csv_reader, decoded, require_decoded

ENDINGS = (".txt", ".csv", ".tsv", ".jsonl", ".tmx")
MAX_LINE_CHARS = 1_000_000
MAX_CANDIDATES = 8

Row = tuple[int, NewItem | InputError]
"""The line that it begins on, and what it says or what is wrong with it."""
TellBytes = Callable[[int, int], None]
"""Told how many bytes were read, of how many."""

_SOURCE = ("source", "source_text", "text", "segment")
_REFERENCE = ("reference", "gold")
_CANDIDATE = re.compile(r"(candidate|translation|machine|hypothesis)(_text)?([ _]?(\d+|[a-z]))?")
"""Names of columns: `candidate_2` and `machine_text` too, but not `translation_id` of our own exports."""


def read_segments(path: Path, direction: tuple[str, str], told: TellBytes) -> Iterator[Row]:
    """The rows of a file, told apart by its ending. `direction`: of TMX, which holds many languages.

    Raises `ConfigError` for another ending, `StoreUnavailableError` for a file that cannot be read."""
    require_choice("ending of the file", path.suffix.lower(), ENDINGS)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            for row in _rows(file, path.suffix.lower(), direction):
                yield row
                told(min(file.tell(), size), size)
            told(size, size)
    except OSError as error:
        raise StoreUnavailableError(f"{path} must be readable, but is not ({error.strerror}).") from error


def _rows(file: BufferedReader, ending: str, direction: tuple[str, str]) -> Iterator[Row]:
    if ending == ".tmx":
        for line, unit in read_tmx(file, *direction):
            if isinstance(unit, InputError):
                yield line, unit
            else:
                yield line, _tried(line, unit.source, [("tmx", text) for text in unit.targets])
        return
    with decoded(file) as text:
        yield from _READERS[ending](text)


def _read_txt(file: TextIO) -> Iterator[Row]:
    """A line each; blank ones are left out."""
    for number, line in _lines(file):
        if isinstance(line, InputError):
            yield number, line
        elif line.strip():
            yield number, _tried(number, line.strip())


def _read_jsonl(file: TextIO) -> Iterator[Row]:
    for number, line in _lines(file):
        if isinstance(line, InputError):
            yield number, line
        elif line.strip():
            yield number, _from_json(number, line)


def _read_tsv(file: TextIO) -> Iterator[Row]:
    """No quotes, one row a line."""
    rows: Iterator[tuple[int, list[str] | InputError]] = (
        (number, line if isinstance(line, InputError) else line.rstrip("\r\n").split("\t"))
        for number, line in _lines(file)
    )
    return _table(rows)


def _read_csv(file: TextIO) -> Iterator[Row]:
    """The csv module refuses a cell of more than 131,072 characters, so no quote left open swallows all."""
    refused = "x" * (csv.field_size_limit() + 1)
    whole = (line if isinstance(line, str) else refused for _, line in _lines(file))
    return _table(_undefused(csv_reader(whole, _header)))


_READERS: Mapping[str, Callable[[TextIO], Iterator[Row]]] = {
    ".txt": _read_txt,
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".jsonl": _read_jsonl,
}


def _lines(file: TextIO) -> Iterator[tuple[int, str | InputError]]:
    number = 0
    while line := file.readline(MAX_LINE_CHARS):
        number += 1
        if len(line) < MAX_LINE_CHARS:
            yield number, line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(MAX_LINE_CHARS)
        yield number, InputError(f"A line may have at most {MAX_LINE_CHARS:,} characters; divide it.")


def _undefused(reader: Any) -> Iterator[tuple[int, list[str] | InputError]]:
    """Rows with the line on which they begin, as they were before our export."""
    for line, row in numbered_rows(reader):
        yield line, row if isinstance(row, InputError) else [undefuse(cell) for cell in row]


def _table(rows: Iterator[tuple[int, list[str] | InputError]]) -> Iterator[Row]:
    """Cells as items. The first row names the columns if one of its names is that of the source; without
    names, the first column is the source and the others are candidates."""
    names: list[str] | None = None
    for place, (line, row) in enumerate(rows):
        if isinstance(row, InputError):
            yield line, row
        elif place == 0 and (header := _header(row)):
            names = header
        elif any(cell.strip() for cell in row):
            yield line, _from_cells(line, row, names)


def _header(row: list[str]) -> list[str] | None:
    cells = [cell.strip().lower() for cell in row]
    return cells if len([cell for cell in cells if cell in _SOURCE]) == 1 else None


def _from_cells(line: int, row: list[str], names: list[str] | None) -> NewItem | InputError:
    if names is None:
        return _tried(line, row[0], [(f"column {n}", cell) for n, cell in enumerate(row[1:], start=2)])
    if len(row) != len(names):
        return InputError(f"The row must have {len(names)} columns, as the first one, but has {len(row)}.")
    cells = list(zip(names, row, strict=True))
    source = next(cell for name, cell in cells if name in _SOURCE)
    candidates = [(name, cell) for name, cell in cells if _CANDIDATE.fullmatch(name)]
    reference = next((cell for name, cell in cells if name in _REFERENCE), "")
    return _tried(line, source, candidates, {"text": reference} if reference.strip() else None)


def _from_json(line: int, text: str) -> NewItem | InputError:
    try:
        values = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return InputError(f"The line must be JSON, but is not ({error}).")
    if not isinstance(values, dict):
        return InputError("The line must be a JSON object, but is not.")
    source = next((values[name] for name in _SOURCE if name in values), None)
    if not isinstance(source, str):
        return InputError("The line must have a text `source`, but has not.")
    candidates = _candidates(values)
    if isinstance(candidates, InputError):
        return candidates
    gold = values.get("gold", values.get("reference"))
    if gold is not None and not isinstance(gold, str | dict):
        return InputError("`gold` must be a text or an object, but is neither.")
    return _tried(line, source, candidates, {"text": gold} if isinstance(gold, str) else gold)


def _candidates(values: dict[str, Any]) -> list[tuple[str, str]] | InputError:
    """The list, and after it what is named as a column of a table would be."""
    listed = values.pop("candidates", [])  # which reads as such a name, too
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return InputError("`candidates` must be a list of texts, but is not.")
    named = [(name, one) for name, one in values.items() if _CANDIDATE.fullmatch(name.lower())]
    for name, one in named:
        if not isinstance(one, str | None):
            return InputError(f"`{name}` must be a text, but is not; several stand in a list `candidates`.")
    return [
        *((f"candidate {n}", one) for n, one in enumerate(listed, start=1)),
        *((name, one) for name, one in named if one is not None),
    ]


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _tried(
    line: int,
    source: str,
    candidates: Sequence[tuple[str, str]] = (),
    gold: dict[str, Any] | None = None,
) -> NewItem | InputError:
    """The item, if every text in it can be kept. `candidates`: name and text; empty ones are left out."""
    given = [Output(text=text.strip(), made_by=name) for name, text in candidates if text.strip()]
    if len(given) > MAX_CANDIDATES:
        return InputError(f"A row may have at most {MAX_CANDIDATES} candidates, but has {len(given)}.")
    try:
        for text in (source, *(one.text for one in given)):
            require_decoded(text)
            require_text(text)
        require_storable(json.dumps(gold, ensure_ascii=False, allow_nan=False))
    except InputError as error:
        return error
    except (ValueError, RecursionError):  # 1e999 is JSON, and more than a number can be.
        return InputError(
            "`gold` must have finite numbers and be nested no deeper than needed, but is not so."
        )
    return NewItem(line=line, source_text=source.strip(), candidates=tuple(given), gold=gold)
