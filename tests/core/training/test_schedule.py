"""Learning rates over a run: where they start, peak and end, and that nothing jumps."""

import math

import pytest

from core.training.recipe import Decay, TrainConfig
from core.training.schedule import learning_rate

TOTAL, WARMUP, PEAK = 1000, 100, 3e-3
FALLING: tuple[Decay, ...] = ("linear", "inverse_sqrt", "cosine")


def rates(decay: Decay, warmup: int = WARMUP) -> list[float]:
    config = TrainConfig(learning_rate=PEAK, warmup_steps=warmup, decay=decay)
    return [learning_rate(config, step, TOTAL) for step in range(1, TOTAL + 1)]


@pytest.mark.parametrize("decay", [*FALLING, "constant", "plateau"])
def test_warm_up_is_a_line_to_the_peak(decay: Decay) -> None:
    found = rates(decay)[:WARMUP]
    assert found == pytest.approx([PEAK * step / WARMUP for step in range(1, WARMUP + 1)])
    assert max(rates(decay)) == pytest.approx(PEAK)


@pytest.mark.parametrize("decay", FALLING)
def test_after_the_peak_the_rate_falls_in_small_steps_and_stays_above_zero(decay: Decay) -> None:
    found = rates(decay)[WARMUP - 1 :]
    assert all(later <= earlier for earlier, later in zip(found, found[1:], strict=False))
    assert max(earlier - later for earlier, later in zip(found, found[1:], strict=False)) < 0.01 * PEAK
    assert min(found) > 0


@pytest.mark.parametrize(
    ("decay", "last"),
    [
        ("linear", 0.02 * PEAK),
        ("cosine", 0.02 * PEAK),
        ("inverse_sqrt", PEAK * math.sqrt(WARMUP / TOTAL)),
        ("constant", PEAK),
    ],
)
def test_decays_end_where_they_should(decay: Decay, last: float) -> None:
    assert rates(decay)[-1] == pytest.approx(last)


def test_a_cosine_is_half_way_down_in_the_middle() -> None:
    middle = WARMUP + (TOTAL - WARMUP) // 2
    assert rates("cosine")[middle - 1] == pytest.approx(PEAK * (1 + 0.02) / 2)


def test_a_plateau_halves_the_rate_at_each_cut_and_only_then() -> None:
    config = TrainConfig(learning_rate=PEAK, warmup_steps=0, decay="plateau")
    found = [learning_rate(config, 700, TOTAL, cuts) for cuts in range(4)]
    assert found == pytest.approx([PEAK, PEAK / 2, PEAK / 4, PEAK / 8])


@pytest.mark.parametrize("decay", [*FALLING, "constant", "plateau"])
def test_without_warm_up_the_first_step_has_the_peak(decay: Decay) -> None:
    assert rates(decay, warmup=0)[0] == pytest.approx(PEAK, rel=0.01)
