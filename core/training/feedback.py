"""What people said of translations, as fine-tuning takes it. Knows no ids and no database."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.analysis.edits import diff_words
from core.corpora.split import marks
from core.errors import CorpusError
from core.text.corpus import languages_of, open_text
from core.text.normalize import has_forbidden, normalize

Direction = tuple[str, str]
Span = tuple[int, int]

_KEYS = {
    "source": ("source", "source_text", "prompt"),
    "target": ("target", "corrected_text", "chosen"),
    "rejected": ("rejected", "machine_text"),
    "source_language": ("source_language",),
    "target_language": ("target_language",),
    "weight": ("weight",),
    "rating": ("rating",),
    "deleted": ("deleted",),
}
"""What a JSON line may call each: in one's own files, exports of the dataset, files of preferences."""


@dataclass(frozen=True)
class FeedbackExample:
    """A source with the text that it should have, and what else is known. Texts are normalised when made.

    Raises `CorpusError` for what cannot be learned from."""

    source: str
    target: str
    direction: Direction
    weight: float = 1.0
    """How far it is trusted, above 0 and at most 1: as if it were there so many times."""
    rejected: str | None = None
    """The machine's text, where a person put `target` in its place."""
    deleted: tuple[Span, ...] | None = None
    """Characters of `rejected`, from and before, that are wrong; None: what the word diff deletes."""
    rating: float | None = None
    """0 to 100, of `target` as it stands."""

    def __post_init__(self) -> None:
        if not 0 < self.weight <= 1:
            raise CorpusError(f"A weight must be above 0 and at most 1, but is {self.weight:g}; change it.")
        if self.rating is not None and not 0 <= self.rating <= 100:
            raise CorpusError(f"A rating must be between 0 and 100, but is {self.rating:g}; change it.")
        if self.deleted is not None and (self.rejected is None or not self._spans_fit(self.rejected)):
            raise CorpusError(
                f"Deleted characters must lie within the rejected text, but are {list(self.deleted)}; mark "
                "them again."
            )
        if self.deleted is not None and self.rejected is not None:
            object.__setattr__(self, "deleted", _normalized_spans(self.rejected, self.deleted))
        for name in ("source", "target", "rejected"):
            text = getattr(self, name)
            if text is not None:
                _require_usable(name, text)
                object.__setattr__(self, name, normalize(text))
        if self.rejected == self.target:
            raise CorpusError(
                f"The rejected text must differ from the target, but both are {self.target[:80]!r}; leave it "
                "out where the machine was right."
            )

    @property
    def marks(self) -> tuple[str, str]:
        """By which it is equal to others, on either side."""
        return marks(self.direction, self.source, self.target)

    def _spans_fit(self, rejected: str) -> bool:
        return all(0 <= start < end <= len(rejected) for start, end in self.deleted or ())

    @property
    def deletions(self) -> tuple[Span, ...]:
        """Characters of `rejected` that the person took away; none where nothing was rejected."""
        if self.rejected is None:
            return ()
        if self.deleted is not None:
            return self.deleted
        spans, place = [], 0
        for edit in diff_words(self.rejected, self.target):
            if edit.kind in ("delete", "replace"):
                spans.append((place, place + len(edit.before)))
            place += len(edit.before)
        return tuple(spans)


def read_feedback(path: Path, direction: Direction | None = None) -> list[FeedbackExample]:
    """A file of feedback, `.jsonl` or `.tsv`, plain or `.gz`; docs/finetune.md tells the fields.

    `direction`: of rows that do not tell their languages; else the file's name does. A rejected text that
    is the target says that the machine was right. Raises `CorpusError` with the number of a bad line."""
    is_json = ".jsonl" in path.suffixes
    examples = []
    with open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                values = _from_json(line) if is_json else _from_tsv(line)
                examples.append(_example(values, direction or _direction_of(path)))
            except (ValueError, KeyError, TypeError, CorpusError) as error:
                reason = str(error).rstrip(".")
                raise CorpusError(
                    f"{path.name}, line {number}, is no example: {reason}; correct or delete the line."
                ) from error
    return examples


