"""How every listener is made: rights asked, errors spoken, no veil, no queue, a named endpoint."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from demo_app.ui.feedback import spoken
from demo_app.ui.rights import PersonOf, in_the_caller_s_name, restricted
from demo_app.ui.strings import Strings


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
        correction stands still meanwhile (assets/hold.js). The other `options` go to Gradio; the limits are
        in the services, so no listener needs one of its own. Gradio's queue is not used: by its source, an
        event that starts while the queue closes its stream may never be answered, and without it answers
        come sooner."""
        clears, holds = options.pop("clears", True), options.pop("holds", False)
        options = {"api_name": handler.__name__, "show_progress": "hidden", "queue": False, **options}
        # A component twice among the outputs would get two values.
        targets = list(dict.fromkeys([notice, *outputs]))
        if holds:
            in_browser(event, "() => interlinear.hold()", [], [])
        answer = spoken(notice, restricted(handler), self._strings, clears)
        answer = in_the_caller_s_name(answer, handler, self._person_of)
        made = event(answer, list(inputs), targets, concurrency_limit=None, **options)
        if holds:
            in_browser(made.then, "() => interlinear.release()", [], [])
        return made


def in_browser(event: Callable[..., Any], script: str, inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    """Run a script in the browser alone; no endpoint."""
    return event(None, list(inputs), list(outputs), js=script, api_visibility="private")
