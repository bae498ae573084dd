"""The split: no test sentence is ever learned from, and what is added later moves nothing across."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corpora.manifest import Corpus
from core.corpora.pinned import format_pinned, read_pinned
from core.corpora.split import HELD, Parts, Pinned, content_sum, fingerprint, key, sides, split
from core.text.corpus import Pair

FRENCH = Corpus(
    family="toy",
    code="fr-en",
    format="anki",
    url="https://example.org",
    archive="a.zip",
    licence="none",
    attribution="nobody",
    held=3,
)
GERMAN = replace(FRENCH, code="de-en")
WORDS = replace(FRENCH, split="words")
PAIRS = st.lists(
    st.builds(Pair, st.sampled_from("abcdefghijklm"), st.sampled_from("nopqrstuvwxyzABC.")),
    unique=True,
    min_size=10,
    max_size=60,
)

PINNED = {"test": {4, 9}, "dev": {30}}


def made(french: list[Pair], german: list[Pair], pinned: Mapping[str, Pinned] | None = None) -> list[Parts]:
    parts = split([(FRENCH, french), (GERMAN, german)], pinned or {})
    return [parts[FRENCH.name], parts[GERMAN.name]]


def held(parts: Parts) -> list[Pair]:
    return [*parts.dev, *parts.test]


@given(PAIRS, PAIRS)
def test_no_held_out_sentence_is_in_any_train_file(french: list[Pair], german: list[Pair]) -> None:
    parts = made(french, german)
    secret = {key(text) for one in parts for pair in held(one) for text in pair}
    assert not any(key(text) in secret for one in parts for pair in one.train for text in pair)


@given(PAIRS, PAIRS)
def test_every_pair_is_in_one_part_or_counted(french: list[Pair], german: list[Pair]) -> None:
    for parts, pairs in zip(made(french, german), (french, german), strict=True):
        kept = [*parts.train, *held(parts)]
        assert len(kept) == len(set(kept)) == len(pairs) - parts.left_out
        assert set(kept) <= set(pairs)


@given(PAIRS, PAIRS, PAIRS, PAIRS)
def test_what_is_added_turns_no_train_pair_into_test_and_no_test_into_dev(
    french: list[Pair], german: list[Pair], more_french: list[Pair], more_german: list[Pair]
) -> None:
    before = made(french, german)
    after = made(list({*french, *more_french}), list({*german, *more_german}))
    for old, new in zip(before, after, strict=True):
        assert not set(old.train) & set(held(new))
        assert not set(old.test) & set(new.dev) and not set(old.dev) & set(new.test)


@given(PAIRS, st.randoms())
def test_the_order_of_the_archive_does_not_matter(pairs: list[Pair], shuffler: random.Random) -> None:
    shuffled = shuffler.sample(pairs, len(pairs))
    assert made(pairs, []) == made(shuffled, [])


def test_as_many_sentences_are_held_out_as_asked_for_each_another() -> None:
    pairs = [Pair(f"phrase {n} {m}", f"sentence {n}") for n in range(300) for m in range(3)]
    (parts, _) = made(pairs, [])
    assert [len(parts.dev), len(parts.test)] == [3, 3]
    assert len({pair.second for pair in held(parts)}) == 6
    assert (len(parts.train), parts.left_out) == (900 - 18, 12)


def test_case_and_punctuation_hide_no_leak() -> None:
    pairs = [Pair(f"phrase {n}", f"Sentence {n}.") for n in range(40)]
    loud = [Pair(f"LAUT {n}", f"sentence {n} !") for n in range(40)]
    french, german = made(pairs, loud)
    secret = {key(pair.second) for pair in held(french)}
    assert len(secret) == 6 and secret == {key(pair.second) for pair in held(german)}
    assert not any(key(pair.second) in secret for pair in german.train)


def test_a_word_stays_together_and_may_sound_like_another() -> None:
    pairs = [Pair(f"word{'x' * n}", phones) for n in range(40) for phones in ("AH", "EH")]
    parts = split([(WORDS, pairs)], {})[WORDS.name]
    assert [len(parts.dev), len(parts.test), len(parts.train), parts.left_out] == [6, 6, 68, 0]
    assert not {pair.first for pair in held(parts)} & {pair.first for pair in parts.train}


def test_pinned_pairs_are_dev_and_test_and_no_others(tmp_path: Path) -> None:
    french = [Pair(f"phrase {n}", f"sentence {n}") for n in range(40)]
    german = [Pair(f"Satz {n}", f"sentence {n}") for n in range(40)]
    marks = {
        part: [fingerprint(*sides(french[n], "sentences")) for n in numbers]
        for part, numbers in PINNED.items()
    }
    (tmp_path / "pinned.txt").write_text("# a list\n" + format_pinned({FRENCH.name: marks}), encoding="ascii")
    pinned = read_pinned(tmp_path / "pinned.txt")
    other = Pair("autre", "Sentence 4!")
    first, second = made([*french, other], german, pinned)
    assert {part: {french.index(pair) for pair in getattr(first, part)} for part in HELD} == PINNED
    assert other not in first.train
    assert not {pair.second for pair in held(first)} & {pair.second for pair in second.train}


def test_the_sum_is_of_the_pairs_not_of_their_order() -> None:
    pairs = [Pair("b", "2"), Pair("a", "1")]
    assert content_sum(pairs) == content_sum(pairs[::-1]) != content_sum(pairs[:1])


@pytest.mark.parametrize(
    ("texts", "hexadecimal"),
    [(("wecome", "nousvenons"), "3df2b03e7e57"), (("你好",), "49bdce13adc8")],
)
def test_fingerprints_never_change(texts: tuple[str, ...], hexadecimal: str) -> None:
    assert fingerprint(*texts).hex() == hexadecimal


@pytest.mark.parametrize(
    ("text", "same"),
    [("Où es-tu ?", "oùestu"), ("ＡＢＣ。", "abc"), ("STRASSE", "strasse"), ("?!", "?!"), ("你好！", "你好")],
)
def test_a_key_is_what_is_the_same_to_a_person(text: str, same: str) -> None:
    assert key(text) == same
