"""Of several calls of one page, which one answers."""

import asyncio
from dataclasses import dataclass, field

import gradio as gr
import pytest

from demo_app.ui.feedback import Update
from demo_app.ui.listen import Newest

NOTICE = gr.HTML()


@dataclass(frozen=True)
class Caller:
    """As Gradio tells it."""

    session_hash: str | None = "page"
    headers: dict[str, str] = field(default_factory=lambda: {"x-gradio-user": "app"})


class Slow:
    """An answer that comes once its text is let go."""

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}
        self.answered: list[str] = []

    async def __call__(self, text: str, caller: Caller) -> Update:
        await self.gates.setdefault(text, asyncio.Event()).wait()
        self.answered.append(text)
        return {NOTICE: text}


async def asked(slow: Slow, calls: list[tuple[str, Caller]]) -> list[Update]:
    """Each call a moment after the one before; all are let go in the end, the last one first."""
    answer = Newest().of(slow.__call__, NOTICE)
    tasks = []
    for text, caller in calls:
        tasks.append(asyncio.ensure_future(answer(text, caller)))
        await asyncio.sleep(0.01)
    for text, _ in reversed(calls):
        slow.gates[text].set()
    return list(await asyncio.wait_for(asyncio.gather(*tasks), timeout=10))


def test_the_newest_call_of_a_page_cancels_the_others_and_they_change_nothing() -> None:
    slow = Slow()
    found = asyncio.run(asked(slow, [(text, Caller()) for text in "abc"]))
    assert slow.answered == ["c"]
    assert found == [{NOTICE: gr.skip()}, {NOTICE: gr.skip()}, {NOTICE: "c"}]


@pytest.mark.parametrize(
    "other", [Caller("another page"), Caller(None), Caller("page", {"x-gradio-user": "api"})]
)
def test_other_pages_and_programs_are_left_alone(other: Caller) -> None:
    found = asyncio.run(asked(Slow(), [("a", other), ("b", Caller())]))
    assert {NOTICE: gr.skip()} not in found


@pytest.mark.parametrize(
    ("calls", "answered"),
    [
        (["whole", "part"], ["whole"]),
        (["part", "whole"], ["whole"]),
        (["part", "other part"], ["part", "other part"]),
        (["part", "whole", "other part", "part"], ["whole"]),
    ],
)
def test_a_call_about_a_part_gives_way_to_what_shows_all_and_to_no_other_part(
    calls: list[str], answered: list[str]
) -> None:
    async def run() -> list[Update]:
        slow, whole = Slow(), Newest()
        groups = {"whole": whole, "part": Newest(under=whole), "other part": Newest(under=whole)}
        tasks = []
        for text in calls:
            tasks.append(asyncio.ensure_future(groups[text].of(slow.__call__, NOTICE)(text, Caller())))
            await asyncio.sleep(0.01)
        for gate in slow.gates.values():
            gate.set()
        return list(await asyncio.wait_for(asyncio.gather(*tasks), timeout=10))

    found = asyncio.run(run())
    assert [update[NOTICE] for update in found if update != {NOTICE: gr.skip()}] == answered


def test_a_call_that_is_cancelled_from_outside_is_no_answer() -> None:
    async def stopped() -> None:
        task = asyncio.ensure_future(Newest().of(Slow().__call__, NOTICE)("a", Caller()))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())
