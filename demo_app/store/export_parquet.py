"""Corrections as Parquet. Knows no SQL and no path; alone knows pyarrow, which need not be installed."""

import json
from datetime import datetime
from itertools import islice
from types import ModuleType
from typing import Any, BinaryIO, get_type_hints

from core.errors import ConfigError
from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import SCHEMA_VERSION, Selection

_JSON = ("checks", "edits", "options")

ROWS_PER_GROUP = 5_000
"""Held in memory at a time; readers skip and fetch whole groups."""


def write_parquet(selection: Selection, file: BinaryIO) -> int:
    """Write a typed column a field and one row a record, and return how many records.

    `options`, `checks` and `edits`, whose shape varies, are JSON texts. Without pyarrow: `ConfigError`."""
    arrow, parquet = _libraries()
    schema = _schema(arrow, selection.columns)
    records = selection.newest()
    written = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(records, ROWS_PER_GROUP)):
            table = arrow.Table.from_pylist([_row(record, selection.columns) for record in group], schema)
            writer.write_table(table)
            written += len(group)
    return written


def _libraries() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ConfigError(
            f"Parquet needs the package pyarrow, which is not installed ({error}); pip install pyarrow, or "
            "export JSON lines or CSV."
        ) from error
    return pyarrow, parquet


def _schema(arrow: Any, columns: tuple[str, ...]) -> Any:
    kinds = {
        int: arrow.int64(),
        float: arrow.float64(),
        bool | None: arrow.bool_(),
        datetime: arrow.timestamp("us", tz="UTC"),
        datetime | None: arrow.timestamp("us", tz="UTC"),
        tuple[float, ...]: arrow.list_(arrow.float64()),
        tuple[int, ...]: arrow.list_(arrow.int32()),
        tuple[str, ...]: arrow.list_(arrow.string()),
    }
    hints = get_type_hints(CorrectionRecord)
    # Literals are texts, and so is JSON.
    fields = [arrow.field(name, kinds.get(hints[name], arrow.string())) for name in columns]
    return arrow.schema(fields, metadata={"interlinear_schema_version": str(SCHEMA_VERSION)})


def _row(record: CorrectionRecord, columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in columns}
    as_json = {
        name: json.dumps(values[name], ensure_ascii=False) for name in _JSON if values.get(name) is not None
    }
    return values | as_json
