"""Corrections as JSON lines and as CSV; docs/dataset.md is the contract. Knows no SQL and no path."""

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TextIO

from demo_app.store.records import CorrectionRecord

SCHEMA_VERSION = 1
"""Goes up when a field changes its meaning or goes away; new fields alone do not raise it."""

COLUMNS = tuple(field.name for field in fields(CorrectionRecord))

_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
"""Legal inside JSON text, yet `str.splitlines` and some editors would break the line there."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What spreadsheets take for a formula (owasp.org/www-community/attacks/CSV_Injection), after any quotes."""


def write_jsonl(rows: Iterable[CorrectionRecord], file: TextIO) -> int:
    """Write one JSON object a line and return how many. Nothing of a record is lost."""
    written = 0
    for row in rows:
        values = {"schema_version": SCHEMA_VERSION, **_plain(row)}
        line = json.dumps(values, ensure_ascii=False, allow_nan=False)
        file.write(_LINE_ENDS.sub(lambda end: f"\\u{ord(end.group()):04x}", line) + "\n")
        written += 1
    return written


def write_csv(rows: Iterable[CorrectionRecord], file: TextIO) -> int:
    """Write a header and one row a record, and return how many records.

    `file` must be open with `newline=""`. Lists and options are JSON in their cell."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    written = 0
    for row in rows:
        writer.writerow(map(_cell, _plain(row).values()))
        written += 1
    return written


def defuse(cell: str) -> str:
    """A cell that no spreadsheet runs: a quote before what looks like a formula. `undefuse` takes it away."""
    return "'" + cell if _FORMULA.match(cell) else cell


def undefuse(cell: str) -> str:
    """The reverse of `defuse`, exactly. Example: `undefuse("'=1+1")` is "=1+1", "'tis" stays."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _plain(row: CorrectionRecord) -> dict[str, Any]:
    return {name: _time(value) if isinstance(value, datetime) else value for name, value in vars(row).items()}


def _time(value: datetime) -> str:
    """UTC, always with microseconds, so that text order is time order."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defuse(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
