"""`/login`: the page's own login for programs. One cookie serves both."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from demo_app.api.routing import PersonAsking, Route, router_of
from demo_app.api.schemas import Asked, Told
from demo_app.web.session import Sessions

Typed = Annotated[str, Field(pattern=r"^[^\x00]{0,1000}$")]


class LoginRequest(Asked):
    """As typed on the login page."""

    name: Typed
    password: Typed


class Account(Told):
    """Who is logged in."""

    name: str
    role: str | None
    may_contribute: bool = Field(description="Licence accepted and languages stated, on the page /me.")


@dataclass(frozen=True)
class Login:
    """Handlers."""

    sessions: Sessions

    def log_in(self, asked: LoginRequest, request: Request, response: Response) -> Account:
        """Sets the cookie that every other route asks for."""
        address = request.client.host if request.client else ""
        user = self.sessions.accounts.authenticate(asked.name, asked.password, address)
        self.sessions.open(response, user, request)
        return Account.of(self.sessions.accounts.person_of(user))


def login_routes(sessions: Sessions, person: PersonAsking) -> APIRouter:
    """Only where people log in."""
    return router_of("login", person, [Route("POST", "/login", None, Login(sessions).log_in)])
