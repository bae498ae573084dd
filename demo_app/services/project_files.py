"""Files of texts into projects: checked, translated, put in order, stored window by window. Knows no SQL.

A window is all or nothing, and an item's id is made of what its row says: after an interruption the same
file can be imported again, and what is here already is left out."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Protocol

from core.errors import InputError
from core.text.segment import split_segments
from demo_app.services.corrections import check_correction
from demo_app.services.judgement_checks import mistake_in
from demo_app.services.limits import check_segments, check_text
from demo_app.services.ordering import Measured, arrange
from demo_app.services.pretranslation import Prepared, Pretranslation, Ways
from demo_app.services.segments import Row, read_segments
from demo_app.settings import Settings
from demo_app.store.project_records import NewItem, ProjectRecord
from demo_app.store.projects import Projects

WINDOW = 5000
"""Items that are put in order together; those of the next windows come between them, by the same shares."""

FindsWays = Callable[[], Ways]
"""Opens the models when the first text needs them; a file may bring all its translations."""


class Watches(Protocol):
    """Whoever waits for an import."""

    def refused(self, line: int, words: str) -> None:
        """A row that was left out."""

    def read(self, done_bytes: int, total_bytes: int) -> None:
        """How much of the file."""

    def translated(self, done: int, total: int) -> None:
        """How many items, and how many the file will have; a guess until all of it is read."""


class _Whole:
    """Tells of the whole file what happens to a window: what is still to come is guessed from the bytes."""

    def __init__(self, watch: Watches) -> None:
        self._watch, self._share, self._before = watch, 1.0, 0
        self.refused = watch.refused

    def read(self, done_bytes: int, total_bytes: int) -> None:
        self._share = done_bytes / total_bytes if done_bytes else 1.0
        self._watch.read(done_bytes, total_bytes)

    def translated(self, done: int, total: int) -> None:
        self._watch.translated(self._before + done, round((self._before + total) / self._share))
        if done == total:
            self._before += total


@dataclass(frozen=True)
class FileReport:
    """How many items, by what became of them."""

    added: int = 0
    present: int = 0
    """Here before."""
    refused: int = 0
    """Rows."""


@dataclass(frozen=True)
class ProjectFiles:
    """Safe to share between threads; two imports of one file at once add each item once."""

    settings: Settings
    projects: Projects
    pretranslation: Pretranslation
    window: int = WINDOW

    def add(self, project: ProjectRecord, path: Path, find_ways: FindsWays, watch: Watches) -> FileReport:
        """Import a file. Raises `ConfigError` for its ending, `StoreUnavailableError` where it cannot be
        read, and what `find_ways` raises."""
        counts: Counter[str] = Counter()
        direction = project.source_language, project.target_language
        whole = _Whole(watch)
        rows = read_segments(path, direction, whole.read)
        items = self._items(project, rows, find_ways, counts, whole)
        while window := list(islice(items, self.window)):
            here = self.projects.present(item.id for item in window)
            fresh = [item for item in window if item.id not in here]
            counts["present"] += len(window) - len(fresh)
            prepared = self._prepare(project, fresh, find_ways, counts, whole)
            counts["added"] += self.projects.add_items(project.id, _placed(project, prepared))
        return FileReport(**counts)

    def _items(
        self,
        project: ProjectRecord,
        rows: Iterator[Row],
        find_ways: FindsWays,
        counts: Counter[str],
        watch: Watches,
    ) -> Iterator[NewItem]:
        """The items of the rows; what cannot be one is told."""
        for line, row in rows:
            try:
                if isinstance(row, InputError):
                    raise row
                if row.gold and (mistake := mistake_in(row.gold, project.task)):
                    raise InputError(mistake)
                yield from [
                    replace(item, id=_id_of(project.id, place, item))
                    for place, item in enumerate(self._parts(row, find_ways))
                ]
            except InputError as error:
                counts["refused"] += 1
                watch.refused(line, str(error))

    def _parts(self, row: NewItem, find_ways: FindsWays) -> list[NewItem]:
        """A row with translations as it is, any other a sentence an item: that is what a model translates."""
        check_text(row.source_text, self.settings)
        for output in row.candidates:
            check_correction(output.text, self.settings)
        if row.candidates:
            return [row]
        sentences = [text for text, _ in split_segments(row.source_text)]
        if row.gold and len(sentences) > 1:
            raise InputError(
                f"A row with a known answer must be one sentence, but has {len(sentences)}; divide it, or "
                "give its translation too."
            )
        ways = find_ways()
        for model in (ways.first.model, ways.second.model):
            check_segments(sentences, model.count_pieces, self.settings)
        return [replace(row, source_text=sentence) for sentence in sentences]

    def _prepare(
        self,
        project: ProjectRecord,
        items: Sequence[NewItem],
        find_ways: FindsWays,
        counts: Counter[str],
        watch: Watches,
    ) -> list[Prepared]:
        """In the order of the file, with translations; what no model can translate is told."""
        bare = [item for item in items if not item.candidates]
        told = partial(watch.translated, total=len(bare))
        made = iter(self.pretranslation.translate(find_ways(), bare, told) if bare else ())
        prepared = []
        for item in items:
            one = self.pretranslation.adopt(project, item) if item.candidates else next(made)
            if isinstance(one, InputError):
                counts["refused"] += 1
                watch.refused(item.line, str(one))
            else:
                prepared.append(one)
        return prepared


def _placed(project: ProjectRecord, prepared: Sequence[Prepared]) -> list[NewItem]:
    measured = [
        Measured(
            text=one.item.source_text,
            uncertainty=one.uncertainty,
            disagreement=one.disagreement,
            is_check=one.item.gold is not None,
        )
        for one in prepared
    ]
    first_line = prepared[0].item.line if prepared else 0
    places = arrange(measured, project.control_share, Random(f"{project.id} {first_line}"))
    return [
        replace(one.item, rank=place.rank, is_control=place.is_control, reason=place.reason)
        for one, place in zip(prepared, places, strict=True)
    ]


def _id_of(project_id: str, place: int, item: NewItem) -> str:
    """The same for the same row of the same file. `place`: of the sentence in its row."""
    said = [project_id, item.line, place, item.source_text, [one.text for one in item.candidates], item.gold]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
