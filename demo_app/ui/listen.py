"""How every listener of the page is made: errors spoken, no veil, no queue of its own, a named endpoint."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from demo_app.ui.feedback import spoken


def listen(
    event: Callable[..., Any],
    notice: gr.HTML,
    handler: Callable[..., Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    **options: Any,
) -> Any:
    """Call `handler` at the event; the endpoint has the handler's name, and `notice` tells its errors.

    `clears`: success takes the last notice away. The other `options` go to Gradio; the limits are in the
    services, so no listener needs one of its own."""
    clears = options.pop("clears", True)
    options = {"api_name": handler.__name__, "show_progress": "hidden", **options}
    # A component twice among the outputs would get two values.
    targets = list(dict.fromkeys([notice, *outputs]))
    return event(spoken(notice, handler, clears), list(inputs), targets, concurrency_limit=None, **options)


def in_browser(event: Callable[..., Any], script: str, inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    """Run a script in the browser alone; no endpoint."""
    return event(None, list(inputs), list(outputs), js=script, api_visibility="private")
