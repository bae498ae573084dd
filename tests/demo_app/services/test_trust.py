"""Trust: more for who knows what is known and agrees with others, and none is lost by being strict."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_app.services.answers import ItemAnswers
from demo_app.services.trust import Trust, trusts_of, wilson_bound
from tests.demo_app.services.answered import corrected, preferred, scored


def by_name(trusts: tuple[Trust, ...]) -> dict[str, Trust]:
    return {one.user_id: one for one in trusts}


def checked(passed: dict[str, list[bool]]) -> list[ItemAnswers]:
    """Items with a known answer that the people knew or not."""
    items = scored(*({person: 50.0 for person in passed} for _ in range(max(map(len, passed.values())))))
    for person, outcomes in passed.items():
        for item, outcome in zip(items, outcomes, strict=False):
            item.passed[person] = outcome
    return items


def test_the_published_wilson_bounds() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263 is 0.2553 to 0.3662, 15 of 148 is 0.0624 to 0.1605.
    assert wilson_bound(81, 263) == pytest.approx(0.2553, abs=5e-5)
    assert wilson_bound(15, 148) == pytest.approx(0.0624, abs=5e-5)
    assert wilson_bound(0, 20) == 0 and wilson_bound(0, 0) is None


def test_who_did_nothing_yet_has_the_prior() -> None:
    (one,) = trusts_of("rating", scored({"ada": 50}))
    assert one.trust == pytest.approx(0.8) and (one.known, one.shared, one.own) == (0, 0, None)


@given(st.integers(0, 9), st.integers(0, 9))
def test_each_known_answer_missed_lowers_trust_and_each_known_one_raises_it(passed: int, missed: int) -> None:
    outcomes = [True] * passed + [False] * missed + [True, False]
    without = trusts_of("rating", checked({"ada": outcomes[:-2] or [True]}))[0]
    more, less = (
        trusts_of("rating", checked({"ada": [*(outcomes[:-2] or [True]), last]}))[0] for last in (True, False)
    )
    assert less.trust < without.trust < more.trust < 1
    assert (more.passed, more.known) == (without.passed + 1, without.known + 1)


def test_who_rates_by_dice_is_trusted_least_and_who_is_strict_no_less() -> None:
    dice = random.Random(3)
    items = scored(*({"ada": n, "mild": 50 + n / 2, "dice": dice.randint(0, 100)} for n in range(0, 100, 2)))
    trusts = by_name(trusts_of("rating", items))
    assert trusts["ada"].trust == pytest.approx(trusts["mild"].trust, abs=0.02)
    assert trusts["dice"].trust < trusts["ada"].trust - 0.1
    assert trusts_of("rating", items)[0].user_id == "dice"


def test_it_is_the_geometric_mean_that_the_page_documents() -> None:
    items = preferred(*([{"ada": n % 2, "bob": n % 2}] for n in range(10)))
    for item in items[:5]:
        item.passed["ada"] = True
    trusts = by_name(trusts_of("comparison", items))
    assert trusts["ada"].trust == pytest.approx(((9 / 10) * (18 / 20)) ** 0.5)
    assert trusts["bob"].trust == pytest.approx((0.8 * (18 / 20)) ** 0.5)


def test_corrections_are_trusted_by_likeness_to_those_of_others() -> None:
    items = corrected(*[{"ada": "It is raining.", "bob": "It is raining.", "eve": "aaaaaa"}] * 20)
    trusts = by_name(trusts_of("post_edit", items))
    assert trusts["eve"].trust < trusts["ada"].trust == trusts["bob"].trust < 1
    assert trusts["eve"].own == pytest.approx(0, abs=0.05) and trusts["eve"].shared == 20


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 100)), max_size=8))
def test_trust_is_a_share_whatever_was_answered(scores: list[dict[str, int]]) -> None:
    assert all(0 <= one.trust <= 1 for one in trusts_of("rating", scored(*scores)))
