"""Nothing that is judged by was learned from, and no record ever changes sides."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corpora.split import normalised
from core.errors import ConfigError
from core.text.near_duplicates import LIKENESS, grams, jaccard, near_duplicates
from demo_app.services.split import Example, Split, split

WORDS = ("bateau", "phare", "Jardin", "12", "7", "!", "été", "la mer", "猫")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
RECORDS = st.lists(
    st.builds(Example, id=st.uuids().map(str), source_language=st.sampled_from(["fr", "en"]),
              target_language=st.sampled_from(["en", "fr"]), source=TEXTS, target=TEXTS),
    max_size=25, unique_by=lambda one: one.id,
)  # fmt: skip


def example(number: int, source: str, target: str) -> Example:
    return Example(id=str(number), source_language="fr", target_language="en", source=source, target=target)


def many(count: int) -> list[Example]:
    return [
        example(i, f"phrase {chr(97 + i % 26)}{chr(97 + i // 26)} du texte", f"{i:b}".replace("1", "x"))
        for i in range(count)
    ]


def ids(records: Iterable[Example]) -> set[str]:
    return {one.id for one in records}


def texts_of(records: Iterable[Example]) -> set[tuple[str, str]]:
    sides = [((o.source_language, o.source), (o.target_language, o.target)) for o in records]
    return {(language, normalised(text)) for pair in sides for language, text in pair}


@given(RECORDS)
def test_nothing_held_out_is_equal_or_near_to_what_is_learned_from(records: list[Example]) -> None:
    found = split(records, 0.4)
    learned, judged = texts_of(found.train), texts_of(found.held_out)
    assert not learned & judged
    alike = [
        (one, other)
        for language, one in learned
        for other_language, other in judged
        if language == other_language and jaccard(grams(one), grams(other)) >= LIKENESS + 0.2
    ]
    assert alike == []


@given(RECORDS)
def test_every_record_is_on_one_side(records: list[Example]) -> None:
    found = split(records, 0.4)
    parts = [found.train, found.held_out, found.dropped, found.repeated]
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in records)


@given(RECORDS, RECORDS)
def test_no_record_changes_sides_whatever_else_comes(before: list[Example], later: list[Example]) -> None:
    more = [*before, *(one for one in later if one.id not in ids(before))]
    first, second = split(before, 0.4), split(more, 0.4)
    assert ids(first.held_out) == ids(second.held_out) & ids(before)
    assert ids(second.train) & ids(before) <= ids(first.train)
    assert ids(first.dropped) <= ids(second.dropped)
    assert not ids(first.train) & ids(second.held_out)


@given(RECORDS)
def test_order_does_not_matter(records: list[Example]) -> None:
    distinct = {(normalised(o.source), normalised(o.target)): o for o in records}
    shuffled = sorted(distinct.values(), key=lambda one: one.id[::-1])
    one, other = split(distinct.values(), 0.4), split(shuffled, 0.4)
    assert ids(one.train) == ids(other.train)
    assert ids(one.held_out) == ids(other.held_out)


def test_about_the_share_that_was_asked_for_is_held_out() -> None:
    found = split(many(300), 0.2)
    assert 35 < len(found.held_out) < 85
    assert len(split(many(20), 0).held_out) == len(split(many(20), 1).train) == 0


def test_a_larger_share_takes_nothing_back() -> None:
    assert ids(split(many(80), 0.1).held_out) < ids(split(many(80), 0.3).held_out)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Il a 12 ans.", "il a 9 ans !"),
        ("ÉTÉ", "e\u0301te\u0301"),
        ("ＡＢＣ １２", "abc 3"),
        ("« Oui », dit-il.", '"oui" dit il'),
    ],
)
def test_case_signs_numbers_and_encoding_do_not_tell_texts_apart(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_texts_without_a_letter_are_told_apart() -> None:
    assert normalised("?!") != normalised("...")


def test_two_groups_that_grow_together_lose_what_was_learned_from_and_nothing_else() -> None:
    parts = split(many(60))
    learned, judged = parts.train[0], parts.held_out[0]
    bridge = example(999, parts.train[0].source, parts.held_out[0].target)
    after = split([*many(60), bridge])
    assert {learned.id, bridge.id} <= ids(after.dropped)
    assert judged.id in ids(after.held_out)
    assert ids(after.train) == ids(parts.train) - {learned.id}


def test_one_sentence_ten_thousand_times_is_one() -> None:
    record = example(1, "Le bateau part.", "The boat leaves.")
    found = split(replace(record, id=str(number)) for number in range(10_000))
    assert (len(found.train) + len(found.held_out), len(found.repeated)) == (1, 9_999)


def test_nothing_is_split_into_nothing() -> None:
    assert split([]) == Split((), (), (), ())


def test_a_share_beyond_the_whole_is_refused() -> None:
    with pytest.raises(ConfigError, match="share"):
        split([], 1.5)


def test_nearly_equal_texts_are_found_and_others_are_not() -> None:
    texts = [
        "thelighthouselightsthebayallnight",
        "thelighthouselightsthebayallnights",
        "ourbakersellswarmryebread",
    ]
    assert list(near_duplicates(texts)) == [(0, 1)]


@given(st.lists(st.text("abc", min_size=1, max_size=30), unique=True, max_size=20))
def test_only_texts_that_are_so_alike_are_linked(texts: list[str]) -> None:
    for one, other in near_duplicates(texts):
        assert jaccard(grams(texts[one]), grams(texts[other])) >= LIKENESS
