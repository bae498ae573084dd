"""Test pairs as sentences with their right answers, and outputs that were saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.errors import CorpusError
from core.text.corpus import Pair, open_text, read_pairs


@dataclass(frozen=True)
class EvaluationSet:
    """What to translate, and what is right."""

    name: str
    source: str
    target: str
    sources: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]
    """At least one a source."""

    @property
    def direction(self) -> str:
        return f"{self.source}-{self.target}"


def read_evaluation_set(
    path: Path, source: str, target: str, limit: int = 0, any_reference: bool = False
) -> EvaluationSet:
    """The pairs of a file; `limit` > 0 takes the first so many.

    `any_reference`: pairs with one source become one sentence with several right answers, in the order of
    the first. Raises `CorpusError` when the file holds no pair, or one with a blank side."""
    pairs = list(islice(read_pairs(path, source, target, refuse_blank=True), limit or None))
    if not pairs:
        raise CorpusError(f"{path.name} holds no pair of sentences.")
    rows = list(_grouped(pairs)) if any_reference else [(pair.first, (pair.second,)) for pair in pairs]
    sources, references = zip(*rows, strict=True)
    return EvaluationSet(path.name, source, target, sources, references)


def _grouped(pairs: list[Pair]) -> Iterator[tuple[str, tuple[str, ...]]]:
    answers: dict[str, list[str]] = {}
    for pair in pairs:
        answers.setdefault(pair.first, []).append(pair.second)
    return ((source, tuple(dict.fromkeys(targets))) for source, targets in answers.items())


def read_outputs(path: Path, held_out: EvaluationSet) -> list[str]:
    """One output a line for each source, plain or `.gz`; any other number of lines is a `CorpusError`."""
    with open_text(path) as file:
        texts = [line.rstrip("\r\n") for line in file]
    if len(texts) != len(held_out.sources):
        raise CorpusError(
            f"{path.name} must have one line for each of the {len(held_out.sources)} sentences of "
            f"{held_out.name}, but has {len(texts)}."
        )
    return texts
