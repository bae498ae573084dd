"""The translation memory: what people corrected acts on the very next text. Knows no SQL and no page.

**Same source.** Two sources are the same if the model reads the same (`core.text.normalize`): then the
correction stands in place of the model's translation. Capitals, signs and numbers count: "Tu viens ?" and "Tu
viens." want two translations.

**Source like it.** Its correction is a suggestion and never more: how often that is better than what the
model writes depends on the texts, from 93 % to 15 % (docs/learning-loop.md, "Adapt at once").

**Whose corrections.** Where nobody logs in, whatever may be trained on acts at once. Where people log in,
only what a reviewer accepted acts for all; what a person submitted acts for that person before.

**Until it is absorbed.** A correction ends to act when the model in use writes it by itself: then there is
nothing to put right. That is asked of the model, not taken from the snapshot it learned from: of a snapshot a
fifth is held out, not all of the rest sticks, and after a rollback the correction acts again."""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from core.text.normalize import normalize
from demo_app.services.memory_index import Alike, SourceIndex
from demo_app.services.people import Person
from demo_app.store.memory_records import Recollection, Remembered, SourceRow

LEAST_LIKENESS = 0.7
"""Below it a suggestion is seldom of use: of captions one in four is better than the model's."""
MOST_EXAMPLES = 8
"""Of those that steer a search."""
_LOOKED_AT = 3
"""Sources like a text: all corrections of the first may have been rejected."""
_READ_AT_ONCE = 500
_READ_IN_BACKGROUND = 20_000
_READ_AGAIN = 100
"""In PostgreSQL a correction may become visible after one with a higher number."""
Direction = tuple[str, str]


class Recalls(Protocol):
    """What this service needs of the store."""

    def sources(self, after: int, at_most: int) -> list[SourceRow]: ...
    def newest(
        self, direction: Direction, sources: Sequence[str], *, only_accepted: bool, user_id: str | None
    ) -> dict[str, Remembered]: ...


class TranslationMemory:
    """Thread-safe. Each question reads what is new, so that what was just saved acts on it.

    In memory are the sources alone, which never change: what became of their corrections is asked of the
    store each time. `catch_up` reads on in the background; until it has read all, the same source is found,
    one like it not always."""

    def __init__(self, store: Recalls, person: Callable[[], Person], *, only_accepted: bool) -> None:
        """`only_accepted`: whether corrections must be accepted to act for others than their author."""
        self._store, self._person, self._only_accepted = store, person, only_accepted
        self._indexes: defaultdict[Direction, SourceIndex] = defaultdict(SourceIndex)
        self._read = 0
        """Number of the last correction whose source was read."""
        self._reading = threading.Lock()

    def recall(self, direction: Direction, texts: Sequence[str]) -> list[Recollection]:
        """Of each text, normalised; whoever is acting asks. Raises the `StoreError` tree."""
        self._read_on(self._read, _READ_AT_ONCE)
        alike = self._alike(direction, texts, _LOOKED_AT)
        sources = {found.text: None for near in alike.values() for found in near} | dict.fromkeys(texts)
        known = self._newest(direction, [*sources])
        recalled = []
        for text in texts:
            same = [known[text]] if text in known else []
            near = [
                replace(known[one.text], likeness=one.likeness) for one in alike[text] if one.text in known
            ]
            same += [one for one in near if normalize(one.source_text) == text]
            if same:
                recalled.append(Recollection(correction=same[0]))
            else:
                recalled.append(Recollection(suggestion=near[0] if near else None))
        return recalled

    def examples(self, direction: Direction, texts: Sequence[str]) -> list[tuple[Remembered, ...]]:
        """Of each text, corrections of the sources likest to it, that a search may take neighbours from."""
        self._read_on(self._read, _READ_AT_ONCE)
        alike = self._alike(direction, texts, MOST_EXAMPLES)
        known = self._newest(direction, [found.text for near in alike.values() for found in near])
        return [tuple(known[one.text] for one in alike[text] if one.text in known) for text in texts]

    def _alike(self, direction: Direction, texts: Sequence[str], count: int) -> dict[str, list[Alike]]:
        with self._reading:
            index = self._indexes[direction]
        return {text: index.nearest(text, LEAST_LIKENESS, count) for text in dict.fromkeys(texts)}

    def _newest(self, direction: Direction, sources: Sequence[str]) -> dict[str, Remembered]:
        asking = self._person().id
        return self._store.newest(direction, sources, only_accepted=self._only_accepted, user_id=asking)

    def catch_up(self) -> None:
        """Read on for a second or so; raises the `StoreError` tree."""
        left, count = _READ_IN_BACKGROUND, _READ_AT_ONCE
        after = max(0, self._read - _READ_AGAIN)
        while left > 0 and count == _READ_AT_ONCE:
            count = self._read_on(after, _READ_AT_ONCE)
            left, after = left - count, self._read

    def _read_on(self, after: int, at_most: int) -> int:
        """How many were read; those that were read before change nothing."""
        with self._reading:
            rows = self._store.sources(after, at_most)
            by_direction: defaultdict[Direction, list[str]] = defaultdict(list)
            for row in rows:
                by_direction[row.direction].append(row.text)
            for direction, texts in by_direction.items():
                self._indexes[direction].add(texts)
            self._read = max(self._read, rows[-1].seq if rows else 0)
        return len(rows)


def to_translate(recollection: Recollection, model_id: str) -> str | None:
    """The source of the suggestion, where it must be asked whether this model has absorbed it by now."""
    found = recollection.suggestion
    return found.source_text if found is not None and found.model_id != model_id else None


def settled(recollection: Recollection, own: str, like: str | None) -> Recollection:
    """What is left to show beside the model's own translation.

    `like`: what the model writes for the source of the suggestion; None where it wrote what it was corrected
    in."""
    correction, suggestion = recollection.correction, recollection.suggestion
    if correction is not None:
        return Recollection(correction=None if _same(correction.text, own) else correction)
    if suggestion is None or _same(suggestion.text, own):
        return Recollection()
    absorbed = _same(suggestion.text, suggestion.machine_text if like is None else like)
    return Recollection(suggestion=None if absorbed else suggestion)


def _same(one: str, other: str) -> bool:
    return normalize(one) == normalize(other)
