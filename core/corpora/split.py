"""Train, dev and test: chosen by hash, without a test sentence in any train file of the family."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.corpora.manifest import Corpus, SplitBy
from core.text.corpus import Pair

FINGERPRINT_BYTES = 6
"""48 bits: among a million pairs, one is taken for another of 20,000 with a chance below one in 10,000."""
HELD = ("test", "dev")
_DIGITS = re.compile(r"\d+")


Pinned = Mapping[str, frozenset[bytes]]
"""Part -> fingerprints of the pairs that are in it whatever else there is."""


@dataclass
class Parts:
    """One corpus, split. Each list is in the order of fingerprints, which is as good as shuffled."""

    train: list[Pair] = field(default_factory=list)
    dev: list[Pair] = field(default_factory=list)
    test: list[Pair] = field(default_factory=list)
    left_out: int = 0
    """Pairs that share a sentence with dev or test, so that they may not be learned from."""


def key(text: str) -> str:
    """The letters and digits of a text, without case; all of it, if it has none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded)) or folded


def normalised(text: str) -> str:
    """What two equal texts have in common. Example: "Il a 12 ans." and "il a 9 ans !" are `ila0ans`."""
    return _DIGITS.sub("0", key(text))


def marks(languages: tuple[str, str], source: str, target: str) -> tuple[str, str]:
    """Of both texts, what they share with their equals; the same letters in another language are another
    text."""
    return f"{languages[0]}:{normalised(source)}", f"{languages[1]}:{normalised(target)}"


def fingerprint(*texts: str) -> bytes:
    """A hash of the texts that is the same on every machine and in every release."""
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=FINGERPRINT_BYTES).digest()


def sides(pair: Pair, by: SplitBy) -> tuple[str, ...]:
    """What may not be both in train and held out, the side that decides first.

    Of sentences both sides, and English decides; of words the word alone, for others may sound like it."""
    return (pair.first,) if by == "words" else (key(pair.second), key(pair.first))


def split(corpora: Sequence[tuple[Corpus, list[Pair]]], pinned: Mapping[str, Pinned]) -> dict[str, Parts]:
    """Parts by name of the corpus; `corpora` are those of one family.

    A sentence is dev or test by its own hash, the same in every language of the family; where the corpus is
    pinned, exactly the pinned pairs are. Then every other pair that shares a side with one of these, in
    whatever language, is left out. So a pair that is added never turns what was train into dev or test."""
    split_up: dict[str, Parts] = {}
    held: set[str] = set()
    for corpus, pairs in corpora:
        chosen = (
            _pinned(corpus, pairs, pinned[corpus.name]) if corpus.name in pinned else _hashed(corpus, pairs)
        )
        split_up[corpus.name] = Parts(dev=chosen["dev"], test=chosen["test"])
        held.update(side for part in HELD for pair in chosen[part] for side in sides(pair, corpus.split))
    for corpus, pairs in corpora:
        parts = split_up[corpus.name]
        parts.train = [pair for pair in pairs if held.isdisjoint(sides(pair, corpus.split))]
        parts.left_out = len(pairs) - len(parts.train) - len(parts.dev) - len(parts.test)
        for part in (parts.train, parts.dev, parts.test):
            part.sort(key=lambda pair: (fingerprint(*pair), pair))
    return split_up


def _pinned(corpus: Corpus, pairs: Iterable[Pair], pinned: Pinned) -> dict[str, list[Pair]]:
    chosen: dict[str, list[Pair]] = {part: [] for part in HELD}
    for pair in pairs:
        mark = fingerprint(*sides(pair, corpus.split))
        for part in HELD:
            if mark in pinned.get(part, ()):
                chosen[part].append(pair)
    return chosen


def _hashed(corpus: Corpus, pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    """The sentences with the lowest hashes: even ones for test, odd ones for dev, so that none changes sides.

    Of a sentence with several translations one is held out, so that every line of a test set is another; of a
    word all pronunciations are, for each of them is right."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(sides(pair, corpus.split)[0], []).append(pair)
    ranked = sorted((fingerprint(decisive), decisive) for decisive in groups)
    chosen: dict[str, list[Pair]] = {}
    for part, parity in zip(HELD, (0, 1), strict=True):
        names = [decisive for mark, decisive in ranked if mark[-1] % 2 == parity][: corpus.held]
        kept = None if corpus.split == "words" else 1
        chosen[part] = [
            pair
            for name in names
            for pair in sorted(groups[name], key=lambda pair: fingerprint(*pair))[:kept]
        ]
    return chosen


def content_sum(pairs: Iterable[Pair]) -> str:
    """SHA-256 of the pairs as sorted lines: what is in a file, whatever its order and compression."""
    lines = sorted(f"{first}\t{second}\n".encode() for first, second in pairs)
    return hashlib.sha256(b"".join(lines)).hexdigest()
