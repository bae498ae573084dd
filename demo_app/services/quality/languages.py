"""Is the text in the language that was asked for? By its script, and by a detector. Knows no model."""

import threading
from collections.abc import Collection
from functools import cache
from typing import Protocol

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from core.analysis.scripts import script
from core.text.corpus import length_in_letters
from demo_app.services.quality.findings import Candidate, Finding

_BY_SCRIPT = {
    "ARABIC": "ar ary arz fa ps sdh ug ur",
    "ARMENIAN": "hy",
    "BENGALI": "as bn",
    "CJK": "wuu yue zh",
    "CYRILLIC": "ba be bg kk ky mk mn ru tg tt uk",
    "DEVANAGARI": "gom hi mr ne sa",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el grc",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HEBREW": "hbo he",
    "KANNADA": "kn",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "dz",
}
SCRIPTS = {code: (script_,) for script_, codes in _BY_SCRIPT.items() for code in codes.split()} | {
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL", "CJK"),
    "ku": ("LATIN", "ARABIC"),
    "sr": ("CYRILLIC", "LATIN"),
}
"""Of the languages of the detector that are not written in Latin letters, or not in those alone."""
MIN_PROBABILITY = 0.05
"""Below it the text is in another language. Of 4,600 sentences of dev files in the right one, 3 are below;
of 7,200 in another one, 99 of 100."""
SURE = 0.5
"""From it on a person is told that a text is in another language."""
MIN_LETTERS = 10
"""Shorter texts belong to several languages, or to none. So do texts with fewer letters of their own between
names and code of the source ("by Tim Golden"): of 8,000 texts of documentation script and language set 24
aside instead of 68, and of 3,000 in a third language one more passes."""


class Detector(Protocol):
    """Says how probable a text is in each language it knows."""

    def probabilities(self, text: str) -> dict[str, float]: ...


class LangidDetector:
    """py3langid (docs/decisions/0016-language-detector.md), loaded at the first question: 0.4 s, 77 MB."""

    def probabilities(self, text: str) -> dict[str, float]:
        """By ISO 639 code; they sum to 1."""
        with _LOADING:
            identifier = _identifier()
        return {code: float(share) for code, share in identifier.rank(text)}


class _Ranks(Protocol):
    def rank(self, text: str, /) -> list[tuple[str, float]]: ...


_LOADING = threading.Lock()


@cache
def _identifier() -> _Ranks:
    identifier: _Ranks = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier


def check_script(one: Candidate) -> Finding | None:
    """Most letters of a script that the language is not written in; words of the source do not count."""
    wanted = SCRIPTS.get(_bare(one.target_language), ("LATIN",))
    own = foreign = 0
    found = ""
    for character in _words_of_its_own(one.source_text, one.corrected_text):
        name = script(character)
        if name in wanted:
            own += length_in_letters(character)
        elif name:
            foreign, found = foreign + length_in_letters(character), name
    if foreign <= own:
        return None
    return Finding(check="script", values={"script": found.capitalize()})


def check_language(one: Candidate, detector: Detector) -> Finding | None:
    """Hardly probable in its language. A language that the detector does not know is not judged.

    What is all words of the source is a copy rather than names, and judged."""
    own = _words_of_its_own(one.source_text.casefold(), one.corrected_text.casefold())
    if _letters(one.corrected_text) < MIN_LETTERS or (own and _letters(own) < MIN_LETTERS):
        return None
    shares = detector.probabilities(one.corrected_text)
    if shares.get(_bare(one.target_language), 1.0) >= MIN_PROBABILITY:
        return None
    found = max(shares, key=lambda code: shares[code])
    return Finding(check="language", values={"found": found, "wanted": one.target_language})


def reads_like(text: str, language: str, known: Collection[str], detector: Detector) -> str | None:
    """The known language that a text is in, where it is hardly in the one that it is said to be in."""
    if _letters(text) < MIN_LETTERS:
        return None
    shares = detector.probabilities(text)
    found = max(shares, key=lambda code: shares[code])
    if shares.get(_bare(language), 1.0) >= MIN_PROBABILITY or shares[found] < SURE:
        return None
    return next((code for code in known if _bare(code) == found), None)


def _bare(language: str) -> str:
    """Without the region. Example: `_bare("zh-CN")` is `zh`."""
    return language.partition("-")[0]


def _letters(text: str) -> int:
    return length_in_letters("".join(filter(str.isalpha, text)))


def _words_of_its_own(source: str, text: str) -> str:
    """Without those that the source has too, whatever signs are around: names of things, code."""
    known = set(map(_plain, source.split()))
    return "".join(word for word in text.split() if _plain(word) not in known)


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word))
