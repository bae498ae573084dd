"""What every request must be before anything of it is read: from this site, of a size, JSON."""

import re

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo_app.api.errors import respond
from demo_app.web.guard import CHANGES_NOTHING, is_of_this_site

_FILES = re.compile(r"/projects/[^/]+/files\Z")
"""Addresses whose body is a file, and may be large."""


def checked(app: ASGIApp, max_bytes: int) -> ASGIApp:
    """The same application for requests that are fit; others are told what is wrong with them."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in CHANGES_NOTHING:
            await app(scope, receive, send)
            return
        visit = HTTPConnection(scope)
        if _FILES.search(scope["path"]):  # Their route reads them bit by bit, and counts (api/uploads.py).
            await (app if is_of_this_site(visit) else _of_another_site())(scope, receive, send)
            return
        body = None if _announced(visit) > max_bytes else await _read(receive, max_bytes)
        if refusal := _refused(visit, body, max_bytes):
            await refusal(scope, receive, send)
            return
        await app(scope, _replayed(body or b"", receive), send)

    return served


def _refused(visit: HTTPConnection, body: bytes | None, max_bytes: int) -> Response | None:
    if not is_of_this_site(visit):
        return _of_another_site()
    if body is None:
        message = f"A request may have at most {max_bytes:,} bytes, but this one has more; divide it."
        return respond(413, "too_long", message, {"connection": "close"})
    # Pages of other sites cannot send this without asking first, and they are not answered.
    kind = visit.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/json":
        message = "A body must be sent as `Content-Type: application/json`, but this one is not."
        return respond(415, "not_json", message)
    return None


def _of_another_site() -> Response:
    return respond(403, "another_site", "This was sent by a page of another site.")


def _announced(visit: HTTPConnection) -> int:
    length = visit.headers.get("content-length", "0")
    return int(length[:18]) if length.isdecimal() else 0


async def _read(receive: Receive, max_bytes: int) -> bytes | None:
    """The whole body; None if it is too long. What broke off is what came until then."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > max_bytes:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then whatever else comes."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_more() -> Message:
        return left.pop() if left else await receive()

    return receive_more
