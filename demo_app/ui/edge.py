"""The outermost layer: headers that say what a browser may load, and a quiet end for open streams."""

import asyncio
import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page asks nothing of any other host, and the browser holds it to that. Gradio compiles its templates
# at run time ('unsafe-eval') and styles elements directly ('unsafe-inline').
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def edged(app: ASGIApp) -> ASGIApp:
    """The same application, each answer with `HEADERS`; a stop cuts off streams without a traceback."""
    fixed = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *fixed]}
            await send(message)

        # Cancelled means that the server stops while a page is open.
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send_more)

    return served
