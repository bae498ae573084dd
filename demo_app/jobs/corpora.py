"""What a model learned from, where it is on disk: pairs against forgetting, and pairs that show forgetting.

The folder is what `python -m core data` makes. `*.train.tsv.gz` are replayed. Of `*.dev.tsv.gz` one part
watches the training; the rest, and `*.test.tsv.gz`, were never looked at before and judge the candidate: the
more they are, the smaller a loss they can rule out. Which pairs are taken is decided by their hash, so that
it is the same each time."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from core.errors import CorpusError
from core.text.corpus import languages_of, read_pairs
from core.training.feedback import FeedbackExample

Direction = tuple[str, str]


class Learner(Protocol):
    """What is asked of the model that is to learn; a `Checkpoint` answers."""

    @property
    def directions(self) -> tuple[Direction, ...]: ...
    def fits(self, source: str, target: str) -> bool: ...


MAX_REPLAY = 20_000
MAX_WATCHED = 300
MAX_GENERAL = 4_000


def train_files(folder: Path | None, directions: Iterable[Direction]) -> list[Path]:
    """Those that hold pairs of one of the directions; none without a folder."""
    wanted = {frozenset(way) for way in directions}
    return [path for path in _files(folder, "train") if frozenset(languages_of(path)) in wanted]


def general_pairs(folder: Path | None, model: Learner) -> tuple[list[FeedbackExample], list[FeedbackExample]]:
    """(those that watch the training, those that judge): no sentence is in both, nor longer than the model
    can take."""
    watched, judged = [], []
    for way in model.directions:
        dev, test = (
            [one for one in _all(folder, part, way) if model.fits(one.source, one.target)]
            for part in ("dev", "test")
        )
        found = _first(MAX_WATCHED + MAX_GENERAL, dev)
        # Of few, the judge has the larger part.
        cut = min(MAX_WATCHED, len(found) // 4)
        watched += found[:cut]
        seen = {one.source for one in found}
        unseen = [one for one in test if one.source not in seen]
        judged += _first(MAX_GENERAL, [*found[cut:], *unseen])
    return watched, judged


def _first(count: int, examples: Iterable[FeedbackExample]) -> list[FeedbackExample]:
    ranked = ((_rank(one), number, one) for number, one in enumerate(examples))
    return [one for _, _, one in heapq.nsmallest(count, ranked)]


def _files(folder: Path | None, part: str) -> list[Path]:
    return sorted(folder.glob(f"*.{part}.tsv*")) if folder else []


def _all(folder: Path | None, part: str, way: Direction) -> Iterator[FeedbackExample]:
    """Every pair of one part of the corpora in this direction; each source once."""
    seen: set[str] = set()
    for path in _files(folder, part):
        if set(languages_of(path)) != set(way):
            continue
        for source, target in read_pairs(path, *way):
            if source in seen:
                continue
            seen.add(source)
            try:
                yield FeedbackExample(source, target, way)
            except CorpusError:  # a control character in a public corpus is nobody's business here
                continue


def _rank(one: FeedbackExample) -> bytes:
    # Of both texts in the order of their languages: a pair has one place, whichever way it is read.
    texts = (one.source, one.target) if one.direction < one.direction[::-1] else (one.target, one.source)
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=8).digest()
