"""Copies of pairs as visitors type them, which corpora of well-edited sentences do not have. Knows no ids."""

import re
from collections.abc import Callable, Iterable, Iterator
from random import Random

from core.text.corpus import Pair
from core.training import made_up

_RECENT = 500  # pairs that one to be joined is drawn from, so that neighbours in a file seldom meet
_JOINED = 1 / 8  # share of copies that are two sentences
_LAST_STOP = re.compile(r"\s*[.!?。！？…]+$")
_WORD = re.compile(r"[^\W\d_]{4,}|[\u4e00-\u9fff]{2,}")
_DIGITS = re.compile(r"\d+")
_PERSON = re.compile(r"\b(?:Tom|Mary|Marie|Maria|María|John|Jean|Juan)\b|汤姆|玛丽|约翰")
"""Whom Tatoeba's sentences are about: where each side names one person, both can be called otherwise."""
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: row[max(at - 1, 0) : at + 2].replace(key, "") for row in _KEYBOARD for at, key in enumerate(row)
}
_PLACES = ("{0} {1}", "{0} {1}", "{1} {0}", "{2}: {1}", "{2} ({1}).", "{1}: {0}", "{1}")
"""Where a word is added: {0} the sentence, {1} the word, {2} the sentence without its last stop."""
_COPIED = (
    *(made_up.url, made_up.url, made_up.url),
    *(made_up.email, made_up.email),
    *(made_up.number, made_up.number, made_up.number),
    *(made_up.name, made_up.handle, made_up.emoji),
)
_ASCII = re.compile(r"[a-z]{3,}")


def noisy_copies(pairs: Iterable[Pair], share: float, seed: str) -> Iterator[Pair]:
    """Of so many of the pairs, drawn at random, one copy each, changed in one or two of `_WAYS`.

    `first` is the source, `second` the target. The same seed gives the same copies. A pair that the ways
    drawn for it cannot change has no copy."""
    rng = Random(seed)
    recent: list[Pair] = []
    for pair in pairs:
        if len(recent) < _RECENT:
            recent.append(pair)
        else:
            recent[rng.randrange(_RECENT)] = pair
        if rng.random() < share:
            copy = _changed(_joined(pair, rng.choice(recent)) if rng.random() < _JOINED else pair, rng)
            if copy != pair:
                yield copy


def _changed(pair: Pair, rng: Random) -> Pair:
    """In one way, or every third time in up to two; what must be copied comes last and stays as it is."""
    drawn = rng.choices(range(len(_WAYS)), [weight for _, weight in _WAYS], k=rng.choice((1, 1, 2)))
    for way in sorted(set(drawn)):
        pair = _WAYS[way][0](pair, rng)
    return pair


def _joined(pair: Pair, other: Pair) -> Pair:
    """Two sentences in one line."""
    sides = zip(pair, other, strict=True)
    return Pair(*(f"{one}{'' if one.endswith('。') else ' '}{two}" for one, two in sides))


def _misspelt(pair: Pair, rng: Random) -> Pair:
    """One or two typing errors in words of the source."""
    source = pair.first
    for _ in range(rng.choice((1, 1, 2))):
        if found := list(_WORD.finditer(source)):
            word = rng.choice(found)
            source = source[: word.start()] + _typo(word.group(), rng) + source[word.end() :]
    return Pair(source, pair.second)


def _typo(word: str, rng: Random) -> str:
    """Two letters swapped, one dropped, one doubled, or one next to it on the keyboard instead."""
    at = rng.randrange(len(word) - 1)
    one, two = word[at], word[at + 1]
    near = _NEIGHBOURS.get(one)
    written = rng.choice((two + one, two, one + one + two, (rng.choice(near) if near else "") + two))
    return word[:at] + written + word[at + 2 :]


def _lower(pair: Pair, rng: Random) -> Pair:
    """The source without capitals."""
    return Pair(pair.first.lower(), pair.second)


def _capitals(pair: Pair, rng: Random) -> Pair:
    """Both sides in capitals, if the source's script has any."""
    return pair if pair.first.upper() == pair.first.lower() else Pair(pair.first.upper(), pair.second.upper())


def _unstopped(pair: Pair, rng: Random) -> Pair:
    """Both sides without the mark at their end."""
    texts = [_LAST_STOP.sub("", text) for text in pair]
    return Pair(*texts) if all(texts) else pair


def _renamed(pair: Pair, rng: Random) -> Pair:
    """What both sides have in common, a person or numbers, exchanged for something made up."""
    numbers = [_DIGITS.findall(text) for text in pair]
    if numbers[0] and sorted(numbers[0]) == sorted(numbers[1]):
        new = {old: made_up.digits(len(old), rng) for old in numbers[0]}
        return Pair(*(_DIGITS.sub(lambda found: new[found.group()], text) for text in pair))
    if any(len(_PERSON.findall(text)) != 1 for text in pair):
        return pair
    word = _copied(pair, rng)
    return Pair(*(_PERSON.sub(lambda _: word, text) for text in pair))


def _added(pair: Pair, rng: Random) -> Pair:
    """The same made-up word, or two, before or after both sides; sometimes nothing else."""
    place = rng.choice(_PLACES)
    word = " ".join(_copied(pair, rng) for _ in range(rng.choice((1, 1, 1, 2))))
    return Pair(*(place.format(text, word, _LAST_STOP.sub("", text)) for text in pair))


def _copied(pair: Pair, rng: Random) -> str:
    """Made up, of words of either side too: an address often holds words, which must not be translated."""
    words = _ASCII.findall(f"{pair.first} {pair.second}".lower())
    return rng.choice(_COPIED)(rng, words)


_WAYS: tuple[tuple[Callable[[Pair, Random], Pair], int], ...] = (
    (_misspelt, 4),
    (_lower, 3),
    (_capitals, 2),
    (_unstopped, 3),
    (_renamed, 5),
    (_added, 10),
)
"""Each way and its weight, in the order in which two of them work on one pair."""
