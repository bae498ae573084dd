"""The tour claims what the shipped model writes; here the model is asked again, line by line of the page.

A block of docs/tour.md is lines of `key  value`: a sentence, then what is done to it and what comes out. A
model that says something else needs another tour: write down what it says, and look for new sentences where
the point of a station is lost."""

import re
from collections.abc import Callable
from functools import cache

import pytest

from core.analysis.doubts import JudgedWord
from core.changes import AttentionEdit, Change
from core.insight import Insight, under
from core.options import BeamOptions, CheckOptions, DecodeOptions, GreedyOptions
from core.results import Hypothesis, SegmentTranslation
from core.translator import Translator
from tests.golden.rows import MODELS
from tests.sources import ROOT

PAGES = ("docs/tour.md", "docs/tour.zh-CN.md")
BEAM = BeamOptions(beam_size=5, length_penalty=1.0, n_best=5)
"""As the page asks at first."""
Block = tuple[tuple[str, str], ...]


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"^```text\n(.*?)^```", text, re.M | re.S)
    return [tuple(_line(line) for line in block.splitlines()) for block in found]


def _line(line: str) -> tuple[str, str]:
    key, value = re.split(r"\s{2,}", line, maxsplit=1)
    return key, value


@cache
def shipped(name: str = "fr-en") -> Translator:
    return Translator.load(MODELS / name, "cpu")


class Reader:
    """What a reader of the tour has on the page: a sentence and a translation of it."""

    def __init__(self) -> None:
        self.model = shipped()
        self.insight = Insight(self.model)
        self.direction = ("", "")
        self.text = ""
        self.source_ids: tuple[int, ...] = ()
        self.target_ids: tuple[int, ...] = ()

    def sentence(self, source: str, target: str, text: str) -> None:
        self.direction, self.text = (source, target), text
        self.source_ids = self.model.encode_source(text, target)

    def search(self, options: DecodeOptions) -> str:
        found = self.model.translate(self.text, *self.direction, options)
        self._look_at(found.segments[0])
        return found.text

    def beam(self, length_penalty: str | None) -> str:
        return self.search(BeamOptions(beam_size=5, length_penalty=float(length_penalty or 1), n_best=5))

    def by(self, name: str) -> str:
        """What another model makes of the sentence; the reader goes on with the first one's."""
        return shipped(name).translate(self.text, *self.direction, BEAM).text

    def mine(self, text: str) -> None:
        self.target_ids = self.model.encode_target(text)

    def go_on(self, beginning: str) -> str:
        return self._continue(self.model, self.model.encode_target(beginning)[:-1]).text

    def change(self, word: str, other: str) -> str:
        before = self.target_ids[: self._word(word).piece_range.start]
        found = self._continue(self.model, (*before, *self.model.encode_target(other)[:-1]))
        return found.text

    def move_attention(self, word: str, to: str, percent: str) -> str:
        """As a drag does: one weight is set, the others of the row keep their proportions."""
        place, share = self._word(word).piece_range.start, float(percent) / 100
        map = self.model.attend(self.source_ids, self.target_ids)
        row, column = map.weights_LHTS[0, 0, place], map.source_units.index(f"▁{to}")
        rest = (1 - share) / (1 - row[column])
        weights = tuple(share if i == column else float(weight * rest) for i, weight in enumerate(row))
        changed = under(self.model, Change(edits=(AttentionEdit(place, weights),)))
        return self._continue(changed, ()).text

    def weight(self, word: str, of: str) -> str:
        place = self._word(word).piece_range.start
        map = self.model.attend(self.source_ids, self.target_ids)
        return f"{map.weights_LHTS[0, 0, place, map.source_units.index(f'▁{of}')]:.1%}"

    def facts(self, word: str) -> str:
        found = self._word(word)
        return f"{found.prob:.1%}, rank {found.rank}, entropy {found.entropy:.2f}"

    def rivals(self, word: str) -> str:
        judged = self.insight.judge(self.source_ids, self.target_ids)[self._word(word).piece_range.start]
        others = [one for one in judged.likely if one.id != judged.id]
        return ", ".join(f"{one.piece.lstrip('▁')} {one.probability:.1%}" for one in others[:3])

    def shuffle(self, word: str) -> str:
        place = self._word(word).piece_range.start
        found = self.insight.attention_check(
            self.source_ids, self.target_ids, place, CheckOptions(words=True)
        )
        return f"{found.prob:.1%} → {found.shuffled_prob:.1%}, another word {found.changed:.1%}"

    def log_prob(self) -> str:
        return f"{sum(self.model.score(self.source_ids, self.target_ids)):.2f}"

    def unattended(self) -> str:
        words = self.insight.doubts(self.source_ids, self.target_ids).source
        return f"{sum('unattended' in word.reasons for word in words)} words of {len(words)}"

    def untranslated(self) -> str:
        words = self.insight.doubts(self.source_ids, self.target_ids).source
        return ", ".join(word.text for word in words if "omitted" in word.reasons)

    def _look_at(self, segment: SegmentTranslation) -> None:
        self.source_ids, self.target_ids = segment.source_ids, segment.best.ids

    def _continue(self, model: Translator, prefix_ids: tuple[int, ...]) -> Hypothesis:
        found = model.continue_from(self.source_ids, prefix_ids, BEAM)[0]
        self.target_ids = found.ids
        return found

    def _word(self, text: str) -> JudgedWord:
        words = self.insight.doubts(self.source_ids, self.target_ids).target
        return next(word for word in words if word.text.strip(".") == text)


