"""Corrections as JSON lines and as CSV; docs/dataset.md is the contract. Knows no SQL and no path."""

import csv
import json
import re
from typing import Any, TextIO

from demo_app.store.selection import REVISED, SCHEMA_VERSION, History, Selection, plain, time_text

_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
"""Legal inside JSON text, yet `str.splitlines` and some editors would break the line there."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What spreadsheets take for a formula (owasp.org/www-community/attacks/CSV_Injection), after any quotes."""


def write_jsonl(selection: Selection, file: TextIO) -> int:
    """Write one JSON object a line and return how many. Nothing of a record or of its past is lost."""
    written = 0
    for history in selection.histories:
        file.write(json_line(_whole(history, selection.columns)))
        written += 1
    return written


def json_line(values: dict[str, Any]) -> str:
    """An object as one line, whatever takes what for the end of a line; times as `time_text`."""
    line = json.dumps(values, ensure_ascii=False, allow_nan=False, default=time_text)
    return _LINE_ENDS.sub(lambda end: f"\\u{ord(end.group()):04x}", line) + "\n"


def write_csv(selection: Selection, file: TextIO) -> int:
    """Write a header and one row a record, and return how many records.

    `file` must be open with `newline=""`. Lists and options are JSON in their cell."""
    writer = csv.writer(file)
    writer.writerow(selection.columns)
    written = 0
    for record in selection.newest():
        writer.writerow(map(_cell, plain(record, selection.columns).values()))
        written += 1
    return written


def defuse(cell: str) -> str:
    """A cell that no spreadsheet runs: a quote before what looks like a formula. `undefuse` takes it away."""
    return "'" + cell if _FORMULA.match(cell) else cell


def undefuse(cell: str) -> str:
    """The reverse of `defuse`, exactly. Example: `undefuse("'=1+1")` is "=1+1", "'tis" stays."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _whole(history: History, columns: tuple[str, ...]) -> dict[str, Any]:
    revised = [name for name in REVISED if name in columns]
    earlier = [plain(record, revised) for record in history[:-1]]
    return {"schema_version": SCHEMA_VERSION, **plain(history[-1], columns), "history": earlier}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defuse(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
