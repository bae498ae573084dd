"""Errors against any of several right answers: of words, of phonemes. Knows no corpus."""

from collections.abc import Sequence
from typing import NamedTuple

from core.analysis.distance import edit_distance

_STRESS = str.maketrans("", "", "0123456789ˈˌ")


class Errors(NamedTuple):
    """What one answer adds to an error rate: rate = sum of edits / sum of lengths."""

    edits: int
    length: int
    """Words of the reference that was nearest."""


def count_errors(answer: Sequence[str], references: Sequence[Sequence[str]]) -> Errors:
    """Words to insert, delete or replace to reach the nearest reference (Levenshtein 1966).

    Among equally near ones the longest counts. Example: `count_errors(["a"], [["a", "b"]])` is (1, 2)."""
    counted = [Errors(edit_distance(answer, reference), len(reference)) for reference in references]
    return min(counted, key=lambda errors: (errors.edits, -errors.length))


def phones(text: str) -> tuple[str, ...]:
    """Phonemes between spaces, without stress marks: ARPAbet's digits, IPA's ˈ and ˌ.

    Example: `phones("T AH0 M EY1")` is `("T", "AH", "M", "EY")`."""
    return tuple(text.translate(_STRESS).split())
