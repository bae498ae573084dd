"""Asked twice, computed once; and no more is kept than was said."""

import threading

import pytest

from demo_app.services.recent import Recent


class Counting:
    """Computes squares and counts how often."""

    def __init__(self, size: int) -> None:
        self.recent: Recent[int] = Recent(size)
        self.computed: list[int] = []

    def __call__(self, number: int) -> int:
        return self.recent.get(number, lambda: self._square(number))

    def _square(self, number: int) -> int:
        self.computed.append(number)
        return number * number


def test_what_was_asked_for_lately_is_not_computed_again() -> None:
    square = Counting(2)
    assert [square(n) for n in (3, 4, 3, 4, 3)] == [9, 16, 9, 16, 9]
    assert square.computed == [3, 4]


def test_the_one_used_longest_ago_is_forgotten() -> None:
    square = Counting(2)
    for number in (1, 2, 1, 3, 1, 2):
        square(number)
    assert square.computed == [1, 2, 3, 2]


def test_a_failure_is_not_remembered() -> None:
    recent: Recent[int] = Recent(2)
    with pytest.raises(ZeroDivisionError):
        recent.get("key", lambda: 1 // 0)
    assert recent.get("key", lambda: 7) == 7


def test_one_slow_answer_holds_up_no_other() -> None:
    recent: Recent[int] = Recent(2)
    may_end, runs = threading.Event(), threading.Event()

    def slow() -> int:
        runs.set()
        assert may_end.wait(timeout=10)
        return 1

    waiting = threading.Thread(target=recent.get, args=("slow", slow))
    waiting.start()
    assert runs.wait(timeout=10)
    assert recent.get("quick", lambda: 2) == 2
    may_end.set()
    waiting.join()
    assert recent.get("slow", lambda: 3) == 1
