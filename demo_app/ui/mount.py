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

SCRIPTS = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
MENDED = {
    # The sign of loading asks for a frame to count the seconds, and goes on when it is gone: sixty a second
    # on a page that nobody touches.
    "statustracker-*.js": ("W&&ze()", "W&&U?.isConnected&&ze()"),
    # For each component all listeners were looked through: a sixth of what a load takes in the browser.
    "core-*.js": (
        "let n=t.filter(t=>t.targets.find(([t])=>t===e.id)).map(t=>{let n=t.targets.find(([t])=>t===e.id);"
        "return n?n[1]:null}).filter(Boolean);return e.props",
        "if(this.heardOf!==t){this.heardOf=t;this.heard=new Map;for(let{targets:e}of t)"
        "for(let[t,n]of new Map([...e].reverse()))n&&this.heard.set(t,[...this.heard.get(t)??[],n])}"
        "let n=this.heard.get(e.id)??[];return e.props",
    ),
}
"""What is slow in Gradio's scripts, and what stands there instead."""
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
    page.app.router.routes[:0] = [_mended(pattern) for pattern in MENDED]


def _mended(pattern: str) -> Route:
    """The one script with this name, as it is served."""
    (script,) = SCRIPTS.glob(pattern)
    slow, fast = MENDED[pattern]
    text = script.read_text(encoding="utf-8").replace(slow, fast)

    def answer(_: Request) -> Response:
        return Response(text, media_type="text/javascript", headers=_DAY)

    return Route(f"/assets/{script.name}", answer)
