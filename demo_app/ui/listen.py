"""How every listener is made: rights asked, errors spoken, no veil, no queue, a named endpoint."""

import asyncio
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from demo_app.ui.feedback import Update, spoken
from demo_app.ui.rights import PersonOf, in_the_caller_s_name, restricted
from demo_app.ui.strings import Strings


class Newest:
    """Of several calls of one page in a browser, the newest goes on: it cancels the one before, which then
    changes nothing. A program that calls in parallel gets all its answers.

    `under`: these calls are about a part of what those of the other show. Those cancel them too, and while
    one of those is under way, these change nothing."""

    def __init__(self, under: "Newest | None" = None) -> None:
        self._running: dict[str, asyncio.Task[Update]] = {}
        self._over, self._groups = under, [self]
        if under:
            under._groups.append(self)

    def of(self, answer: Callable[..., Any], notice: gr.HTML) -> Callable[..., Any]:
        """The same answer, to which Gradio gives the caller as its last input."""
        is_async = inspect.iscoroutinefunction(answer)

        @functools.wraps(answer)
        async def answer_newest(*inputs: Any) -> Update:
            made = answer(*inputs) if is_async else asyncio.to_thread(answer, *inputs)
            page = inputs[-1].session_hash if inputs[-1].headers.get("x-gradio-user") == "app" else None
            if page is None:
                return await made  # type: ignore[no-any-return]
            return await self._run(page, asyncio.ensure_future(made)) or {notice: gr.skip()}

        return answer_newest

    async def _run(self, page: str, task: asyncio.Task[Update]) -> Update | None:
        if self._over and page in self._over._running:
            task.cancel()
            return None
        for group in self._groups:
            if older := group._running.pop(page, None):
                older.cancel()
        self._running[page] = task
        try:
            return await task
        except asyncio.CancelledError:
            if self._running.get(page) is task:
                raise
            return None
        finally:
            if self._running.get(page) is task:
                del self._running[page]


class Listener:
    """Makes the listeners of one page; errors are told in its language."""

    def __init__(self, strings: Strings, person_of: PersonOf) -> None:
        self._strings = strings
        self._person_of = person_of

    def __call__(
        self,
        event: Callable[..., Any],
        notice: gr.HTML,
        handler: Callable[..., Any],
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        **options: Any,
    ) -> Any:
        """Call `handler` at the event; the endpoint has the handler's name, and `notice` tells its errors.

        Who may call it stands in ui/rights.py. `clears`: success takes the last notice away. `holds`: the
        correction stands still meanwhile (assets/hold.js). `newest`: overtaken by any other listener with
        the same one. The other `options` go to Gradio; the limits are in the services, so no listener needs
        one of its own. Gradio's queue is not used: by its source, an event that starts while the queue closes
        its stream may never be answered, and without it answers come sooner."""
        clears, holds = options.pop("clears", True), options.pop("holds", False)
        newest: Newest | None = options.pop("newest", None)
        options = {"api_name": handler.__name__, "show_progress": "hidden", "queue": False, **options}
        # A component twice among the outputs would get two values.
        targets = list(dict.fromkeys([notice, *outputs]))
        counted = "true" if newest else "false"
        if holds:
            in_browser(event, f"() => interlinear.hold({counted})", [], [])
        answer = spoken(notice, restricted(handler), self._strings, clears)
        answer = in_the_caller_s_name(answer, handler, self._person_of)
        if newest:
            options, answer = {"trigger_mode": "multiple", **options}, newest.of(answer, notice)
        made = event(answer, list(inputs), targets, concurrency_limit=None, **options)
        if holds:
            for done in (made.then, made.failure):
                in_browser(done, f"() => interlinear.release({counted})", [], [])
        return made


def in_browser(event: Callable[..., Any], script: str, inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    """Run a script in the browser alone; no endpoint."""
    return event(None, list(inputs), list(outputs), js=script, api_visibility="private")
