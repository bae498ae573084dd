"""Errors become sentences in one place: a handler raises, the page says it, and nothing typed is touched."""

import functools
import inspect
import logging
import secrets
from collections.abc import Callable
from typing import Any

import gradio as gr

from core import errors
from core.errors import InputError, InterlinearError
from demo_app.ui.strings import Strings

log = logging.getLogger(__name__)

QUIET: dict[str, str] = {"kind": "", "text": "", "detail": "", "action": ""}

Update = dict[Any, Any]
"""New values keyed by component; whatever is not in it stays as it is."""


class Refusal(InputError):
    """Raised by the page itself: its text is in the visitor's language already."""


def said(text: str, kind: str = "done", action: str = "", detail: str = "") -> dict[str, str]:
    """A value for a notice; `kind` is done, warning or error, `detail` the program's own words in English."""
    return {"kind": kind, "text": text, "detail": detail, "action": action}


def told(error: Exception, strings: Strings, kind: str = "error") -> dict[str, str]:
    """A value for a notice that tells the error. A bug gets a number that is also in the log.

    Messages of the program are English. In another language a sentence for the class comes first."""
    if not isinstance(error, InterlinearError):
        number = secrets.token_hex(4)
        log.error("Error %s", number, exc_info=error)
        return said(strings.page.unexpected.format(id=number), kind)
    plain = "" if isinstance(error, Refusal) else sentence(type(error), strings)
    return said(plain, kind, detail=str(error)) if plain else said(str(error), kind)


def sentence(kind: type[BaseException], strings: Strings) -> str:
    """What `strings.errors` says of the class or of its nearest ancestor there; empty if it says nothing."""
    return next((strings.errors[one.__name__] for one in kind.__mro__ if one.__name__ in strings.errors), "")


def sentence_for(name: str, strings: Strings) -> str:
    """The same of a class of `core.errors` by its name; empty of any other."""
    kind = getattr(errors, name, None) if name else None
    return sentence(kind, strings) if isinstance(kind, type) else ""


def spoken(
    notice: gr.HTML, handler: Callable[..., Any], strings: Strings, clears: bool = True
) -> Callable[..., Any]:
    """Wrap a handler that returns an `Update`: errors are told in `notice`, success clears it if `clears`.

    Keeps the signature, because Gradio names the endpoint's parameters after it."""
    quiet: Update = {notice: QUIET} if clears else {}
    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def answer_later(*inputs: Any) -> Update:
            try:
                return {**quiet, **await handler(*inputs)}
            except Exception as error:  # the border between program and person
                return {notice: told(error, strings)}

        return answer_later

    @functools.wraps(handler)
    def answer(*inputs: Any) -> Update:
        try:
            return {**quiet, **handler(*inputs)}
        except Exception as error:  # the border between program and person
            return {notice: told(error, strings)}

    return answer
