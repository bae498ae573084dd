"""Corrections with a label: genuine ones from references, and garbage of each kind. Seeded; knows no gate."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import fmean

from core.analysis.edits import diff_words
from core.decoding.risk import sentence_chrf
from core.options import BeamOptions
from core.text.corpus import Pair, read_pairs
from core.translator import Translator
from demo_app.services.quality.findings import Candidate
from demo_app.services.quality.texts import typed_letters

GENUINE = ("reference", "without its full stop", "light edit", "right as it was")
MAX_CHARS = 300
NEARLY_RIGHT = 60.0
"""Sentence chrF: nobody who knows both languages leaves more mistakes in, or confirms them."""
_ORDER = 5
"""Seeds the order of the pairs."""
_KEYS = "asdfghjklqwertyuiopzxcvbnm"
_CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "фисвуапршолдьтщзйкыегмцчня", strict=True))
"""What comes out when the keyboard was left on Russian."""
_STRANGE = ("\u202e", "\x07", "\ufffd", "\ue000")
_BETWEEN_KEYS_S = 60 / (5 * 52)
"""52 words a minute: 168,000 people at their own keyboards (Dhakal et al. 2018)."""
_READ_PER_S = 20.0
"""Characters: 240 words a minute (Brysbaert 2019)."""


@dataclass(frozen=True)
class Labelled:
    """A correction, whether anybody should train on it, and what it was made as."""

    kind: str
    candidate: Candidate
    file: str

    @property
    def is_genuine(self) -> bool:
        return self.kind in GENUINE


@dataclass(frozen=True)
class Sentence:
    """What the garbage is made from."""

    candidate: Candidate
    """The reference as the correction of what the model wrote."""
    other: str
    """The translation of another sentence, of like length."""
    foreign: str
    """A sentence of a third language."""


def read_some(path: Path, languages: tuple[str, str], count: int, skip: int) -> list[Pair]:
    """Pairs of a file in a seeded order, those too long for the page left out."""
    pairs = [pair for pair in read_pairs(path, *languages) if max(map(len, pair)) <= MAX_CHARS]
    random.Random(_ORDER).shuffle(pairs)
    return list(islice(pairs, skip, skip + count))


def sentences(
    translator: Translator, pairs: Sequence[Pair], languages: tuple[str, str], foreign: Sequence[str]
) -> Iterator[Sentence]:
    """Translated by beam search, each with what the garbage needs."""
    found = translator.translate_segments(
        [pair.first for pair in pairs], *languages, BeamOptions(beam_size=5)
    )
    dice = random.Random(1)
    for pair, segment in zip(pairs, found, strict=True):
        candidate = Candidate(
            source_language=languages[0],
            target_language=languages[1],
            source_text=pair.first,
            machine_text=segment.hypotheses[0].text,
            corrected_text=pair.second,
            verdict="corrected",
            model_id=translator.model_id,
            duration_s=60.0,
        )
        others = sorted(
            (one.second for one in pairs if one.second != pair.second),
            key=partial(_length_apart, pair.second),
        )[:5]
        yield Sentence(candidate, dice.choice(others), dice.choice(foreign))


def labelled(sentence: Sentence, file: str, dice: random.Random) -> Iterator[Labelled]:
    """Every kind that can be made from the sentence."""
    one = sentence.candidate
    machine, reference = one.machine_text, one.corrected_text
    alike = sentence_chrf()
    if machine.split() != reference.split():
        yield Labelled("reference", _timed(one, dice), file)
        if reference[-1] in ".。":
            open_end = replace(one, corrected_text=reference[:-1].rstrip())
            yield Labelled("without its full stop", _timed(open_end, dice), file)
        light = replace(one, corrected_text=_towards(machine, reference, dice))
        is_new = light.corrected_text.split() not in (machine.split(), reference.split())
        if is_new and alike(light.corrected_text, reference) >= NEARLY_RIGHT:
            yield Labelled("light edit", _timed(light, dice), file)
        if typed_letters(machine, reference) >= 20:
            fast = replace(one, duration_s=typed_letters(machine, reference) / dice.uniform(25, 200))
            yield Labelled("pasted at once", fast, file)
    if alike(machine, reference) >= NEARLY_RIGHT:
        right = replace(one, corrected_text=machine, verdict="right", duration_s=dice.uniform(1, 8))
        yield Labelled("right as it was", right, file)
    for kind, make in GARBAGE.items():
        text = make(sentence, dice)
        if text.split() not in (machine.split(), reference.split()) or kind in ("unchanged", "stored before"):
            yield Labelled(kind, _timed(replace(one, corrected_text=text), dice), file)


def _length_apart(one: str, other: str) -> int:
    return abs(len(one) - len(other))


def _timed(one: Candidate, dice: random.Random) -> Candidate:
    """With the seconds that a person would take to read and to type it."""
    pause_s = max(0.06, dice.gauss(_BETWEEN_KEYS_S, 0.4 * _BETWEEN_KEYS_S))
    read = len(one.source_text) + len(one.machine_text)
    return replace(
        one, duration_s=read / _READ_PER_S + pause_s * typed_letters(one.machine_text, one.corrected_text)
    )


def _towards(machine: str, reference: str, dice: random.Random) -> str:
    """Half of the changes that lead from one to the other."""
    edits = diff_words(machine, reference)
    changed = [place for place, edit in enumerate(edits) if edit.kind != "equal"]
    done = set(dice.sample(changed, max(1, len(changed) // 2)))
    return "".join(edit.after if place in done else edit.before for place, edit in enumerate(edits))


def _shuffled(text: str, dice: random.Random) -> str:
    words = text.split()
    dice.shuffle(words)
    return " ".join(words)


def _mashed(text: str, dice: random.Random) -> str:
    letters = [dice.choice(_KEYS) if character.isalpha() else character for character in text]
    return "".join(letters)


def _with_repeated_word(text: str, dice: random.Random) -> str:
    words = text.split()
    place = dice.randrange(len(words))
    return " ".join([*words[:place], *[words[place].strip(".,")] * dice.randint(4, 9), *words[place + 1 :]])


def _with_held_key(text: str, dice: random.Random) -> str:
    places = [place for place, character in enumerate(text) if character.isalpha()] or [0]
    place = dice.choice(places)
    return text[:place] + text[place] * dice.randint(6, 40) + text[place:]


def _inserted(text: str, sign: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + sign + text[place:]


def _nearly(text: str, dice: random.Random) -> str:
    """The text with other capitals, another end, and in a longer one a word less."""
    words = text.lower().rstrip(" .!?").split()
    if len(words) > 6:
        del words[dice.randrange(len(words))]
    return " ".join(words)


def _half(text: str) -> str:
    words = text.split()
    return " ".join(words[: max(1, len(words) // 2)])


def _longer(sentence: Sentence, dice: random.Random) -> str:
    """The reference and whatever else, until it is four times as long as the source."""
    parts = [sentence.candidate.corrected_text]
    while len(" ".join(parts)) < 4 * len(sentence.candidate.source_text) + 30:
        parts.append(dice.choice((sentence.other, sentence.candidate.machine_text, "and so on and so forth")))
    return " ".join(parts)


Make = Callable[[Sentence, random.Random], str]
GARBAGE: dict[str, Make] = {
    "empty": lambda one, dice: dice.choice(("...", "?", "-", "!!", "…")),
    "unchanged": lambda one, dice: one.candidate.machine_text.replace(" ", "  ", 1) + " ",
    "stored before": lambda one, dice: one.candidate.corrected_text,
    "one word": lambda one, dice: dice.choice(("ok", "oui", "yes", "x", "test", one.other.split()[0])),
    "far too long": _longer,
    "held key": lambda one, dice: _with_held_key(one.candidate.corrected_text, dice),
    "one letter": lambda one, dice: dice.choice(_KEYS) * max(6, len(one.candidate.corrected_text)),
    "repeated word": lambda one, dice: _with_repeated_word(one.candidate.corrected_text, dice),
    "source": lambda one, dice: one.candidate.source_text,
    "source, nearly": lambda one, dice: _nearly(one.candidate.source_text, dice),
    "third language": lambda one, dice: one.foreign,
    "Russian keyboard": lambda one, dice: "".join(
        _CYRILLIC.get(character, character) for character in one.candidate.corrected_text.lower()
    ),
    "strange character": lambda one, dice: _inserted(
        one.candidate.corrected_text, dice.choice(_STRANGE), dice
    ),
    "keyboard mash": lambda one, dice: _mashed(one.candidate.corrected_text, dice),
    "shuffled words": lambda one, dice: _shuffled(one.candidate.corrected_text, dice),
    "another sentence": lambda one, dice: one.other,
    "half of the machine text": lambda one, dice: _half(one.candidate.machine_text),
}
"""Kind -> what somebody would have to send. Texts that happen to be right are left out."""


def mean(values: Sequence[float]) -> float | None:
    """None where there is nothing to average."""
    return fmean(values) if values else None
