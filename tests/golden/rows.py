"""Golden rows: a sentence, the model's translation by beam 5, its score."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import cycle, islice
from pathlib import Path

from core.options import BeamOptions
from core.translator import Translator
from tests.sources import ROOT

FOLDER = Path(__file__).parent
MODELS = ROOT / "assets" / "models"
COUNT = 20
"""Rows of a model."""


@dataclass(frozen=True)
class Row:
    """One line of `NAME.tsv`."""

    source: str
    target: str
    text: str
    translation: str
    score: float


def shipped_names() -> list[str]:
    """Every folder of models that has one."""
    return sorted(path.parent.name for path in MODELS.glob("*/config.json"))


def read_rows(name: str) -> list[Row]:
    """What `NAME.tsv` pins."""
    found = []
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        source, target, text, translation, score = line.split("\t")
        found.append(Row(source, target, text, translation, float(score)))
    return found


def write_rows(name: str, rows: Sequence[Row]) -> Path:
    path = FOLDER / f"{name}.tsv"
    lines = ("\t".join(map(str, astuple(row))) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def make_rows(translator: Translator) -> list[Row]:
    """`COUNT` rows, spread over the model's directions, each with sentences that the others do not have.

    Raises `ValueError` when `sentences.tsv` has too few for the languages."""
    chosen = list(islice(_sentences(translator.directions), COUNT))
    if len(chosen) < COUNT:
        raise ValueError(f"sentences.tsv must have {COUNT} sentences for the model, but has {len(chosen)}.")
    rows = []
    for source, target in translator.directions:
        texts = [text for *direction, text in chosen if direction == [source, target]]
        for item in translator.translate_segments(texts, source, target, BeamOptions()):
            rows.append(Row(source, target, item.source_text, item.best.text, round(item.best.score, 4)))
    return rows


def _sentences(directions: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(source, target, text), the directions in turn, until a language has no sentence left."""
    lines = (FOLDER / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    left = {source: iter([text for code, text in pairs if code == source]) for source, _ in directions}
    for source, target in cycle(directions):
        if (text := next(left[source], None)) is None:
            return
        yield source, target, text
