"""Puts a page where it is served."""

from collections.abc import Callable
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from demo_app.ui.language import Language
from demo_app.ui.theme import FAVICON, make_theme, page_head, style_sheets

_SCRIPTS = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
_FOR_EVER, _WHILE_SHOWN = "W&&ze()", "W&&U?.isConnected&&ze()"
_DAY = {"cache-control": "max-age=86400"}


def mount_page(
    api: FastAPI, language: Language, page: gr.Blocks, account: Callable[[Request], str | None] | None
) -> None:
    """At the language's folder. `account`: whose page it is, where people log in."""
    gr.mount_gradio_app(
        api,
        page,
        path="/" + language.folder.rstrip("/"),
        auth_dependency=account,
        theme=make_theme(),
        css_paths=style_sheets(),
        head=page_head(language.tag),
        favicon_path=None if language.folder else str(FAVICON),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        max_file_size="1kb",
    )
    # What is queued is answered by the routes that are served, and a visitor has one state.
    served = api.routes[-1]
    assert isinstance(served, Mount)
    page.app = served.app  # type: ignore[assignment]
    page.app.router.routes[:0] = [_still(script) for script in _SCRIPTS.glob("statustracker-*.js")]


def _still(script: Path) -> Route:
    """Gradio's sign of loading asks for a frame to count the seconds, and goes on when it is gone: sixty a
    second on a page that nobody touches."""
    text = script.read_text(encoding="utf-8").replace(_FOR_EVER, _WHILE_SHOWN)

    def answer(_: Request) -> Response:
        return Response(text, media_type="text/javascript", headers=_DAY)

    return Route(f"/assets/{script.name}", answer)
