"""Nothing is answered before it is known who asks: the page, its endpoints and its files alike."""

from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import StoreError
from demo_app.api.errors import BELOW, answer_to, respond
from demo_app.services.people import ANONYMOUS, Person, acting_as
from demo_app.web.places import is_place
from demo_app.web.session import Sessions

OPEN = ("/healthz", "/login", "/favicon.ico", f"{BELOW}/login", f"{BELOW}/openapi.json")
"""All that somebody may see who is not logged in."""
CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")


def guarded(app: ASGIApp, sessions: Sessions) -> ASGIApp:
    """The same application for those who are logged in; others get 401, or the login page for a page.

    What the request calls acts as its person (`services.people.acting`). A change that another site's page
    sends is refused (403), whoever's browser it came from."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        visit = HTTPConnection(scope)
        try:
            person = await run_in_threadpool(sessions.person_of, visit)
        except StoreError as error:
            await answer_to(error)(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = person
        stopped = refused(scope, visit, person)
        with acting_as(person):
            await (stopped or app)(scope, receive, send)

    return served


def person_asking(visit: HTTPConnection) -> Person:
    """Whom `guarded` found."""
    found = visit.scope.get("state", {}).get("person", ANONYMOUS)
    return found if isinstance(found, Person) else ANONYMOUS


def account_asking(visit: Request) -> str | None:
    """The id of their account, for Gradio; None turns them away."""
    return person_asking(visit).id


def refused(scope: Scope, visit: HTTPConnection, person: Person) -> Response | None:
    """The answer to a request that must not go further, or None."""
    path = scope["path"]
    if scope.get("method") not in CHANGES_NOTHING and not is_of_this_site(visit):
        return refusal(path, 403, "another_site", "This was sent by a page of another site.")
    if person.role is not None or path in OPEN:
        return None
    by_browser = scope.get("method") == "GET" and "text/html" in visit.headers.get("accept", "")
    if by_browser and not path.startswith(BELOW):
        return to_login(path, visit.url.query)
    return refusal(path, 401, "login", "Log in first.")


def refusal(path: str, status: int, kind: str, message: str) -> Response:
    """As the HTTP API tells it, or as Gradio's script reads it."""
    if path.startswith(BELOW):
        return respond(status, kind, message)
    return JSONResponse({"detail": message}, status_code=status)


def to_login(path: str, query: str) -> Response:
    """To the login page, and from there back to the page that was asked for.

    Relative, because a proxy may serve the program below a path of its own."""
    place = path.removeprefix("/") + (f"?{query}" if query else "")
    back = f"?next={quote(place, safe='')}" if place and is_place(place) else ""
    return RedirectResponse("../" * (path.count("/") - 1) + "login" + back, status_code=302)


def is_of_this_site(visit: HTTPConnection) -> bool:
    """Whether the browser says that a page of this site sent it. Programs that are none say nothing."""
    origin = visit.headers.get("origin")
    if origin is None:
        return visit.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin).netloc.lower() == visit.headers.get("host", "").lower() != ""
