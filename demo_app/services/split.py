"""Which corrections are learned from, and which are kept to judge by. Knows no SQL and no model.

**Equal** are two texts of one language with the same letters and digits: case, punctuation, spaces, accents'
encoding and full width do not count (NFKC, case folded), and every number is the same number. **Near** are
texts that share 60 % of their runs of five characters (`core.text.near_duplicates`).

**The split.** A record is held out if the hash of its own source says so, and by nothing else: so whatever
else is added, removed or filtered, it is never learned from later, nor is one that was learned from ever
held out. Records that are equal or near on either side, directly or through others, form a component
(union-find). Where a component has a held-out record, its other records are **dropped**: neither learned from
nor judged by. This is the price when two components grow together, and the held-out side wins; of 3,000
captions it is 2 records, of 3,000 sentences of Tatoeba 17 (docs/learning-loop.md).

**Repetition.** Of records that are equal on both sides the first counts, so that one sentence sent 10,000
times is one."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.config import require_range
from core.corpora.split import marks
from core.text.near_duplicates import near_duplicates

HELD_OUT_SHARE = 0.2


@dataclass(frozen=True, kw_only=True)
class Example:
    """One correction, preference or rating, as far as it is learned from."""

    id: str
    source_language: str
    target_language: str
    source: str
    target: str
    """What a person held to be right."""
    rejected: str = ""
    """What the machine had written, where it was changed."""
    weight: float = 1.0
    """Trust in whoever wrote it."""
    rating: float | None = None
    """0 to 100, of a target that a machine wrote."""
    is_judged: bool = False
    """Whether a person judged the target, but did not write it: such are learned from, never judged by."""

    @property
    def marks(self) -> tuple[str, str]:
        """By which it is equal to others, on either side."""
        return marks((self.source_language, self.target_language), self.source, self.target)


@dataclass(frozen=True)
class Split:
    """Every record is in exactly one of the four; in the order in which they came."""

    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    dropped: tuple[Example, ...]
    """Too like a held-out one to be learned from."""
    repeated: tuple[Example, ...]
    """Equal to an earlier one on both sides."""


def split(records: Iterable[Example], share: float = HELD_OUT_SHARE, salt: str = "") -> Split:
    """Without a leak, and the same for a record whatever else there is. `share`: of sources held out, 0 to 1.

    With another `salt` others are held out: so what is learned from can be split once more. Raises
    `ConfigError` for a share that is none."""
    require_range("share", share, 0, 1)
    first, repeated = _without_repetition(records)
    components = _components([one.marks for one in first])
    held = [_is_held_out(one, share, salt) for one in first]
    tainted = {component for component, is_held in zip(components, held, strict=True) if is_held}
    parts: dict[str, list[Example]] = {"train": [], "held_out": [], "dropped": []}
    for one, component, is_held in zip(first, components, held, strict=True):
        side = "held_out" if is_held else "dropped" if component in tainted else "train"
        parts[side].append(one)
    return Split(tuple(parts["train"]), tuple(parts["held_out"]), tuple(parts["dropped"]), tuple(repeated))


def _without_repetition(records: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    first: dict[tuple[str, str], Example] = {}
    repeated = []
    for one in records:
        if first.setdefault(one.marks, one) is not one:
            repeated.append(one)
    return list(first.values()), repeated


def _is_held_out(one: Example, share: float, salt: str) -> bool:
    mark = hashlib.blake2b((salt + one.marks[0]).encode(), digest_size=8).digest()
    return int.from_bytes(mark, "big") < share * 2**64


def _components(records: Sequence[tuple[str, str]]) -> list[int]:
    """A number for each record, the same for those that hang together."""
    texts = {text: number for number, text in enumerate(dict.fromkeys(t for pair in records for t in pair))}
    groups = _Groups(len(texts))
    for source, target in records:
        groups.join(texts[source], texts[target])
    for one, other in near_duplicates([*texts]):
        groups.join(one, other)
    return [groups.find(texts[source]) for source, _ in records]


class _Groups:
    """Union-find with path halving."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def find(self, member: int) -> int:
        while self._parents[member] != member:
            self._parents[member] = self._parents[self._parents[member]]
            member = self._parents[member]
        return member

    def join(self, one: int, other: int) -> None:
        self._parents[self.find(one)] = self.find(other)
