import math
from dataclasses import replace
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_app.services.ordering import FLOOR, Measured, Place, arrange, disagreement, uncertainty

WORDS = "le chat chien dort mange sur sous la table grise noire et un oiseau chante".split()
SHARES = st.one_of(st.none(), st.floats(0, 1))
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
MEASURED = st.lists(
    st.builds(Measured, text=TEXTS, uncertainty=SHARES, disagreement=SHARES, is_check=st.booleans()),
    max_size=30,
)


def order(places: list[Place]) -> list[int]:
    return sorted(range(len(places)), key=lambda index: places[index].rank)


def measured(text: str, value: float | None = None) -> Measured:
    return Measured(text=text, uncertainty=value, disagreement=value)


@pytest.mark.parametrize(
    ("n_best", "expected"),
    [
        ([], None),
        ([[]], None),
        ([[0.0, 0.0]], 0),
        ([[math.log(0.5)] * 3], 0.5),
        ([[math.log(0.5)] * 2, [math.log(0.25)] * 9], 0.5),
        ([[math.log(0.5)], [math.log(0.5)]], 0.75),
        ([[math.log(0.5)], [math.log(0.6)]], 0.75),
        ([[-2000.0], [-3000.0]], 1),
    ],
)
def test_uncertainty_is_by_hand(n_best: list[list[float]], expected: float | None) -> None:
    assert uncertainty(n_best) == (expected if expected is None else pytest.approx(expected))


def test_disagreement_is_0_for_the_same_and_1_for_nothing_in_common() -> None:
    assert disagreement(["A cat.", "A cat."]) == 0
    assert disagreement(["abc", "xyz"]) == disagreement(["", "xyz"]) == 1
    assert disagreement(["only one"]) is disagreement([]) is None
    between = disagreement(["A fat cat sat.", "A fat cat sits."])
    assert between and 0 < between < 0.5
    assert between == disagreement(["A fat cat sits.", "A fat cat sat."])


def test_what_is_unsure_and_in_dispute_comes_first() -> None:
    texts = [measured("le chat", 0.1), measured("un oiseau", 0.9), measured("la table", 0.5)]
    assert order(arrange(texts, 0, Random(1))) == [1, 2, 0]


def test_agreement_to_the_letter_leaves_the_other_factors_a_say() -> None:
    texts = [
        Measured(text=word, uncertainty=value, disagreement=0) for word, value in (("a", 0.2), ("b", 0.8))
    ]
    places = arrange(texts, 0, Random(1))
    assert order(places) == [1, 0]
    assert places[1].reason["priority"] == round((FLOOR + 0.95 * 0.8) * FLOOR, 4)


def test_what_says_little_new_comes_later() -> None:
    texts = [measured("le chat dort"), measured("le chat dort sur"), measured("un oiseau chante")]
    places = arrange(texts, 0, Random(1))
    assert order(places) == [0, 2, 1]
    assert places[0].reason["diversity"] == places[2].reason["diversity"] == 1 > places[1].reason["diversity"]


def test_a_repeated_text_goes_to_the_end() -> None:
    texts = [measured("Le chat", 0.9), measured("le  CHAT", 0.9), measured("un oiseau", 0.01)]
    places = arrange(texts, 0, Random(1))
    assert order(places) == [0, 2, 1]
    assert [place.reason["rule"] for place in places] == ["active", "duplicate", "active"]


@given(texts=MEASURED, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_every_text_has_a_place_and_the_same_dice_give_the_same(
    texts: list[Measured], share: float, seed: int
) -> None:
    places = arrange(texts, share, Random(seed))
    assert places == arrange(texts, share, Random(seed))
    assert len(places) == len(texts) and all(0 <= place.rank < 1 for place in places)
    active = [place.rank for place in places if place.reason["rule"] != "control"]
    assert len(set(active)) == len(active)
    drawn = sum(place.is_control for place in places)
    assert abs(drawn - share * sum(not one.is_check for one in texts)) < 1
    assert not any(place.is_control for place, one in zip(places, texts, strict=True) if one.is_check)


@given(texts=MEASURED, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_no_figure_decides_what_is_in_the_control_slice_or_where(
    texts: list[Measured], share: float, seed: int
) -> None:
    turned = [replace(one, text=one.text[::-1], uncertainty=0.5, disagreement=None) for one in texts]
    first, second = (arrange(each, share, Random(seed)) for each in (texts, turned))
    chance = [(index, place.rank) for index, place in enumerate(first) if place.reason["rule"] == "control"]
    assert chance == [(i, place.rank) for i, place in enumerate(second) if place.reason["rule"] == "control"]


@given(
    texts=st.lists(
        st.builds(Measured, text=TEXTS, uncertainty=SHARES), max_size=12, unique_by=lambda one: one.text
    )
)
def test_each_choice_is_the_best_of_what_is_left(texts: list[Measured]) -> None:
    places = arrange(texts, 0, Random(0))
    assert order(places) == by_brute_force(texts)
    priorities = [places[index].reason["priority"] for index in order(places)]
    assert priorities == sorted(priorities, reverse=True)


def by_brute_force(texts: list[Measured]) -> list[int]:
    """The greedy choice as it is defined, everything measured anew each time."""
    parts = [{*words, *zip(words, words[1:], strict=False)} for words in (one.text.split() for one in texts)]
    weight = {
        part: math.log1p(len(texts) / sum(part in one for one in parts)) for part in set().union(*parts)
    }
    chosen: list[int] = []

    def product(index: int) -> float:
        seen = set[object]().union(*(parts[one] for one in chosen))
        new = math.fsum(weight[part] for part in parts[index] - seen)
        known = texts[index].uncertainty
        diversity = FLOOR + (1 - FLOOR) * (new / math.fsum(weight[part] for part in parts[index]))
        return diversity if known is None else (FLOOR + (1 - FLOOR) * known) * diversity

    while len(chosen) < len(texts):
        left = [index for index in range(len(texts)) if index not in chosen]
        chosen.append(max(left, key=lambda index: (product(index), -index)))
    return chosen


def test_checks_look_like_what_chance_has_placed() -> None:
    texts = [replace(measured(word, 0.5), is_check=word == "chat") for word in WORDS]
    places = arrange(texts, 0.5, Random(3))
    check = places[WORDS.index("chat")]
    others = [place for place in places if place.is_control]
    assert not check.is_control and others and check.reason == others[0].reason


def test_ten_thousand_texts_take_seconds() -> None:
    dice = Random(5)
    texts = [
        Measured(
            text=" ".join(f"w{int(dice.paretovariate(0.8))}" for _ in range(12)),
            uncertainty=dice.random(),
            disagreement=dice.random(),
        )
        for _ in range(10_000)
    ]
    started = process_time()
    arrange(texts, 0.2, Random(1))
    assert process_time() - started < 10
