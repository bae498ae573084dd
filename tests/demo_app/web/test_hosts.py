"""Names under which the server answers where nobody logs in: no page can pass its own off as one of them."""

import asyncio
from typing import Any

import pytest

from demo_app.web.hosts import addressed, hosts_of

LOCAL = (
    "127.0.0.1:7860",
    "localhost",
    "LOCALHOST:80",
    "app.localhost:7860",
    "127.8.9.1",
    "[::1]:7860",
    "::1",
)
FOREIGN = (
    *(
        "evil.example",
        "evil.example:7860",
        "localhost.evil.example",
        "notlocalhost",
        "127.0.0.1.evil.example",
    ),
    *("", ":7860", "[", "8.8.8.8", "192.168.1.5:7860", "0x7f.1", "localhost@evil.example"),
)


@pytest.mark.parametrize("header", LOCAL)
def test_this_machine_s_own_names_are_answered(header: str) -> None:
    assert hosts_of("127.0.0.1", None).includes(header) and hosts_of("192.168.1.5", "x").includes(header)


@pytest.mark.parametrize("header", FOREIGN)
def test_other_names_are_not(header: str) -> None:
    assert not hosts_of("127.0.0.1", None).includes(header)


@pytest.mark.parametrize(
    ("host", "allowed", "header", "answered"),
    [
        ("192.168.1.5", None, "192.168.1.5:7860", True),
        ("192.168.1.5", None, "192.168.1.6:7860", False),
        ("Box.lan", None, "box.lan:80", True),
        ("0.0.0.0", None, "192.168.1.5:7860", True),
        ("::", None, "[fe80::1]:7860", True),
        ("0.0.0.0", None, "box.lan", False),
        ("0.0.0.0", "box.lan, Lab.example.org", "lab.example.org", True),
        ("127.0.0.1", "box.lan", "not.box.lan", False),
        ("127.0.0.1", "*", "evil.example", True),
        ("127.0.0.1", " , ", "", False),
    ],
)
def test_so_are_those_of_the_settings(host: str, allowed: str | None, header: str, answered: bool) -> None:
    assert hosts_of(host, allowed).includes(header) is answered


async def inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "reached"})


def sent(kind: str, *headers: tuple[bytes, bytes], path: str = "/") -> list[dict[str, Any]]:
    """What is told a request of a kind."""
    told: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {}

    scope = {"type": kind, "path": path, "headers": list(headers), "method": "GET"}

    async def asked() -> None:
        await addressed(inner, hosts_of("127.0.0.1", None))(scope, receive, send)

    asyncio.run(asked())
    return told


def test_what_is_refused_is_told_in_the_shape_of_its_page() -> None:
    evil = (b"host", b"evil.example")
    start, body = sent("http", evil, path="/api/v1/models")
    assert start["status"] == 403 and b'"kind": "wrong_host"' in body["body"]
    assert b'"detail"' in sent("http", evil)[1]["body"] and b"'evil.example'" in sent("http", evil)[1]["body"]
    assert sent("websocket", evil) == [{"type": "websocket.close", "code": 1008}]
    assert sent("http")[0]["status"] == 403
    reached = [{"type": "reached"}]
    assert sent("http", (b"host", b"localhost")) == sent("lifespan") == reached
