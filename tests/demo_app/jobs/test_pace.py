"""How far a stretch of work is, told by parts or by counts, also by a process that goes on with it."""

from demo_app.jobs.pace import Pace


class Ticking:
    """A second passes each time that it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[tuple[float, float | None]] = []

    def clock(self) -> float:
        self.now += 1
        return self.now

    def tell(self, share: float, seconds_left: float | None, **facts: object) -> None:
        self.told.append((share, seconds_left))


def test_the_time_left_is_what_the_rest_takes_at_the_pace_so_far() -> None:
    watch = Ticking()
    pace = Pace(10, watch.tell, watch.clock)
    for more in (0, 2, 3, 5):
        pace.further(more)
    assert watch.told == [(0, None), (0.2, 4), (0.5, 2), (1, 0)]


def test_parts_stand_behind_each_other_and_one_that_was_done_before_tells_nothing_of_the_pace() -> None:
    watch = Ticking()
    pace = Pace(10, watch.tell, watch.clock)
    pace.part(2)  # found ready
    begun = pace.part(4)
    begun(0.5)  # by the process that was killed
    begun(1)
    pace.part(4)(0.5)
    assert watch.told == [(0.4, None), (0.6, 2), (0.8, 1)]


def test_of_no_work_nothing_is_left() -> None:
    watch = Ticking()
    Pace(0, watch.tell, watch.clock).further(0)
    assert watch.told == [(0, None)]
