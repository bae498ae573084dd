"""How a route is declared: none without the least role that may call it."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Header, Path

from demo_app.services.people import Person, Role, require_role

PersonAsking = Callable[[], Person]
"""Whose request is being answered."""
Id = Annotated[str, Path(pattern=r"^[^\x00]{1,200}$")]
"""Of a record, in an address."""
Index = Annotated[int, Path(ge=0, le=1_000_000)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[!-~]{1,200}$",
        description="The same key stores once, however often it is sent: for retries.",
    ),
]


class Route(NamedTuple):
    """One way to call one handler."""

    method: str
    path: str
    role: Role | None
    """The least one that may; None for whoever is not logged in, too."""
    handler: Callable[..., Any]
    status: int = 200


def router_of(noun: str, person: PersonAsking, routes: Sequence[Route]) -> APIRouter:
    """All routes of a noun. Asked without the role, they raise `NotAllowedError` and do nothing."""
    router = APIRouter(tags=[noun])
    for route in routes:
        router.add_api_route(
            route.path,
            route.handler,
            methods=[route.method],
            status_code=route.status,
            dependencies=[] if route.role is None else [Depends(_needed(route.role, person))],
            openapi_extra={"x-role": route.role or "anybody"},
        )
    return router


def id_for(person: Person, key: str | None) -> str | None:
    """The id of what somebody sends under a key: nobody else's key gives it."""
    return key and hashlib.sha256(f"{person.id or ''}\n{key}".encode()).hexdigest()[:32]


def _needed(role: Role, person: PersonAsking) -> Callable[[], Any]:
    async def has_role() -> None:
        require_role(person(), role)

    return has_role
