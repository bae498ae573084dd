"""Draws the pages from assets/pages. Text from people is escaped by the templates."""

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from core.errors import InterlinearError, LoginError
from demo_app.services.people import Person
from demo_app.ui.feedback import sentence
from demo_app.ui.language import COOKIE, LANGUAGES, Language, preferred
from demo_app.ui.strings import Strings
from demo_app.ui.theme import ASSETS

_YEAR_S = 365 * 24 * 3600
# The page's own first block, so that both have the same colours.
_LIGHT = re.compile(r"^:root \{\n(.*?)^\}", re.M | re.S)
_DARK = re.compile(r"^\.dark \{\n(.*?)^\}", re.M | re.S)


class Pages:
    """Templates and words of all languages, read once."""

    def __init__(self, strings: Mapping[Language, Strings]) -> None:
        self.strings = strings
        self._style = style_sheet()
        self._templates = Environment(
            loader=FileSystemLoader(ASSETS / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def language(self, visit: HTTPConnection) -> Language:
        """What the address says, or the page that was asked for; else what was chosen before; else what the
        browser prefers."""
        asked = visit.query_params.get("language", "")
        folder = visit.query_params.get("next", "").partition("/")[0] + "/"
        said = [
            each.code for each in LANGUAGES if asked == each.code or (not asked and folder == each.folder)
        ]
        chosen = said[0] if said else visit.cookies.get(COOKIE, "")
        return preferred(chosen, visit.headers.get("accept-language", ""))

    def draw(
        self, name: str, visit: HTTPConnection, person: Person, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """The page of this name in the visitor's language."""
        language = self.language(visit)
        strings = self.strings[language]
        text = self._templates.get_template(f"{name}.html").render(
            style=self._style,
            language=language,
            others=[other for other in LANGUAGES if other != language],
            words=getattr(strings, name),
            account=strings.account,
            languages=strings.languages,
            brand=strings.brand,
            person=person,
            **values,
        )
        response = HTMLResponse(text, status_code=status, headers={"cache-control": "no-store"})
        if "language" in visit.query_params:
            response.set_cookie(COOKIE, language.code, max_age=_YEAR_S, samesite="lax")
        return response

    def told(self, error: InterlinearError, visit: HTTPConnection) -> str:
        """The error in the visitor's language, then in the program's own words where those say more."""
        plain = sentence(type(error), self.strings[self.language(visit)])
        return plain if plain and isinstance(error, LoginError) else f"{plain} {error}".strip()


def style_sheet() -> str:
    """Colours of the page, dark where the browser prefers it, and what these pages add."""
    page = (ASSETS / "app.css").read_text(encoding="utf-8")
    light, dark = _LIGHT.search(page), _DARK.search(page)
    assert light and dark, "assets/app.css must begin with the blocks :root and .dark"
    own = (ASSETS / "pages" / "pages.css").read_text(encoding="utf-8")
    by_night = f"@media (prefers-color-scheme: dark) {{ :root {{\n{dark.group(1)}}} }}"
    return f":root {{\n{light.group(1)}}}\n{by_night}\n{own}"
