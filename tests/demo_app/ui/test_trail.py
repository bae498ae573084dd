"""Undo and redo are inverse, and what a visitor looks at is what they made last of the sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_app.services.readings import Target
from demo_app.store.records import TranslationRecord
from demo_app.ui.shown import Shown, chosen_text, target_of, target_text
from demo_app.ui.trail import LONGEST, Trail
from tests.demo_app.store.samples import open_empty, translation


@dataclass(frozen=True)
class Walk:
    """Undo or redo."""

    by: int


HYPOTHESES = st.integers(0, 4)
TARGETS = st.builds(lambda n: Target(kind="word", ids=(n, 3), text=f"text {n}"), st.integers(4, 99))
WALKS = st.builds(Walk, st.sampled_from([-1, 1]))
DEEDS = st.lists(st.one_of(TARGETS, HYPOTHESES, WALKS), max_size=30)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TranslationRecord]:
    """Two sentences with two hypotheses each."""
    store = open_empty(Path(tmp_path_factory.mktemp("store")) / "test.db")
    one = translation("Il pleut.", "It rains.", "It is raining.")
    yield store.translations.add(replace(one, segments=one.segments * 2))
    store.close()


def walked(deeds: Sequence[Target | int | Walk]) -> Trail:
    """A trail after hypotheses and targets were taken, and steps back and forth."""
    trail = Trail(start=2)
    for deed in deeds:
        trail = trail.at(trail.step + deed.by) if isinstance(deed, Walk) else trail.going_on(deed)
    return trail


@given(DEEDS)
def test_one_back_and_one_forth_is_where_one_was(deeds: Sequence[Target | int | Walk]) -> None:
    trail = walked(deeds)
    if trail.step > 0:
        assert trail.at(trail.step - 1).at(trail.step) == trail
    if trail.step < trail.steps - 1:
        assert trail.at(trail.step + 1).at(trail.step) == trail


@given(DEEDS, TARGETS)
def test_what_was_made_is_looked_at_and_undone_by_one_step(
    deeds: Sequence[Target | int | Walk], target: Target
) -> None:
    before = walked(deeds)
    after = before.going_on(target)
    assert after.target == target and after.step == after.steps - 1
    assert after.at(after.step - 1).target == before.target
    assert after.hypothesis == before.hypothesis


@given(DEEDS, HYPOTHESES)
def test_another_hypothesis_is_a_step_like_any_other(
    deeds: Sequence[Target | int | Walk], taken: int
) -> None:
    before = walked(deeds)
    after = before.going_on(taken)
    assert (after.target, after.hypothesis, after.taken_at) == (None, taken, after.step)
    back = after.at(after.step - 1)
    assert (back.target, back.hypothesis) == (before.target, before.hypothesis)
    assert before.at(before.taken_at).hypothesis == before.hypothesis


@given(DEEDS)
def test_every_step_is_one_that_there_is(deeds: Sequence[Target | int | Walk]) -> None:
    trail = walked(deeds)
    assert 0 <= trail.step < trail.steps <= LONGEST + 1
    assert trail.at(-9).target is None and trail.at(10**6).step == trail.steps - 1
    assert (trail.target is None) == (trail.step == trail.taken_at)


def test_the_oldest_steps_go() -> None:
    made: list[Target | int] = [Target(kind="tree", ids=(n,), text=str(n)) for n in range(LONGEST + 5)]
    trail = walked(made)
    assert (trail.steps, trail.target) == (LONGEST + 1, made[-1])
    assert trail.at(1).target == made[5] and trail.at(0).target is None
    assert walked([4, *made]).at(0).hypothesis == 4


def test_each_sentence_has_a_trail_of_its_own(record: TranslationRecord) -> None:
    mine = Target(kind="own", ids=(7, 3), text="Mine.")
    shown = Shown.first(record, 1.0)
    there = shown.turned_to(len(record.segments) - 1, 2.0).going_on(mine)
    assert target_text(record, there) == "Mine." and target_of(record, there) == mine
    assert chosen_text(record, there).endswith("Mine.")
    first = there.turned_to(0, 3.0)
    assert target_text(record, first) == record.segments[0].hypotheses[0].text
    assert first.turned_to(len(record.segments) - 1, 4.0).trail == there.trail


def test_what_was_made_of_a_hypothesis_is_there_after_another_was_picked(record: TranslationRecord) -> None:
    shown = Shown.first(record, 1.0)
    assert shown.choosing(0) == shown
    made = shown.going_on(Target(kind="word", ids=(9, 3), text="Other."))
    other = replace(made, saved=("id", 1)).choosing(1)
    for there in (other, made.choosing(0)):
        assert target_of(record, there.at_step(1)) == target_of(record, made)
    assert other.hypothesis == 1 and other.saved is None
    found = target_of(record, other)
    stored = record.segments[0].hypotheses[1]
    assert (found.kind, found.ids, found.score) == ("hypothesis", stored.ids, stored.score)


def test_a_change_of_target_is_a_correction_not_yet_saved(record: TranslationRecord) -> None:
    shown = replace(Shown.first(record, 1.0), saved=("id", 1))
    assert shown.going_on(Target(kind="word", ids=(9, 3), text="Other.")).saved is None
    assert shown.at_step(0).saved is None
