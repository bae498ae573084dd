"""Puts the routes together, once."""

from fastapi import Depends, FastAPI
from fastapi.security import APIKeyCookie
from starlette.types import ASGIApp

from demo_app.api.edge import checked
from demo_app.api.errors import BELOW, tell_all
from demo_app.api.routes_corrections import correction_routes
from demo_app.api.routes_exports import export_routes
from demo_app.api.routes_jobs import job_routes
from demo_app.api.routes_judgements import judgement_routes
from demo_app.api.routes_login import login_routes
from demo_app.api.routes_mine import mine_routes
from demo_app.api.routes_models import model_routes
from demo_app.api.routes_projects import project_routes
from demo_app.api.routes_reviews import review_routes
from demo_app.api.routes_segments import segment_routes
from demo_app.api.routes_translations import translation_routes
from demo_app.api.routes_turns import turn_routes
from demo_app.api.routes_versions import version_routes
from demo_app.api.schemas import Error
from demo_app.api.services import Services
from demo_app.services.people import acting, local_person
from demo_app.settings import Settings
from demo_app.web.session import COOKIE, Sessions

VERSION = "1.1"
"""Of what programs see: the second figure goes up when something is added."""
_BYTES_PER_CHAR = 12
"""A character as JSON at its longest: an escaped pair of surrogates."""
_BYTES_BESIDE = 16_384
_ROUTES = (
    *(model_routes, translation_routes, segment_routes, correction_routes, export_routes),
    *(project_routes, turn_routes, judgement_routes, mine_routes, review_routes),
    *(job_routes, version_routes),
)


def build_api(services: Services, settings: Settings, sessions: Sessions | None) -> ASGIApp:
    """The application to mount at `errors.BELOW`. `sessions`: None where nobody logs in."""
    max_bytes = _BYTES_BESIDE + _BYTES_PER_CHAR * settings.max_text_chars
    return checked(make_app(services, sessions), max_bytes)


def make_app(services: Services, sessions: Sessions | None) -> FastAPI:
    """All routes and their description, `openapi.json`; no pages, for those load scripts from elsewhere."""
    app = FastAPI(
        title="Interlinear",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": BELOW}],
        root_path_in_servers=False,
        redirect_slashes=False,
        responses={"default": {"model": Error, "description": "What went wrong"}},
        # Says where the cookie goes; who it belongs to was found out before (web/guard.py).
        dependencies=[Depends(APIKeyCookie(name=COOKIE, auto_error=False))] if sessions else [],
    )
    tell_all(app)
    person = acting if sessions else local_person
    for routes in _ROUTES:
        app.include_router(routes(services, person))
    if sessions:
        app.include_router(login_routes(sessions, person))
    return app
