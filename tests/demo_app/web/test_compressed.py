"""Pages go compressed to who takes that, and nothing else does."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from demo_app.web.compressed import compressed

TEXT = "A megabyte of settings. " * 1000


def answered(path: str, takes: str) -> httpx.Response:
    app = FastAPI()
    app.add_api_route("/", lambda: PlainTextResponse(TEXT))
    app.add_api_route("/zh/", lambda: PlainTextResponse(TEXT))
    app.add_api_route("/file.js", lambda: PlainTextResponse(TEXT))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(compressed(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path, headers={"accept-encoding": takes})

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/", "/zh/"])
def test_a_page_is_small_on_its_way_and_the_same_when_it_is_there(path: str) -> None:
    answer = answered(path, "gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(TEXT) / 10
    assert answer.text == TEXT


@pytest.mark.parametrize(("path", "takes"), [("/", "identity"), ("/file.js", "gzip")])
def test_who_cannot_read_it_and_what_is_no_page_stay_as_they_are(path: str, takes: str) -> None:
    answer = answered(path, takes)
    assert "content-encoding" not in answer.headers
    assert answer.text == TEXT
