import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_app.services.quality.findings import Candidate, Finding
from demo_app.services.quality.texts import (
    MAX_LENGTH_RATIO,
    MAX_READ_PER_S,
    MAX_TYPED_PER_S,
    TEXT_CHECKS,
    check_characters,
    check_copy,
    check_empty,
    check_length,
    check_reading,
    check_repetition,
    check_speed,
    check_unchanged,
    typed_letters,
)
from demo_app.store.records import Verdict
from tests.demo_app.services.quality.samples import GOOD, spoiled

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
SIGNS = st.text("…?!. -—\"'", min_size=1, max_size=20)


def found(one: Candidate) -> dict[str, str]:
    """Check -> severity."""
    findings = [finding for check in TEXT_CHECKS if (finding := check(one))]
    return {finding.check: finding.severity for finding in findings}


def test_nothing_speaks_against_a_good_correction() -> None:
    assert found(GOOD) == {}


@given(source=ANY_TEXT, machine=ANY_TEXT, text=ANY_TEXT, seconds=st.none() | st.floats(0, 1e6))
def test_every_text_gets_an_answer_of_plain_values(
    source: str, machine: str, text: str, seconds: float | None
) -> None:
    one = replace(GOOD, source_text=source, machine_text=machine, corrected_text=text, duration_s=seconds)
    for check in TEXT_CHECKS:
        finding = check(one)
        assert finding is None or isinstance(finding, Finding)
        if finding:
            assert all(isinstance(value, str | int | float) for value in finding.values.values())


@given(SIGNS)
def test_signs_alone_are_empty_unless_the_source_is_signs(signs: str) -> None:
    assert check_empty(spoiled(signs))
    assert not check_empty(spoiled(signs, source_text="?!"))


@given(st.integers(0, 3), st.integers(0, 3), st.integers(1, 4))
def test_spaces_change_nothing(before: int, after: int, between: int) -> None:
    text = " " * before + GOOD.machine_text.replace(" ", " " * between) + "\n" * after
    assert check_unchanged(spoiled(text))
    assert not check_unchanged(spoiled(text, verdict="right"))
    assert not check_unchanged(spoiled(text + "x"))


@given(st.integers(1, 400), st.integers(1, 400))
def test_length_is_judged_alike_in_both_directions(one: int, other: int) -> None:
    there = check_length(spoiled("x" * one, source_text="y" * other))
    back = check_length(spoiled("y" * other, source_text="x" * one))
    assert (
        bool(there)
        == bool(back)
        == (not 1 / MAX_LENGTH_RATIO <= (one + 10) / (other + 10) <= MAX_LENGTH_RATIO)
    )


def test_a_chinese_character_counts_as_several_letters() -> None:
    chinese = replace(GOOD, source_language="zh", source_text="面包师每天早上六点钟开门，星期天也一样。")
    assert not check_length(chinese)
    assert check_length(replace(chinese, source_text="x" * len(chinese.source_text) * 9))


@pytest.mark.parametrize(
    "text",
    [
        "aaaaaa",
        "The baker opens hisssssss shop.",
        "The very very very very old baker.",
        "Very, very, very, very old.",
        "I am I am I am I am here.",
        "你好你好你好你好。",
        "The shop the shop the shop the shop opens.",
    ],
)
def test_what_comes_over_and_over_is_found_unless_the_source_does_it_too(text: str) -> None:
    assert check_repetition(spoiled(text))
    assert not check_repetition(spoiled(text, source_text=text))


@pytest.mark.parametrize(
    "text",
    [
        "The very, very old baker.",
        "No, no!",
        "Hmmm... yes.",
        "He had had a shop that that man wanted.",
        "Call 1000000 or 22222222.",
        "Wait ---------------- here",
        "哈哈哈，太好了。",
        "Bye-bye, bye-bye!",
    ],
)
def test_emphasis_laughter_and_numbers_are_no_repetition(text: str) -> None:
    assert not check_repetition(spoiled(text))


@given(st.text(string.ascii_letters, min_size=1, max_size=8), st.integers(4, 50))
def test_a_repeated_word_is_found_wherever_it_stands(word: str, times: int) -> None:
    for text in (" ".join([word] * times), f"The {' '.join([word] * times)} shop."):
        assert check_repetition(spoiled(text, source_text="Le magasin est ouvert."))


def test_a_copy_is_found_whatever_its_capitals_and_signs() -> None:
    for text in (GOOD.source_text, GOOD.source_text.upper(), GOOD.source_text.strip(".").replace(",", "")):
        assert check_copy(spoiled(text))
    assert not check_copy(spoiled(GOOD.source_text, machine_text=GOOD.source_text))


def test_a_copied_name_is_only_told() -> None:
    finding = check_copy(spoiled("Guido van", source_text="Guido van", machine_text="Guido from"))
    assert finding and finding.severity == "mild"


@pytest.mark.parametrize("sign", ["\x07", "\u202e", "\u2066", "\ufffd", "\ue000", "\x9b"])
def test_a_strange_character_is_found_unless_the_source_has_it(sign: str) -> None:
    finding = check_characters(spoiled(f"The baker{sign} opens."))
    assert finding and finding.values == {"code": f"U+{ord(sign):04X}"}
    assert not check_characters(spoiled(f"The baker{sign} opens.", source_text=f"x{sign}"))


@pytest.mark.parametrize("text", ["tab\tand\r\nline", "👩‍👩‍👧 🏳️‍🌈", "می‌خواهم", "naïve “quotes” – 你好"])
def test_signs_that_people_write_are_in_order(text: str) -> None:
    assert not check_characters(spoiled(text))


@given(st.integers(0, 300), st.floats(0, 60))
def test_too_fast_means_more_typed_than_the_time_allows(typed: int, seconds: float) -> None:
    text = GOOD.machine_text + "z" * typed
    assert typed_letters(GOOD.machine_text, text) == typed
    expected = typed >= 20 and typed > seconds * MAX_TYPED_PER_S
    assert bool(check_speed(spoiled(text, duration_s=seconds))) == expected


@given(st.floats(0, 60), st.sampled_from(["right", "corrected"]))
def test_what_a_project_gave_is_read_before_it_is_answered(seconds: float, verdict: Verdict) -> None:
    text = GOOD.machine_text if verdict == "right" else GOOD.corrected_text
    one = spoiled(text, verdict=verdict, duration_s=seconds, was_asked_for=True)
    letters = len(GOOD.source_text) + len(GOOD.machine_text)
    assert bool(check_reading(one)) == (letters > seconds * MAX_READ_PER_S)
    assert not check_reading(replace(one, was_asked_for=False)), "whoever typed the source need not read it"
    assert not check_reading(replace(one, duration_s=None))


def test_only_what_was_changed_within_a_word_was_typed() -> None:
    assert typed_letters("her shop at six", "his shop at six") == 2
    assert typed_letters("one two three", "one three") == 0
    assert not check_speed(spoiled("z" * 500, duration_s=None))
