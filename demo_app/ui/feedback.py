"""Errors become sentences in one place: a handler raises, the page says it, and nothing typed is touched."""

import functools
import inspect
import logging
import secrets
from collections.abc import Callable
from typing import Any

import gradio as gr

from core.errors import InterlinearError
from demo_app.ui import strings

log = logging.getLogger(__name__)

QUIET: dict[str, str] = {"kind": "", "text": "", "action": ""}

Update = dict[Any, Any]
"""New values keyed by component; whatever is not in it stays as it is."""


def said(text: str, kind: str = "done", action: str = "") -> dict[str, str]:
    """A value for a `Notice`; `kind` is done, warning or error."""
    return {"kind": kind, "text": text, "action": action}


def sentence(error: Exception) -> str:
    """What to tell a person. A bug gets a number that is also in the log."""
    if isinstance(error, InterlinearError):
        return str(error)
    number = secrets.token_hex(4)
    log.error("Error %s", number, exc_info=error)
    return strings.UNEXPECTED.format(id=number)


def spoken(notice: gr.HTML, handler: Callable[..., Any], clears: bool = True) -> Callable[..., Any]:
    """Wrap a handler that returns an `Update`: errors are told in `notice`, success clears it if `clears`.

    Keeps the signature, because Gradio names the endpoint's parameters after it."""
    quiet: Update = {notice: QUIET} if clears else {}
    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def answer_later(*inputs: Any) -> Update:
            try:
                return {**quiet, **await handler(*inputs)}
            except Exception as error:  # the border between program and person
                return {notice: said(sentence(error), "error")}

        return answer_later

    @functools.wraps(handler)
    def answer(*inputs: Any) -> Update:
        try:
            return {**quiet, **handler(*inputs)}
        except Exception as error:  # the border between program and person
            return {notice: said(sentence(error), "error")}

    return answer
