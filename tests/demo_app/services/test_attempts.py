"""Guessing is slow, and nobody else pays for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import BusyError
from demo_app.services.attempts import FAILURES_OF_A_NAME, FAILURES_OF_AN_ADDRESS, WINDOW_S, Attempts


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def until_refused(attempt: Callable[[int], None], most: int = 1000) -> int:
    """How many are let through."""
    for number in range(most):
        try:
            attempt(number)
        except BusyError:
            return number
    return most


def test_a_name_from_one_address_fails_a_few_times_and_then_waits() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    assert until_refused(lambda _: attempts.begin("ada", "1.1.1.1")) == FAILURES_OF_A_NAME
    clock.now = 20
    with pytest.raises(BusyError, match="try again in 15 minutes") as caught:
        attempts.begin("ada", "1.1.1.1")
    assert caught.value.retry_after_s == WINDOW_S - 20
    attempts.begin("ada", "2.2.2.2")
    attempts.begin("bob", "1.1.1.1")
    clock.now = WINDOW_S
    attempts.begin("ada", "1.1.1.1")


def test_an_address_that_tries_many_names_waits_too() -> None:
    attempts = Attempts(Clock())
    assert until_refused(lambda number: attempts.begin(f"n{number}", "1.1.1.1")) == FAILURES_OF_AN_ADDRESS
    attempts.begin("n1", "2.2.2.2")


def test_success_forgets_the_failures_of_the_name() -> None:
    attempts = Attempts(Clock())
    for _ in range(FAILURES_OF_A_NAME):
        attempts.begin("ada", "1.1.1.1")
    attempts.succeeded("ada", "1.1.1.1")
    assert until_refused(lambda _: attempts.begin("ada", "1.1.1.1")) == FAILURES_OF_A_NAME


def test_an_address_whose_people_all_log_in_never_waits() -> None:
    attempts = Attempts(Clock())
    for number in range(3 * FAILURES_OF_AN_ADDRESS):
        attempts.begin(f"n{number}", "1.1.1.1")
        attempts.succeeded(f"n{number}", "1.1.1.1")


def test_many_at_once_do_not_slip_through() -> None:
    attempts = Attempts(Clock())

    def one(_: int) -> bool:
        try:
            attempts.begin("ada", "1.1.1.1")
        except BusyError:
            return False
        return True

    with ThreadPoolExecutor(8) as together:
        assert sum(together.map(one, range(64))) == FAILURES_OF_A_NAME
