"""Words that are the same in every language and were never seen before: addresses, numbers, names, emoji.

Each is made by `rng`; `words`, in small ASCII letters, may stand in addresses beside mere syllables."""

from collections.abc import Sequence
from random import Random

_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"
_TOP_DOMAINS = ("com", "org", "net", "eu", "fr", "de", "es", "cn", "io", "info", "co.uk", "edu")
_SCHEMES = ("https://", "https://", "https://www.", "http://", "www.", "")
_NUMBERS = (
    "#",
    "##",
    "###",
    "####",
    "#####",
    "######",
    "##:##",
    "##.##.####",
    "##-###",
    "+## ## ### ## ##",
    "0### ### ####",
    "#x##",
    "#.#",
    "##,#",
    "#,###",
    "#.###",
    "##.##",
    "#.###,##",
    "##%",
    "##A",
    "B ###",
)
_KNOWN = 0.6
"""Share of `words` in addresses, where there are any."""
_EMOJI = ((0x1F300, 0x1F5FF), (0x1F600, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F90C, 0x1F9FF), (0x2600, 0x26FF))
"""First and last characters of the blocks that most emoji stand in."""


def url(rng: Random, words: Sequence[str]) -> str:
    """An address of a page, as `https://www.rolam.org/ta-fib/12.html`; without a scheme it has a path."""
    scheme = rng.choice(_SCHEMES)
    parts = [f"{scheme}{_host(rng, words)}"]
    for _ in range(rng.randint(0 if scheme else 1, 2)):
        one, other = _known(rng, words), _known(rng, words)
        parts.append(rng.choice((one, f"{one}-{other}", f"{one}_{_filled('#', rng)}", _filled("####", rng))))
    name, value = _known(rng, words), _known(rng, words)
    ending = rng.choice(
        ("", "", "", "/", ".html", f"?{rng.choice('qsv')}={value}", f"?{name}={value}", f"#{name}")
    )
    return "/".join(parts) + (ending if len(parts) > 1 else "")


def email(rng: Random, words: Sequence[str]) -> str:
    """An address of a person, as `lina.rof@tabel.de`."""
    one, other = _known(rng, words), _known(rng, words)
    person = rng.choice((one, f"{one}{rng.choice('..-_+')}{other}", f"{one}{_filled('##', rng)}"))
    return f"{person}@{_host(rng, words)}"


def number(rng: Random, _: Sequence[str]) -> str:
    """Digits, alone or as a time, date, price, code or telephone number."""
    return _filled(rng.choice(_NUMBERS), rng)


def digits(count: int, rng: Random) -> str:
    """So many of them, the first of which is not 0."""
    return _filled("#" * count, rng)


def name(rng: Random, _: Sequence[str]) -> str:
    """One or two words that look like a person, place or brand, as `Delor Wanis`."""
    words = [_word(rng).capitalize() for _ in range(rng.choice((1, 1, 2)))]
    return " ".join(words)


def handle(rng: Random, words: Sequence[str]) -> str:
    """As `@melit` or `#rofan`."""
    return rng.choice("@#") + _known(rng, words)


def emoji(rng: Random, _: Sequence[str]) -> str:
    """One to three pictures, often the same."""
    picture = chr(rng.randint(*rng.choice(_EMOJI)))
    return picture * rng.choice((1, 1, 1, 2, 3))


def _host(rng: Random, words: Sequence[str]) -> str:
    one, other = _known(rng, words), _known(rng, words)
    name = rng.choice((one, f"{one}-{other}", f"{one}.{other}"))
    return f"{name}.{rng.choice(_TOP_DOMAINS)}"


def _known(rng: Random, words: Sequence[str]) -> str:
    return rng.choice(words) if words and rng.random() < _KNOWN else _word(rng)


def _word(rng: Random) -> str:
    """Two to four syllables, which can be said in any of the languages."""
    syllables = [rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(1, 3))]
    return "".join(syllables) + rng.choice(_CONSONANTS + _VOWELS)


def _filled(pattern: str, rng: Random) -> str:
    """Each # a digit; the first of a run is not 0."""
    text = ""
    for before, character in zip(f" {pattern}", pattern, strict=False):
        low = 0 if before == "#" else 1
        text += str(rng.randint(low, 9)) if character == "#" else character
    return text
