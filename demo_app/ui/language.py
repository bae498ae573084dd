"""Which language a visitor reads the page in: English is at `/`, each other in a folder of its own."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "language"
"""Set in the browser when somebody chooses a language (assets/components/brand.js)."""


@dataclass(frozen=True)
class Language:
    """One language of the interface."""

    code: str
    """Name of its file in assets/strings."""
    tag: str
    """BCP 47, for `lang` and `hreflang`."""
    name: str
    """What its speakers call it."""
    folder: str
    """Where its page is, below the address of the program."""

    @property
    def up(self) -> str:
        """From its page to the address of the program: relative, for a proxy may serve that below a path."""
        return "../" if self.folder else ""

    @property
    def api(self) -> str:
        """The HTTP API, seen from its page."""
        return self.up + "api/v1"


HOME = Language("en", "en", "English", "")
LANGUAGES = (HOME, Language("zh", "zh-CN", "中文", "zh/"))


def language_of(code: str) -> Language:
    """The language with this code; raises `KeyError` where there is none."""
    return {language.code: language for language in LANGUAGES}[code]


def links_from(code: str) -> list[dict[str, str]]:
    """The other languages with `code`, `lang`, `name` and a `href` relative to the page of `code`."""
    up = language_of(code).up
    return [
        {"code": other.code, "lang": other.tag, "name": other.name, "href": up + other.folder}
        for other in LANGUAGES
        if other.code != code
    ]


def preferred(chosen: str, accepted: str) -> Language:
    """The language chosen before; else the first of an Accept-Language header that we have; else English."""
    known = {language.code: language for language in LANGUAGES}
    return next((known[code] for code in (chosen, *_codes(accepted)) if code in known), HOME)


def by_language(app: ASGIApp) -> ASGIApp:
    """The same application, but whoever prefers another language is sent from `/` to its page."""
    bare = {f"/{language.folder.rstrip('/')}": language for language in LANGUAGES if language != HOME}

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("/", *bare):
            await app(scope, receive, send)
            return
        visit = HTTPConnection(scope)
        cookie, accepted = visit.cookies.get(COOKIE, ""), visit.headers.get("accept-language", "")
        language = bare.get(scope["path"]) or preferred(cookie, accepted)
        query = f"?{visit.url.query}" if visit.url.query else ""
        page = app if language == HOME else RedirectResponse(language.folder + query, status_code=302)
        await page(scope, receive, _varying(send))

    return served


def _varying(send: Send) -> Send:
    """Tell caches that the answer depends on who asks."""

    async def send_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            varies = (b"vary", b"cookie, accept-language")
            message = {**message, "headers": [*message.get("headers", []), varies]}
        await send(message)

    return send_more


def _codes(accepted: str) -> list[str]:
    """Languages, best first, without their regions. Example: `zh-TW;q=0.5, fr` gives `["fr", "zh"]`."""
    weighted = []
    for part in accepted.split(","):
        tag, _, quality = part.replace(" ", "").partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0:
            weighted.append((weight, tag.partition("-")[0].lower()))
    return [code for _, code in sorted(weighted, key=lambda one: -one[0])]
