"""Checks that need nothing but the texts and a stopwatch. Each gives a finding or None; all are pure.

Thresholds come from the tuning half of benchmarks/bench_quality.py unless they name another source; what
they catch of the other half is in docs/dataset.md."""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from core.analysis.distance import edit_distance
from core.analysis.edits import counted_words, diff_words
from core.analysis.scripts import is_unspaced
from core.text.corpus import length_in_letters
from demo_app.services.quality.findings import Candidate, Finding

LENGTH_SLACK = 10
"""Letters added to both sides of a ratio: "Oui." and "Yes, I do." differ by a factor of 2.5."""
MAX_LENGTH_RATIO = 2.6
"""To the source, either way. Of 10,000 pairs of the dev files of five languages the furthest is at 2.5."""
MAX_RATIO_TO_MACHINE = 3.0
"""Only told: a model that broke off or looped needs a correction of another length."""
MAX_SAME_CHARACTERS = 4
"""In a row: more than words of any of the languages have, or "hmmm"; dots and dashes may be more."""
MAX_SAME_WORDS = 2
"""In a row, and one more than the source repeats: "very, very" is emphasis."""
MAX_SAME_PHRASES = 2
"""The same for two to four words, or as many characters where no spaces stand."""
LONGEST_PHRASE = 4
COPIED_SHARE = 0.8
"""Of the words the same as the source's, in its order: more is a copy, unless the machine copied them too."""
MIN_COPIED_WORDS = 3
"""Names, titles and numbers of fewer words are the same in many languages."""
MAX_TYPED_PER_S = 20.0
"""Characters: the record on a keyboard is 17 or 18 a second, over a few minutes (212 words a minute)."""
MIN_TYPED = 20
"""Characters: fewer are chosen with a click or completed by a keyboard."""
MAX_READ_PER_S = 60.0
"""Characters. Adults read some 20 a second silently (Brysbaert 2019: 238 words a minute); who needed a third
of that time did not read."""
TOO_FAST = "too_fast"
"""The finding that only another person can clear."""

