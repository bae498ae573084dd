"""Ratings, comparisons and chosen words as JSON lines, with all that they are about.

Knows no SQL and no path. `import_judgements` reads them back."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TextIO

from demo_app.store.export import json_line
from demo_app.store.judged_records import Whole, WholeChoice
from demo_app.store.selection import SCHEMA_VERSION


def write_judgements(judged: Iterable[Whole], file: TextIO) -> int:
    """Write one JSON object a line and return how many. Nothing of a judgement or of its past is lost."""
    written = 0
    for whole in judged:
        kind = "choice" if isinstance(whole, WholeChoice) else whole.history[-1].kind
        file.write(json_line({"schema_version": SCHEMA_VERSION, "kind": kind, **asdict(whole)}))
        written += 1
    return written