def without_judged(
    examples: Iterable[FeedbackExample], judged: Iterable[FeedbackExample]
) -> list[FeedbackExample]:
    """Those without a text that is equal to one of `judged`, in whichever direction: by letters and digits,
    where every number is the same number."""
    held = {mark for one in judged for mark in one.marks}
    return [one for one in examples if held.isdisjoint(one.marks)]


def find_contradictions(examples: Iterable[FeedbackExample]) -> list[FeedbackExample]:
    """Those whose rejected text is the target of another example of the same source and direction."""
    examples = list(examples)
    wanted = {(one.source, one.direction, one.target) for one in examples}
    return [one for one in examples if (one.source, one.direction, one.rejected) in wanted]


def require_learnable(examples: Sequence[FeedbackExample], rejected: bool) -> None:
    """Raise `CorpusError` for nothing at all, and for texts both wanted and rejected if those count."""
    if not examples:
        raise CorpusError("The feedback must hold at least one example, but is empty; collect some first.")
    found = find_contradictions(examples) if rejected else []
    if found:
        raise CorpusError(
            f"No text may be both wanted and rejected for one source, but {len(found)} are, as "
            f"{found[0].rejected!r} for {found[0].source!r}; let a reviewer decide between them, or set "
            "`unlikelihood` and `preference` to 0."
        )


def feedback_digest(examples: Iterable[FeedbackExample]) -> str:
    """SHA-256 over all that is in them, in order, hex."""
    total = hashlib.sha256()
    for one in examples:
        total.update(json.dumps(vars(one), ensure_ascii=False).encode() + b"\n")
    return total.hexdigest()


def _require_usable(name: str, text: str) -> None:
    if has_forbidden(text) or not normalize(text):
        raise CorpusError(f"The {name} must be a text without control characters, but is {text[:80]!r}.")


def _normalized_spans(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Where they are once the text is normalised; gone if they held nothing but spaces."""
    whole = len(normalize(text))
    moved = [(whole - len(normalize(text[start:])), len(normalize(text[:end]))) for start, end in spans]
    return tuple((start, end) for start, end in moved if start < end)


def _direction_of(path: Path) -> Direction | None:
    try:
        return languages_of(path)
    except CorpusError:
        return None


def _from_json(line: str) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError("it must be an object")
    return {
        name: next((row[key] for key in keys if row.get(key) is not None), None)
        for name, keys in _KEYS.items()
    }


def _from_tsv(line: str) -> dict[str, Any]:
    """Source, target, and where they are there: rejected, both languages, weight, rating."""
    columns = line.rstrip("\r\n").split("\t")
    names = ("source", "target", "rejected", "source_language", "target_language", "weight", "rating")
    values: dict[str, Any] = {name: text or None for name, text in zip(names, columns, strict=False)}
    for name in ("weight", "rating"):
        if values.get(name) is not None:
            values[name] = float(values[name])
    return values


def _example(values: dict[str, Any], direction: Direction | None) -> FeedbackExample:
    for name in ("source", "target"):
        if not isinstance(values.get(name), str):
            raise TypeError(f"the text `{name}` is missing")
    languages = values.get("source_language"), values.get("target_language")
    if all(isinstance(code, str) and re.fullmatch(r"[a-z]{2,16}", code) for code in languages):
        direction = (str(languages[0]), str(languages[1]))
    if direction is None:
        raise ValueError("neither it nor the file's name tells the languages")
    rejected = values.get("rejected")
    if rejected is not None and normalize(rejected) == normalize(values["target"]):
        rejected = None
    deleted = values.get("deleted")
    weight, rating = values.get("weight"), values.get("rating")
    return FeedbackExample(
        values["source"],
        values["target"],
        direction,
        1.0 if weight is None else _number("weight", weight),
        rejected,
        None if deleted is None or rejected is None else tuple((int(a), int(b)) for a, b in deleted),
        None if rating is None else _number("rating", rating),
    )


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"`{name}` must be a number, but is {value!r}")
    return float(value)
