"""Files of sentence pairs, read as first revisions of corrections. Knows no SQL."""

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from core.errors import InputError
from core.signature import VERSION
from demo_app.store.correction_rows import measured
from demo_app.store.export import undefuse
from demo_app.store.records import UNCHECKED, Assessment, CorrectionRecord, Verdict
from demo_app.store.text_files import csv_reader, require_decoded

MODEL_ID = "imported"
"""In place of a model: which one wrote the machine's text is not known."""

_NAMES = {"source": "source_text", "corrected": "corrected_text", "machine": "machine_text"}
_ORDER = ("source_text", "corrected_text", "machine_text", "source_language", "target_language")
"""Of the columns of a file without a header."""
_NEEDED = {"source_text", "corrected_text"}
_LANGUAGE = re.compile("[A-Za-z0-9_]{1,16}(-[A-Za-z0-9_]{1,16})*")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One row of a file."""

    source_text: str
    corrected_text: str
    machine_text: str = ""
    """Empty where it is not known."""
    source_language: str
    target_language: str
    id: str = ""
    """Of the correction that the row was exported from, if the file says."""

    @property
    def verdict(self) -> Verdict:
        return "right" if self.corrected_text == self.machine_text else "corrected"


def read_csv(file: TextIO, direction: tuple[str, str] | None) -> Iterator[tuple[int, Pair | InputError]]:
    """(line, pair or what is wrong with it) of a CSV; `file` must be open with `newline=""`.

    Columns by a header of names as in an export, else in the order source, corrected, machine, languages.
    `direction` is that of rows that do not say theirs."""
    return _pairs(numbered_rows(csv_reader(file, _header)), direction, defused=True)


def read_tsv(file: TextIO, direction: tuple[str, str] | None) -> Iterator[tuple[int, Pair | InputError]]:
    """The same for a TSV: no quotes, one row a line."""
    rows: Iterator[tuple[int, list[str] | InputError]] = (
        (number, line.rstrip("\r\n").split("\t")) for number, line in enumerate(file, start=1)
    )
    return _pairs(rows, direction, defused=False)


def to_record(pair: Pair, now: datetime, assessed: Assessment = UNCHECKED) -> CorrectionRecord:
    """A first revision. Its id is made of what it says, so that no pair comes in twice."""
    said = (
        pair.source_language,
        pair.target_language,
        pair.source_text,
        pair.machine_text,
        pair.corrected_text,
    )
    id_ = pair.id or hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]
    return CorrectionRecord(
        id=id_,
        revision=1,
        translation_id=id_,
        segment_index=0,
        hypothesis_index=0,
        source_language=pair.source_language,
        target_language=pair.target_language,
        source_text=pair.source_text,
        machine_text=pair.machine_text,
        corrected_text=pair.corrected_text,
        verdict=pair.verdict,
        status=assessed.status,
        checks=assessed.checks,
        **measured(pair.machine_text, pair.corrected_text),
        score=0.0,
        model_id=MODEL_ID,
        options={},
        source_ids=(),
        target_ids=(),
        n_best=(pair.machine_text,) if pair.machine_text else (),
        duration_s=0.0,
        user_id=None,
        revised_by=None,
        app_version=VERSION,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )


def numbered_rows(reader: Any) -> Iterator[tuple[int, list[str] | InputError]]:
    """Rows of a `csv.reader` with the line on which they begin; a row that is no CSV is an error."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except csv.Error as error:
            yield line, InputError(f"The row must be CSV, but is not ({error}).")
        except StopIteration:
            return


def _pairs(
    rows: Iterator[tuple[int, list[str] | InputError]], direction: tuple[str, str] | None, *, defused: bool
) -> Iterator[tuple[int, Pair | InputError]]:
    """The rows as pairs; a header is read and left out, blank rows are left out."""
    names: Sequence[str] = _ORDER
    for place, (line, row) in enumerate(rows):
        if isinstance(row, InputError):
            yield line, row
        elif place == 0 and (header := _header(row)):
            names = header
        elif any(cell.strip() for cell in row):
            values = dict(zip(names, map(undefuse, row) if defused else row, strict=False))
            try:
                yield line, _pair(values, direction)
            except InputError as error:
                yield line, error


def _header(row: list[str]) -> list[str] | None:
    """The names of the columns, if the row is no pair but names them."""
    cells = [cell.strip().lower() for cell in row]
    names = [_NAMES.get(cell, cell) for cell in cells]
    return names if set(names) >= _NEEDED else None


def _pair(values: dict[str, str], direction: tuple[str, str] | None) -> Pair:
    if not set(values) >= _NEEDED:
        raise InputError("The row must have a source and a corrected text, but has fewer columns.")
    require_decoded(*values.values())
    source, target = (values.get(name, "").strip() for name in ("source_language", "target_language"))
    if not (source and target):
        if not direction:
            raise InputError(
                "The row must say its languages, in two columns or by --direction, but does not."
            )
        source, target = direction
    for code in (source, target):
        if not _LANGUAGE.fullmatch(code):
            raise InputError(f"A language must be a code such as fr or zh-CN, but is {code[:40]!r}.")
    texts = {
        name: values[name] for name in ("source_text", "corrected_text", "machine_text") if name in values
    }
    return Pair(**texts, source_language=source, target_language=target, id=values.get("id", ""))
