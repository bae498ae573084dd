"""Sources that are like a text, found among a million. Knows no database and no model.

Likeness is what translators' tools call a fuzzy match: 1 - edit distance / words of the longer text, where
words are words, signs and the characters of scripts without spaces; capitals do not count.

**How it is found.** A text that is at least 0.7 like one of n words has lost at most k = 0.3 n of them, so it
holds one of any k + 1: those that the fewest texts hold are looked up (the prefix filter of Bayardo et al.
2007). No likeness is above the share of words in common, in whatever order; so the candidates are compared in
that order, until none can be better or many were."""

import re
import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.distance import edit_distance
from core.analysis.scripts import is_unspaced

_UNITS = re.compile(r"\w+|[^\w\s'’\-‑]")
_LAST_SPACED = "\u0dff"
"""Characters up to here belong to scripts that set spaces between words."""
_NOT_HERE = -1
_COMPARED = 64
"""Candidates that are compared word by word, those with the most words in common: some 6 ms."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Alike:
    """A source that is like what was asked for."""

    text: str
    likeness: float
    """0 to 1; 1 where nothing differs but capitals, apostrophes and hyphens."""


def units(text: str) -> list[str]:
    """What counts as a word. Example: `units("L'été, 好的!")` is `["l", "été", ",", "好", "的", "!"]`."""
    found: list[str] = _UNITS.findall(text.lower())
    if max(text, default="") <= _LAST_SPACED:
        return found
    return [part for unit in found for part in _apart(unit)]


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Of two texts as units; two empty ones are alike."""
    longer = max(len(one), len(other))
    return 1 - edit_distance(one, other) / longer if longer else 1.0


class SourceIndex:
    """Distinct sources of one direction. Only ever added to; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._texts: list[str] = []
        self._numbers: dict[str, int] = {}
        """Of words."""
        self._holders: list[array[int]] = []
        """By word: the texts that hold it, each once, rising."""
        self._words = array("i")
        """Of all texts, one after the other."""
        self._starts = array("q", [0])

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, texts: Iterable[str]) -> None:
        """Those that are here already change nothing."""
        with self._lock:
            for text in texts:
                if text not in self._known:
                    self._add(text)

    def nearest(self, text: str, least: float, count: int) -> list[Alike]:
        """The `count` likest, the likest first and of equals the one added last; none below `least`."""
        asked = units(text)
        with self._lock:
            bounds, places = (found[:_COMPARED] for found in self._candidates(asked, least))
            texts = [self._texts[place] for place in places.tolist()]
        best: list[tuple[float, int, str]] = []
        for bound, place, found in zip(bounds.tolist(), places.tolist(), texts, strict=True):
            if len(best) == count and bound < best[-1][0]:
                break
            alike = likeness(asked, units(found))
            if alike >= least:
                best = sorted([*best, (alike, place, found)], reverse=True)[:count]
        return [Alike(found, alike) for alike, _, found in best]

    def _add(self, text: str) -> None:
        place = len(self._texts)
        self._known.add(text)
        self._texts.append(text)
        words = [self._numbers.setdefault(unit, len(self._numbers)) for unit in units(text)]
        self._holders.extend(array("i") for _ in range(len(self._numbers) - len(self._holders)))
        for word in set(words):
            self._holders[word].append(place)
        self._words.extend(words)
        self._starts.append(len(self._words))

    def _candidates(self, asked: Sequence[str], least: float) -> tuple[NDArray[np.float64], Numbers]:
        """Places of texts that may be so alike, with the likeness that they can have at most, falling."""
        counts = Counter(asked)
        lost = int((1 - least) * len(asked) + 1e-9)
        # Words that no text holds are the rarest of all.
        known = sorted(
            (len(self._holders[n]), n) for unit in counts if (n := self._numbers.get(unit)) is not None
        )
        wanted = [number for _, number in known[: max(0, lost + 1 - (len(counts) - len(known)))]]
        if not wanted:
            return np.empty(0), np.empty(0, np.int64)
        lists = [np.frombuffer(self._holders[number], np.int32) for number in wanted]
        places = np.unique(np.concatenate(lists)).astype(np.int64)
        starts = np.frombuffer(self._starts, np.int64)
        lengths = starts[places + 1] - starts[places]
        longer = np.maximum(lengths, len(asked))
        fits = np.minimum(lengths, len(asked)) >= least * longer - 1e-9
        places, lengths, longer = places[fits], lengths[fits], longer[fits]
        bounds = self._shared(places, lengths, counts) / longer
        order = np.lexsort((-places, -bounds))
        order = order[bounds[order] >= least - 1e-9]
        return bounds[order], places[order]

    def _shared(self, places: Numbers, lengths: Numbers, counts: Counter[str]) -> Numbers:
        """How many words each of the texts has in common with these, in whatever order; or a few more."""
        if not len(places):
            return np.empty(0, np.int64)
        starts, words = np.frombuffer(self._starts, np.int64), np.frombuffer(self._words, np.int32)
        ends = np.cumsum(lengths)
        within = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
        held = words[np.repeat(starts[places], lengths) + within]
        asked = np.array([self._numbers.get(unit, _NOT_HERE) for unit in counts], np.int32)
        shared = np.add.reduceat(np.isin(held, asked).astype(np.int64), ends - lengths)
        return np.minimum(shared, sum(counts.values()))


def _apart(unit: str) -> list[str]:
    """The characters of scripts without spaces by themselves, what stands between them as it is."""
    parts, word = [], ""
    for character in unit:
        if is_unspaced(character):
            parts += [word, character]
            word = ""
        else:
            word += character
    return [part for part in (*parts, word) if part]
