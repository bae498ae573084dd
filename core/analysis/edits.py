"""What a person changed: the rate of edits, and which words. Knows no store and no markup."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, NamedTuple

import sacrebleu
from sacrebleu.metrics.ter import TER

from core.analysis.distance import edit_distance, longest_common
from core.analysis.scripts import characters, is_unspaced

WORDS_WITH_MOVES = 60
"""Longer texts are compared without moved blocks: looking for them takes seconds where few words agree."""

HTER_SIGNATURE = (
    f"nrefs:1|case:mixed|tok:words-and-signs|moves:{WORDS_WITH_MOVES}|version:{sacrebleu.__version__}"
)
"""To be printed wherever a rate of `hter` is; spelled as sacreBLEU spells its own."""

EditKind = Literal["equal", "insert", "delete", "replace"]


@dataclass(frozen=True)
class Edit:
    """A stretch of text that stayed, came, went or was exchanged. Spaces are part of the text."""

    kind: EditKind
    before: str
    """Empty for `insert`."""
    after: str
    """Empty for `delete`; the same as `before` for `equal`."""


def hter(machine: str, corrected: str) -> float:
    """Edits per corrected word (Snover et al. 2006): 0 when nothing changed, above 1 is possible.

    sacreBLEU's TER, case counts, with the correction as reference; `HTER_SIGNATURE` pins it. Words and signs
    are those of `diff_words`: what is counted is what is shown. Spacing alone does not count. Above
    `WORDS_WITH_MOVES` words moving a block counts as deleting and inserting it. Nothing left of a text is 1.
    Example: `hter("At home.", "At home soaked.")` is 0.25."""
    before, after = words_and_signs(machine), words_and_signs(corrected)
    if before == after:
        return 0.0
    if not after:
        return 1.0
    if max(len(before), len(after)) > WORDS_WITH_MOVES:
        return edit_distance(before, after) / len(after)
    metric = TER(case_sensitive=True)
    return float(metric.sentence_score(" ".join(before), [" ".join(after)]).score) / 100


def words_and_signs(text: str) -> list[str]:
    """What `hter` counts and `diff_words` shows: words, characters of scripts without spaces, signs.

    Example: `words_and_signs("It's 3.5, 好的!")` is `["It's", "3.5", ",", "好", "的", "!"]`."""
    return [word.text for word in _words(text)[:-1]]


def diff_words(before: str, after: str) -> tuple[Edit, ...]:
    """The way from one text to the other, word by word.

    Joined, the `before`s are the first text and the `after`s the second, to the character. No two neighbours
    are both `equal` or both changes. Characters count as words in scripts without spaces."""
    old, new = _words(before), _words(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    pairs = longest_common(
        [word.text for word in old[head:old_end]], [word.text for word in new[head:new_end]]
    )
    kept = [(place, place) for place in range(head)]
    kept += [(head + one, head + other) for one, other in pairs]
    kept += [(old_end + place, new_end + place) for place in range(tail)]
    return tuple(_merged(_raw_edits(old, new, kept)))


def operations(before: str, after: str) -> tuple[dict[str, Any], ...]:
    """The changes of `diff_words` alone, in order, as plain values for a file.

    Each says its `kind`, and that the characters from `start` to before `end` of the first became `text`.
    Example: `operations("a b", "a c")` is `({"kind": "replace", "start": 2, "end": 3, "text": "c"},)`."""
    found, place = [], 0
    for edit in diff_words(before, after):
        end = place + len(edit.before)
        if edit.kind != "equal":
            found.append({"kind": edit.kind, "start": place, "end": end, "text": edit.after})
        place = end
    return tuple(found)


def apply_operations(before: str, found: Sequence[Mapping[str, Any]]) -> str:
    """The text that they lead to. Raises `KeyError` or `TypeError` for what is no operation."""
    for one in reversed(found):
        before = before[: one["start"]] + one["text"] + before[one["end"] :]
    return before


class _Word(NamedTuple):
    space: str
    text: str


def _words(text: str) -> list[_Word]:
    """Words and signs with the space before them; the last one is empty and holds what space is left."""
    words, space = [], ""
    for kind, group in groupby(_numbered(text), key=lambda item: item[0]):
        joined = "".join(character for _, character in group)
        if kind == _SPACE:
            space = joined
        else:
            words.append(_Word(space, joined))
            space = ""
    return [*words, _Word(space, "")]


_SPACE, _LETTER = -1, -2
_JOINING = ("'", "’", "-", "‑")


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Characters with a number that changes where a word ends; signs have a number of their own each."""
    found = list(characters(text))
    for place, character in enumerate(found):
        if character.isspace():
            yield _SPACE, character
        elif is_unspaced(character):
            yield place, character
        elif character[0].isalnum() or _joins_letters(found, place):
            yield _LETTER, character
        else:
            yield place, character


def _joins_letters(found: Sequence[str], place: int) -> bool:
    """Whether it is an apostrophe or hyphen within a word, or the point or comma of a number."""
    if not 0 < place < len(found) - 1:
        return False
    around = found[place - 1][0], found[place + 1][0]
    if found[place] in (".", ","):
        return all(character.isdigit() for character in around)
    return found[place] in _JOINING and all(character.isalnum() for character in around)


def _common(old: Sequence[_Word], new: Sequence[_Word]) -> int:
    """How many words at the start are the same, spaces included."""
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return place
    return min(len(old), len(new))


def _raw_edits(
    old: list[_Word], new: list[_Word], kept: list[tuple[int, int]]
) -> Iterator[tuple[bool, str, str]]:
    """(unchanged?, before, after) in order, some of them empty on both sides."""
    old_place = new_place = 0
    for old_next, new_next in kept:  # the last words, both empty, are always kept
        gone, come = _join(old[old_place:old_next]), _join(new[new_place:new_next])
        shared = (
            old[old_place].space if gone and come and old[old_place].space == new[new_place].space else ""
        )
        yield True, shared, shared  # the space before an exchanged word stayed
        yield False, gone[len(shared) :], come[len(shared) :]
        one, other = old[old_next], new[new_next]
        yield one.space == other.space, one.space, other.space
        yield True, one.text, other.text
        old_place, new_place = old_next + 1, new_next + 1


def _merged(edits: Iterator[tuple[bool, str, str]]) -> Iterator[Edit]:
    filled = (edit for edit in edits if edit[1] or edit[2])
    for same, group in groupby(filled, key=lambda edit: edit[0]):
        pairs = list(group)
        before, after = "".join(edit[1] for edit in pairs), "".join(edit[2] for edit in pairs)
        yield Edit(_kind(same, before, after), before, after)


def _kind(same: bool, before: str, after: str) -> EditKind:
    if same:
        return "equal"
    if not before:
        return "insert"
    return "replace" if after else "delete"


def _join(words: Sequence[_Word]) -> str:
    return "".join(word.space + word.text for word in words)


def counted_words(text: str) -> list[str]:
    """Words between spaces, signs at their ends included, and characters of scripts without spaces."""
    counted = []
    for word in text.split():
        for apart, group in groupby(characters(word), key=is_unspaced):
            found = list(group)
            counted.extend(found if apart else ["".join(found)])
    return counted
