"""The micro-batcher under concurrency: nothing is lost, swapped, mixed or held up by a neighbour."""

import asyncio
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BusyError
from demo_app.services.batcher import Batcher

POISON = -1
Work = Batcher[str, int, str]


class Recorder:
    """A work function that remembers its batches and can be held back."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, tuple[int, ...]]] = []
        self.may_run = threading.Event()
        self.may_run.set()
        self.is_running = threading.Event()

    def __call__(self, key: str, items: Sequence[int]) -> list[str]:
        self.is_running.set()
        assert self.may_run.wait(timeout=10)
        self.batches.append((key, tuple(items)))
        if POISON in items:
            raise ValueError("poisoned")
        return [f"{key}{item}" for item in items]


@contextmanager
def batcher(
    work: Recorder, max_batch: int = 4, wait_s: float = 0.002, queue_size: int = 1000
) -> Iterator[Work]:
    made: Work = Batcher(work, max_batch=max_batch, wait_s=wait_s, queue_size=queue_size)
    try:
        yield made
    finally:
        work.may_run.set()
        made.close()


async def hold_back(made: Work, work: Recorder) -> asyncio.Task[str]:
    """Keep the worker busy with one item of its own key until `work.may_run` is set."""
    work.may_run.clear()
    work.is_running.clear()
    task = asyncio.create_task(made.submit("held", 0))
    await asyncio.to_thread(work.is_running.wait, 10)
    return task


calls = st.lists(st.tuples(st.sampled_from("xyz"), st.lists(st.integers(0, 99), max_size=9)), max_size=25)


@given(calls=calls, max_batch=st.integers(1, 5))
def test_each_of_many_callers_gets_exactly_its_own_results(
    calls: list[tuple[str, list[int]]], max_batch: int
) -> None:
    work = Recorder()

    async def everyone(made: Work) -> list[list[str]]:
        return await asyncio.gather(*(made.submit_all(key, items) for key, items in calls))

    with batcher(work, max_batch=max_batch, wait_s=0.0005) as made:
        results = asyncio.run(everyone(made))
    assert results == [[f"{key}{item}" for item in items] for key, items in calls]
    assert all(1 <= len(items) <= max_batch for _, items in work.batches)
    asked = sorted((key, item) for key, items in calls for item in items)
    assert sorted((key, item) for key, items in work.batches for item in items) == asked


@given(calls=calls, seed=st.integers(0, 999))
def test_random_cancellations_lose_nothing_of_the_others(
    calls: list[tuple[str, list[int]]], seed: int
) -> None:
    chance = random.Random(seed)

    async def everyone(made: Work) -> list[list[str] | BaseException]:
        tasks = [asyncio.create_task(made.submit_all(key, items)) for key, items in calls]
        for task in tasks:
            if chance.random() < 0.3:
                await asyncio.sleep(chance.choice([0, 0, 0.0005]))
                task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with batcher(Recorder(), wait_s=0.0005) as made:
        results = asyncio.run(everyone(made))
        for (key, items), result in zip(calls, results, strict=True):
            if not isinstance(result, asyncio.CancelledError):
                assert result == [f"{key}{item}" for item in items]
        assert asyncio.run(made.submit("x", 7)) == "x7"


@given(calls=st.lists(st.lists(st.sampled_from([POISON, 1, 2, 3]), min_size=1, max_size=4), max_size=12))
def test_a_poisoned_item_fails_its_own_caller_only(calls: list[list[int]]) -> None:
    async def everyone(made: Work) -> list[list[str] | BaseException]:
        return await asyncio.gather(*(made.submit_all("k", one) for one in calls), return_exceptions=True)

    with batcher(Recorder(), max_batch=8) as made:
        results = asyncio.run(everyone(made))
    for items, result in zip(calls, results, strict=True):
        if POISON in items:
            assert isinstance(result, ValueError)
        else:
            assert result == [f"k{item}" for item in items]


def test_a_call_that_failed_is_not_run_any_further() -> None:
    work = Recorder()
    with batcher(work, max_batch=8) as made, pytest.raises(ValueError, match="poisoned"):
        asyncio.run(made.submit_all("k", [POISON, 1, 2, 3]))
    assert [items for _, items in work.batches] == [(POISON, 1, 2, 3), (POISON, 1), (POISON,)]


def test_a_work_function_that_loses_a_result_fails_rather_than_swaps() -> None:
    def lose_the_last(key: str, items: Sequence[int]) -> list[str]:
        return [f"{key}{item}" for item in items][:-1]

    made: Work = Batcher(lose_the_last, max_batch=4, wait_s=0.0, queue_size=10)
    with pytest.raises(ValueError, match="zip"):
        asyncio.run(made.submit_all("k", [1, 2, 3]))
    made.close()


def test_callers_who_wait_are_run_together_and_a_long_call_shares_its_batches() -> None:
    work = Recorder()

    async def scenario(made: Work) -> None:
        held = await hold_back(made, work)
        long = asyncio.create_task(made.submit_all("k", [1, 2, 3, 4, 5, 6]))
        await asyncio.sleep(0)
        short = asyncio.create_task(made.submit("k", 9))
        await asyncio.sleep(0)
        work.may_run.set()
        await asyncio.gather(held, long, short)

    with batcher(work) as made:
        asyncio.run(scenario(made))
    assert work.batches == [("held", (0,)), ("k", (1, 9, 2, 3)), ("k", (4, 5, 6))]


def test_beyond_the_queue_it_says_busy_and_recovers() -> None:
    work = Recorder()

    async def scenario(made: Work) -> list[str]:
        held = await hold_back(made, work)
        waiting = asyncio.create_task(made.submit_all("k", [1, 2]))
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="At most 2 sentences may wait"):
            await made.submit("k", 3)
        work.may_run.set()
        await asyncio.gather(held, waiting)
        return [await made.submit("k", 4)]

    with batcher(work, queue_size=2) as made:
        assert asyncio.run(scenario(made)) == ["k4"]


def test_a_cancelled_caller_frees_its_places_at_once_and_is_never_run() -> None:
    work = Recorder()

    async def scenario(made: Work) -> None:
        held = await hold_back(made, work)
        gone = asyncio.create_task(made.submit_all("k", [1, 2]))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        stays = asyncio.create_task(made.submit_all("k", [3, 4]))
        await asyncio.sleep(0)
        work.may_run.set()
        await asyncio.gather(held, stays)

    with batcher(work, queue_size=2) as made:
        asyncio.run(scenario(made))
    assert work.batches == [("held", (0,)), ("k", (3, 4))]


def test_callers_of_several_event_loops_share_one_worker() -> None:
    work, results = Recorder(), dict[int, str]()

    def one_loop(made: Work, number: int) -> None:
        results[number] = asyncio.run(made.submit("k", number))

    with batcher(work) as made:
        threads = [threading.Thread(target=one_loop, args=(made, number)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == {number: f"k{number}" for number in range(8)}


def test_a_caller_whose_loop_is_gone_does_not_stop_the_worker() -> None:
    work = Recorder()

    async def leave(made: Work) -> None:
        await hold_back(made, work)

    with batcher(work) as made:
        asyncio.run(leave(made))
        work.may_run.set()
        assert asyncio.run(made.submit("k", 1)) == "k1"


def test_closing_finishes_what_runs_and_refuses_what_waits_and_what_comes() -> None:
    work = Recorder()

    async def scenario(made: Work) -> None:
        held = await hold_back(made, work)
        waiting = asyncio.create_task(made.submit("k", 1))
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(made.close))
        while not made.is_closed:
            await asyncio.sleep(0.001)
        work.may_run.set()
        await closing
        assert await held == "held0"
        with pytest.raises(BusyError, match="shutting down"):
            await waiting
        with pytest.raises(BusyError, match="shutting down"):
            await made.submit("k", 2)

    with batcher(work) as made:
        asyncio.run(scenario(made))


def test_a_call_of_nothing_answers_at_once() -> None:
    with batcher(Recorder()) as made:
        assert asyncio.run(made.submit_all("k", [])) == []


def test_closing_twice_is_harmless_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with batcher(Recorder()) as made:
        made.close()
    assert threading.active_count() == before
