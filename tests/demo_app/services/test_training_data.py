"""Corrections that nothing can be learned from: told before anything starts, and nothing is left behind."""

import pytest

from core.errors import InputError
from tests.demo_app.services.loop_rig import Loop
from tests.demo_app.services.test_loop import MANY
from tests.demo_app.store.samples import correct
from tests.demo_app.store.test_quarantine import SET_ASIDE


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (MANY[:3], "but there are [0-3]: of 3, 0 cannot be used, 0 repeat another"),
        (MANY[:1] * 40, "but there are [01]: of 40, 0 cannot be used, 39 repeat another"),
    ],
)
def test_too_little_to_learn_from_is_told_before_anything_starts(
    sources: list[str], words: str, loop: Loop
) -> None:
    loop.freeze(sources)
    for act in (loop.start, lambda: loop.tuning.plan("v1", "tiny")):
        with pytest.raises(InputError, match=f"At least 10 corrections must be left to learn from, {words}"):
            act()
    assert loop.store.jobs.all() == ()
    assert not loop.settings.jobs_dir.exists()


def test_ratings_as_a_reward_need_ratings(loop: Loop) -> None:
    loop.freeze(MANY[:20])
    with pytest.raises(InputError, match="two texts of different rating .* freeze a snapshot with its judg"):
        loop.start(objective="risk", reward="rating")
    assert loop.store.jobs.all() == ()
    assert loop.start(objective="risk", reward="chrf").state == "queued"


def test_where_all_was_set_aside_it_is_told_how_many_wait_for_a_review(loop: Loop) -> None:
    for number in range(3):
        correct(loop.store, f"Rain {number}.", assessed=SET_ASIDE)
    with pytest.raises(InputError, match=r"submitted or accepted, but .* \(3 quarantined\); review those"):
        loop.freeze([])
    assert loop.store.snapshots.all() == ()