KEYS: dict[str, Callable[..., str]] = {
    r"greedy": lambda reader: reader.search(GreedyOptions()),
    r"beam(?:, length penalty (\S+))?": Reader.beam,
    r"by (\S+)": Reader.by,
    r"after (.+)": Reader.go_on,
    r"(\S+) → (.+)": Reader.change,
    r"(\S+) ← (\S+)": Reader.weight,
    r"(\S+) ← (\S+) (\d+) %": Reader.move_attention,
    r"word (\S+)": Reader.facts,
    r"instead of (\S+)": Reader.rivals,
    r"shuffle (\S+)": Reader.shuffle,
    r"log-prob": Reader.log_prob,
    r"unattended": Reader.unattended,
    r"untranslated": Reader.untranslated,
}
NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")


def answer(reader: Reader, key: str, value: str) -> str | None:
    """What comes out for a line of the tour, or None where the line only says what the reader types."""
    if key == "mine":
        reader.mine(value)
        return None
    if found := re.fullmatch(r"(fr|en) → (fr|en)", key):
        reader.sentence(found[1], found[2], value)
        return None
    for pattern, ask in KEYS.items():
        if found := re.fullmatch(pattern, key):
            return ask(reader, *found.groups())
    raise AssertionError(f"no station of the tour is called {key!r}")


def same(told: str, real: str) -> bool:
    """Words to the letter; numbers within one in the last place of the tour's."""
    told = told.replace("−", "-").replace(" %", "%").replace("< 1%", "0%")
    if NUMBER.sub("#", told) != NUMBER.sub("#", real):
        return False
    pairs = zip(NUMBER.findall(told), NUMBER.findall(real), strict=True)
    return all(abs(float(a) - float(b)) <= 10.0 ** -len(a.partition(".")[2]) for a, b in pairs)


@pytest.mark.parametrize("block", blocks(PAGES[0]), ids=lambda block: block[0][1])
def test_the_model_says_what_the_tour_says(block: Block) -> None:
    reader = Reader()
    for key, told in block:
        real = answer(reader, key, told)
        assert real is None or same(told, real), f"{key}: the tour says {told!r}, the model {real!r}"


def test_both_tours_show_the_same() -> None:
    english, chinese = map(blocks, PAGES)
    assert len(english) > 5 and english == chinese
