"""The files that corrections go into, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from demo_app.store.export import write_csv, write_jsonl
from demo_app.store.export_judgements import write_judgements
from demo_app.store.export_pairs import write_preferences, write_tsv
from demo_app.store.export_parquet import write_parquet
from demo_app.store.export_ratings import write_esa
from demo_app.store.export_tmx import write_tmx
from demo_app.store.selection import Selection

Write = Callable[[Selection, BinaryIO], int]
"""Writes everything as it comes, and returns how many rows."""


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    ending: str
    """Of a file's name, without the dot."""
    write: Write


def as_text(write: Callable[[Selection, TextIO], int]) -> Write:
    """UTF-8 with line ends as they are written."""

    def write_bytes(selection: Selection, file: BinaryIO) -> int:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            return write(selection, text)
        finally:
            text.detach()  # Writes what is held back; whoever opened the file closes it.

    return write_bytes


def _write_ratings(selection: Selection, file: TextIO) -> int:
    return write_esa(selection.ratings, file, vintage=selection.vintage)


def _write_judged(selection: Selection, file: TextIO) -> int:
    return write_judgements(selection.judged, file)


FORMATS = {
    "jsonl": Format("jsonl", as_text(write_jsonl)),
    "csv": Format("csv", as_text(write_csv)),
    "tsv": Format("tsv", as_text(write_tsv)),
    "tmx": Format("tmx", as_text(write_tmx)),
    "parquet": Format("parquet", write_parquet),
    "preferences": Format("preferences.jsonl", as_text(write_preferences)),
}
"""Of corrections."""
BESIDE = {
    "ratings": Format("ratings.jsonl", as_text(_write_ratings)),
    "judgements": Format("judgements.jsonl", as_text(_write_judged)),
}
"""Of what is not about corrections."""


def format_of(kind: str) -> Format:
    """Of either; raises `KeyError`."""
    return FORMATS[kind] if kind in FORMATS else BESIDE[kind]
