"""The waiting room, on a clock made of numbers: who goes when, and with whom."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BusyError
from demo_app.services.lanes import Batch, Call, Lanes

WAIT_S = 0.004


def make_lanes(max_batch: int = 4, size: int = 100) -> Lanes[str, str, str]:
    return Lanes(max_batch=max_batch, wait_s=WAIT_S, size=size)


def call(*items: str) -> Call[str, str]:
    return Call(items)


def items(batch: Batch[str, str, str] | None) -> list[str]:
    assert batch is not None
    return [ticket.item for ticket in batch.tickets]


def test_a_lone_call_never_waits() -> None:
    lanes = make_lanes()
    lanes.add("k", call("a"), 1.0)
    assert lanes.due_in_s(1.0) == 0.0
    assert items(lanes.take(1.0)) == ["a"]
    assert lanes.due_in_s(1.0) is None


def test_a_call_right_after_another_waits_for_company_and_no_longer_than_allowed() -> None:
    lanes = make_lanes()
    lanes.add("k", call("a"), 1.0)
    lanes.take(1.0)
    lanes.add("k", call("b"), 1.002)
    assert lanes.take(1.002) is None
    assert lanes.due_in_s(1.002) == pytest.approx(WAIT_S)
    lanes.add("k", call("c"), 1.005)
    assert items(lanes.take(1.0061)) == ["b", "c"]


def test_another_key_is_no_company() -> None:
    lanes = make_lanes()
    lanes.add("k", call("a"), 1.0)
    lanes.add("other", call("b"), 1.001)
    assert items(lanes.take(1.001)) == ["a"]
    assert items(lanes.take(1.001)) == ["b"]


def test_callers_answered_together_are_expected_back_together() -> None:
    lanes = make_lanes()
    lanes.add("k", call("a"), 1.0)
    lanes.add("k", call("b"), 1.001)
    batch = lanes.take(1.01)
    assert batch is not None
    lanes.answered(batch, 2.0)
    lanes.add("k", call("c"), 2.001)
    assert lanes.take(2.001) is None


def test_a_caller_answered_alone_is_not_held_up_when_it_comes_back() -> None:
    lanes = make_lanes()
    lanes.add("k", call("a", "b"), 1.0)
    batch = lanes.take(1.0)
    assert batch is not None
    lanes.answered(batch, 2.0)
    lanes.add("k", call("c"), 2.001)
    assert items(lanes.take(2.001)) == ["c"]


def test_a_full_batch_goes_at_once() -> None:
    lanes = make_lanes(max_batch=2)
    lanes.add("k", call("a"), 1.0)
    lanes.take(1.0)
    lanes.add("k", call("b"), 1.001)
    assert lanes.take(1.001) is None
    lanes.add("k", call("c"), 1.001)
    assert items(lanes.take(1.001)) == ["b", "c"]


def test_a_long_call_shares_every_batch_with_a_short_one() -> None:
    lanes = make_lanes(max_batch=4)
    lanes.add("k", call(*"123456"), 1.0)
    lanes.add("k", call("a"), 1.0)
    lanes.add("k", call("b"), 1.0)
    assert items(lanes.take(1.1)) == ["1", "a", "b", "2"]
    assert items(lanes.take(1.1)) == ["3", "4", "5", "6"]


def test_keys_take_turns_however_much_one_of_them_wants() -> None:
    lanes = make_lanes(max_batch=1)
    lanes.add("busy", call("1", "2", "3"), 1.0)
    lanes.add("quiet", call("a"), 1.0)
    lanes.add("busy", call("4"), 1.0)
    taken = [items(lanes.take(1.1))[0] for _ in range(5)]
    assert taken.index("a") == 1


def test_what_does_not_fit_is_refused_whole_and_the_sentence_has_the_numbers() -> None:
    lanes = make_lanes(size=3)
    lanes.add("k", call("a", "b"), 1.0)
    with pytest.raises(BusyError, match="At most 3 sentences may wait .* 2 are waiting and this text has 2"):
        lanes.add("k", call("c", "d"), 1.0)
    assert len(lanes) == 2


def test_who_does_not_fit_is_told_when_there_will_be_room() -> None:
    lanes = make_lanes(max_batch=4, size=6)
    lanes.add("k", call(*"abcd"), 1.0)
    assert lanes.backlog_s() == 0
    batch = lanes.take(1.0)
    assert batch is not None
    lanes.answered(batch, 3.0)
    lanes.add("k", call(*"efghi"), 3.0)
    assert lanes.backlog_s() == pytest.approx(5 * 0.5)
    with pytest.raises(BusyError) as caught:
        lanes.add("k", call(*"jkl"), 3.0)
    assert caught.value.retry_after_s == pytest.approx(2 * 0.5)


def test_discarding_frees_the_room_and_leaves_the_others() -> None:
    lanes = make_lanes()
    gone, stays = call("a", "b"), call("c")
    lanes.add("k", gone, 1.0)
    lanes.add("k", stays, 1.0)
    lanes.discard("k", gone)
    lanes.discard("k", gone)
    assert items(lanes.take(1.1)) == ["c"]
    assert len(lanes) == 0


def test_nothing_grows_with_the_number_of_keys_seen() -> None:
    lanes = make_lanes()
    for number in range(1000):
        lanes.add(f"key {number}", call("a"), float(number))
        lanes.take(float(number))
    sizes = [len(value) for value in vars(lanes).values() if hasattr(value, "__len__")]
    assert max(sizes) <= 1


Step = tuple[str, Any]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.tuples(st.sampled_from("xyz"), st.integers(1, 7))),
        st.tuples(st.just("take"), st.integers(0, 5)),
        st.tuples(st.just("discard"), st.integers(0, 30)),
    ),
    max_size=60,
)


@given(steps=steps, max_batch=st.integers(1, 5))
def test_batches_are_pure_small_and_lose_nothing(steps: list[Step], max_batch: int) -> None:
    lanes = make_lanes(max_batch=max_batch, size=10_000)
    added: list[tuple[str, Call[str, str]]] = []
    taken: list[str] = []
    discarded: set[str] = set()
    now = 0.0

    def take() -> bool:
        batch = lanes.take(now)
        if batch is None:
            return False
        assert 1 <= len(batch.tickets) <= max_batch
        assert all(ticket.item.startswith(batch.key) for ticket in batch.tickets)
        taken.extend(items(batch))
        return True

    for verb, value in steps:
        if verb == "add":
            key, count = value
            added.append((key, call(*(f"{key}{len(added)}.{i}" for i in range(count)))))
            lanes.add(*added[-1], now)
        elif verb == "take":
            now += value / 1000
            take()
        elif value < len(added):
            key, gone = added[value]
            discarded.update(set(gone.items) - set(taken))
            lanes.discard(key, gone)
    now += 1
    while take():
        pass
    everything = {item for _, one in added for item in one.items}
    assert len(taken) == len(set(taken))
    assert set(taken) == everything - discarded
    assert len(lanes) == 0
