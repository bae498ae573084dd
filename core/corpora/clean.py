"""Which pairs of a corpus are worth keeping, and why the others are not."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from core.text.corpus import Pair
from core.text.normalize import has_forbidden

_SPACES = re.compile(r"[^\S\u3000]+")
"""Every blank but the ideographic one, which is a mark of its own in Chinese."""
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u00ad"))
_MAX_CHARACTERS = 500


def clean(pairs: Iterable[Pair], max_length_ratio: float, dropped: Counter[str]) -> list[Pair]:
    """In NFC with single spaces, without repetitions; `dropped` counts what is left out, by reason."""
    kept: dict[Pair, None] = {}
    for pair in pairs:
        tidied = Pair(_tidy(pair.first), _tidy(pair.second))
        reason = _objection(tidied, max_length_ratio) or ("repeated" if tidied in kept else "")
        if reason:
            dropped[reason] += 1
        else:
            kept[tidied] = None
    return list(kept)


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_INVISIBLE)).strip()


def _objection(pair: Pair, max_length_ratio: float) -> str:
    shorter, longer = sorted((len(pair.first), len(pair.second)))
    if not shorter:
        return "empty side"
    if has_forbidden(pair.first) or has_forbidden(pair.second):
        return "control character"
    if longer > _MAX_CHARACTERS:
        return "too long"
    return "lengths too different" if longer > 20 and longer > max_length_ratio * shorter else ""
