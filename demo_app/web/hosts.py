"""Where nobody logs in, requests are answered only under names that are this server's own.

A page of another site can give its own name the address of this machine (DNS rebinding), and is then to a
browser of one origin with us: it could read everything, and change it. What gives it away is the name, which
the browser sends as `Host`, and which no page can choose."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from demo_app.web.guard import refusal

ANY = "*"


@dataclass(frozen=True)
class Hosts:
    """Which names are ours."""

    host: str
    """That the server listens on."""
    allowed: frozenset[str] = field(default_factory=frozenset)
    """Further ones, in lower case; `*` is any."""

    def includes(self, header: str) -> bool:
        """Whether a `Host` header names this server. Example: `localhost:7860` always does."""
        name = _name_of(header)
        if ANY in self.allowed or name in self.allowed or name == _name_of(self.host):
            return True
        address, listens = _address(name), _address(self.host)
        if address is None:
            return name == "localhost" or name.endswith(".localhost")
        # Who listens everywhere is asked by numbers too. No page can rebind those: they are no name.
        return address.is_loopback or (listens is not None and listens.is_unspecified)


def hosts_of(host: str, allowed: str | None) -> Hosts:
    """As the settings have them: `allowed` with commas between the names."""
    names = (name.strip().lower() for name in (allowed or "").split(","))
    return Hosts(host, frozenset(name for name in names if name))


def addressed(app: ASGIApp, hosts: Hosts) -> ASGIApp:
    """The same application for requests under a name of ours; others are told which those are (403)."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        asked = HTTPConnection(scope).headers.get("host", "")
        if hosts.includes(asked):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            message = (
                f"This server must be asked as localhost or {hosts.host}, but was asked as {asked[:100]!r}; "
                "name that in INTERLINEAR_ALLOWED_HOSTS, or let people log in (INTERLINEAR_LOGIN)."
            )
            await refusal(scope["path"], 403, "wrong_host", message)(scope, receive, send)

    return served


def _name_of(header: str) -> str:
    """Without port and brackets, in lower case. Example: `[::1]:7860` is `::1`."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    name = text if text.count(":") > 1 else text.partition(":")[0]
    return name.removesuffix(".")


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