_FORBIDDEN_CATEGORIES = ("Cc", "Co", "Cs")
_FORBIDDEN = {"\ufffd", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""What stands where decoding failed; what turns the direction of writing."""
_ALLOWED = "\t\n\r"


def check_empty(one: Candidate) -> Finding | None:
    """No letter and no digit left of a source that has some."""
    if _has_content(one.corrected_text) or not _has_content(one.source_text):
        return None
    return Finding(check="empty")


def check_unchanged(one: Candidate) -> Finding | None:
    """Sent as a correction, yet the machine's own text but for its spaces."""
    if one.verdict == "corrected" and one.corrected_text.split() == one.machine_text.split():
        return Finding(check="unchanged")
    return None


def check_length(one: Candidate) -> Finding | None:
    """Far longer or shorter than the source."""
    ratio = _ratio(one.corrected_text, one.source_text)
    if 1 / MAX_LENGTH_RATIO <= ratio <= MAX_LENGTH_RATIO:
        return None
    return Finding(check="length", values={"ratio": round(ratio, 2)})


def check_length_to_machine(one: Candidate) -> Finding | None:
    """Far longer or shorter than the machine's text; the machine may be the one that is wrong."""
    if not one.machine_text:
        return None  # Of an imported pair it may not be known.
    ratio = _ratio(one.corrected_text, one.machine_text)
    if 1 / MAX_RATIO_TO_MACHINE <= ratio <= MAX_RATIO_TO_MACHINE:
        return None
    return Finding(check="length_to_machine", severity="mild", values={"ratio": round(ratio, 2)})


def check_repetition(one: Candidate) -> Finding | None:
    """A character, a word or a phrase over and over, though the source repeats nothing."""
    text, times = _longest_run(one.corrected_text)
    if times <= max(MAX_SAME_CHARACTERS, _longest_run(one.source_text)[1] + 1):
        words, source = (
            counted_words(one.corrected_text.casefold()),
            counted_words(one.source_text.casefold()),
        )
        text, times = _repeated_phrase(words, source)
    return Finding(check="repetition", values={"text": text[:40], "times": times}) if times else None


def check_copy(one: Candidate) -> Finding | None:
    """The source again, or nearly; what is too short to tell is only told."""
    source, text = _plain_words(one.source_text), _plain_words(one.corrected_text)
    share = _same_share(source, text)
    if (
        not source
        or share < COPIED_SHARE
        or _same_share(source, _plain_words(one.machine_text)) >= COPIED_SHARE
    ):
        return None
    return Finding(check="copy", severity="severe" if len(source) >= MIN_COPIED_WORDS else "mild")


def check_characters(one: Candidate) -> Finding | None:
    """Control and private characters, the sign of failed decoding, what turns the direction of writing."""
    for character in one.corrected_text:
        category = unicodedata.category(character)
        strange = category in _FORBIDDEN_CATEGORIES and character not in _ALLOWED
        if (strange or character in _FORBIDDEN) and character not in one.source_text:
            return Finding(check="characters", values={"code": f"U+{ord(character):04X}"})
    return None


def check_speed(one: Candidate) -> Finding | None:
    """More typed than fingers can in the time."""
    typed = typed_letters(one.machine_text, one.corrected_text)
    if one.duration_s is None or typed < MIN_TYPED or typed <= one.duration_s * MAX_TYPED_PER_S:
        return None
    return Finding(check=TOO_FAST, values={"typed": typed, "seconds": round(one.duration_s, 1)})


def check_reading(one: Candidate) -> Finding | None:
    """Of a text that a project gave: answered before it can have been read."""
    if not one.was_asked_for or one.duration_s is None:
        return None
    return read_too_fast((one.source_text, one.machine_text), one.duration_s)


def read_too_fast(texts: Sequence[str], duration_s: float) -> Finding | None:
    """Whether nobody reads the texts in that time."""
    letters = sum(map(len, texts))
    if letters <= duration_s * MAX_READ_PER_S:
        return None
    return Finding(check="read_too_fast", values={"letters": letters, "seconds": round(duration_s, 1)})


TEXT_CHECKS = (
    *(check_empty, check_unchanged, check_length, check_length_to_machine),
    *(check_repetition, check_copy, check_characters, check_speed, check_reading),
)


def _has_content(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _ratio(text: str, other: str) -> float:
    return (length_in_letters(text.strip()) + LENGTH_SLACK) / (
        length_in_letters(other.strip()) + LENGTH_SLACK
    )


def _longest_run(text: str) -> tuple[str, int]:
    """The letter or digit that comes most often in a row, repeated, and how often."""
    runs = [(letter, len(list(group))) for letter, group in groupby(text.casefold()) if letter.isalpha()]
    letter, times = max(runs, key=lambda run: run[1], default=("", 0))
    return letter * times, times


def _repeated_phrase(words: Sequence[str], source: Sequence[str]) -> tuple[str, int]:
    """The words that come again and again, and how often; nothing and 0 where that is in order."""
    for size in range(1, LONGEST_PHRASE + 1):
        phrase, times = _repetitions(words, size)
        allowed = MAX_SAME_WORDS if size == 1 else MAX_SAME_PHRASES
        if times > max(allowed, _repetitions(source, size)[1] + 1):
            return phrase, times
    return "", 0


def _repetitions(words: Sequence[str], size: int) -> tuple[str, int]:
    """The phrase of so many words that comes most often in a row, and how often."""
    best, times, run = "", min(1, len(words)), 0
    for place in range(size, len(words)):
        run = run + 1 if words[place] == words[place - size] else 0
        phrase = words[place - size + 1 : place + 1]
        # A single character of a script without spaces may well come thrice: laughter, numbers.
        if (
            run // size + 1 > times
            and not (size == 1 and is_unspaced(phrase[0]))
            and _has_content("".join(phrase))
        ):
            best, times = " ".join(phrase), run // size + 1
    return best, times


def _plain_words(text: str) -> list[str]:
    """Folded, without signs."""
    spaced = "".join(character if character.isalnum() else " " for character in text.casefold())
    return counted_words(spaced)


def _same_share(source: Sequence[str], text: Sequence[str]) -> float:
    return 1 - edit_distance(source, text) / max(len(source), len(text), 1)


def typed_letters(before: str, after: str) -> int:
    """Letters that had to be typed to come from one text to the other, as few as can be."""
    return sum(
        _typed_within(edit.before, edit.after) for edit in diff_words(before, after) if edit.kind != "equal"
    )


def _typed_within(before: str, after: str) -> int:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    return length_in_letters(after[head : len(after) - tail])


def _common(one: str, other: str) -> int:
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return place
    return min(len(one), len(other))
