"""JSON lines of `export.write_jsonl`, read back. Knows no SQL."""

import json
from array import array
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, BinaryIO, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.analysis.edits import apply_operations
from core.errors import ConfigError, InputError
from demo_app.store.records import CorrectionRecord
from demo_app.store.search import require_storable
from demo_app.store.selection import REVISED, SCHEMA_VERSION, History

_T = TypeVar("_T")
MAX_WHOLE = 2**31 - 1
"""What a column of whole numbers holds in every database."""


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number, line) from the last to the first, for an export begins with the newest; blank ones left out.

    Holds eight bytes a line."""
    starts = array("q", [0])
    for line in file:
        starts.append(starts[-1] + len(line))
    for number in range(len(starts) - 1, 0, -1):
        file.seek(starts[number - 1])
        line = file.read(starts[number] - starts[number - 1])
        if line.strip():
            yield number, line


def read_object(line: bytes) -> dict[str, Any]:
    """The object on one line, of this version; `InputError` says what is wrong with it."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError too
        raise InputError(f"The line must be JSON in UTF-8, but is not ({error}).") from error
    if not isinstance(values, dict) or values.get("schema_version") != SCHEMA_VERSION:
        raise InputError(f"The line must be an object with `schema_version` {SCHEMA_VERSION}, but is not.")
    return values


def read_history(line: bytes) -> History:
    """The revisions of the correction on one line; `InputError` says what is wrong with it."""
    values = read_object(line)
    earlier = values.pop("history", None)
    if not isinstance(earlier, list) or not all(isinstance(one, dict) for one in earlier):
        raise InputError("`history` must be the list of the earlier revisions, but is not.")
    revised = ({name: one[name] for name in REVISED if name in one} for one in earlier)
    history = tuple(_checked(validated(_adapter(), {**values, **one})) for one in (*revised, {}))
    if [record.revision for record in history] != list(range(1, len(history) + 1)):
        raise InputError("`history` must hold every revision from 1 to the one before this, but does not.")
    return history


def validated(adapter: TypeAdapter[_T], values: dict[str, Any]) -> _T:
    """The record with these values; `InputError` says what is wrong with them."""
    try:
        return adapter.validate_json(json.dumps(values, allow_nan=False), strict=True)
    except ValidationError as error:
        raise InputError(_first_mistake(error)) from error
    except ConfigError as error:  # of a record that looks at its own values
        raise InputError(str(error)) from error
    except (ValueError, RecursionError) as error:  # of `dumps`, wherever in the line
        raise InputError(
            "All numbers must be finite, and no value deeply nested, but one is not so."
        ) from error


@cache
def _adapter() -> TypeAdapter[CorrectionRecord]:
    return TypeAdapter(CorrectionRecord)


def _first_mistake(error: ValidationError) -> str:
    mistake = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, mistake["loc"]))
    return f"`{place}`: {mistake['msg']}." if place else f"{mistake['msg']}."


def _checked(record: CorrectionRecord) -> CorrectionRecord:
    """The record, if every database can hold it and nothing in it contradicts itself."""
    check_values(record)
    if not record.id or not record.translation_id:
        raise InputError("`id` and `translation_id` must not be empty.")
    if record.verdict == "right" and record.corrected_text != record.machine_text:
        raise InputError(
            "`verdict` must be corrected where the text differs from the machine's, but is right."
        )
    if record.edits is not None and not _leads(record):
        raise InputError("`edits` must lead from the machine's text to the corrected one, but do not.")
    return record


def _leads(record: CorrectionRecord) -> bool:
    """Whether its edits make the one text of the other."""
    try:
        return apply_operations(record.machine_text, record.edits or ()) == record.corrected_text
    except (KeyError, TypeError):
        return False


def check_values(value: Any) -> None:
    """Raise `InputError` for what not every database can hold in a record, or in those that it is made of."""
    if is_dataclass(value):
        value = tuple(vars(value).values())
    if isinstance(value, tuple):
        for one in value:
            check_values(one)
    elif isinstance(value, datetime):
        if value.tzinfo is None or not 1 < value.year < 9999:
            raise InputError(f"A time must know its zone and be of this age, but is {value.isoformat()}.")
    elif isinstance(value, int) and not 0 <= value <= MAX_WHOLE:
        raise InputError(f"A whole number must be from 0 to {MAX_WHOLE:,}, but is {value}.")
    else:
        _check_texts(value)


def _check_texts(value: Any) -> None:
    """The same of a text, and of those in what is kept as JSON, where numbers may be large."""
    if isinstance(value, str):
        require_storable(value)
    elif isinstance(value, dict | list):
        for one in (*value, *value.values()) if isinstance(value, dict) else value:
            _check_texts(one)
