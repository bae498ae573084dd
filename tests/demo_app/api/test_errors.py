"""Whatever is sent, the answer says what was wrong with it, in one shape, and is never a failure of ours."""

import asyncio
import inspect
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import errors
from demo_app.api.edge import checked
from demo_app.api.errors import ANSWERS, MAX_CHARS, answer_to, tell_all
from tests.demo_app.api.rig import ApiRig, Caller

TRANSLATE = {"text": "Oui.", "source_language": "fr", "target_language": "en"}
CORRECT = {"translation_id": "x", "segment_index": 0, "corrected_text": "Yes.", "duration_s": 1}
REST = b', "source_language": "fr", "target_language": "en"}'
Case = tuple[str, str, dict[str, Any], int, str, str]
"""What is asked, and how; status, kind and words of the answer."""
BAD: list[Case] = [
    ("POST", "/translations", {"json": TRANSLATE | {"colour": 1}}, 400, "input", "`colour` is not known"),
    ("POST", "/translations", {"json": {"text": "x"}}, 400, "input", "`source_language` must be given"),
    (
        "POST",
        "/translations",
        {"json": TRANSLATE | {"text": 3}},
        400,
        "input",
        "`text` must be a valid string",
    ),
    ("POST", "/translations", {"json": TRANSLATE | {"text": " "}}, 400, "empty_text", ""),
    ("POST", "/translations", {"json": TRANSLATE | {"text": "a\0"}}, 400, "forbidden_character", "U+0000"),
    ("POST", "/translations", {"json": TRANSLATE | {"text": "a " * 4000}}, 413, "too_long", "5,000"),
    (
        "POST",
        "/translations",
        {"json": TRANSLATE | {"target_language": "de"}},
        400,
        "unsupported_direction",
        "",
    ),
    ("POST", "/translations", {"json": TRANSLATE | {"model": "none"}}, 400, "input", "'none'"),
    ("POST", "/translations", {"json": TRANSLATE | {"options": {"mode": "luck"}}}, 400, "input", "`options`"),
    (
        *("POST", "/translations", {"json": TRANSLATE | {"options": {"mode": "beam", "beam_size": 99}}}),
        *(400, "option", "`beam_size` must be between 1 and 32, but is 99"),
    ),
    (
        "POST",
        "/translations",
        {"json": TRANSLATE | {"options": {"mode": "beam", "beam": 2}}},
        400,
        "input",
        "beam",
    ),
    ("POST", "/translations", {"content": b'{"text": '}, 400, "input", "must be JSON"),
    ("POST", "/translations", {"content": b"\xff\xfe{}"}, 400, "input", ""),
    ("POST", "/translations", {"content": b"[" * 5000}, 400, "input", ""),
    (
        "POST",
        "/translations",
        {"content": b'{"text": "\\ud800"' + REST},
        400,
        "forbidden_character",
        "U+D800",
    ),
    ("POST", "/translations", {"content": b'{"\\ud800": 1' + REST}, 400, "input", "the body"),
    ("POST", "/login", {"content": b'{"name": "ada", "password": "\\ud800"}'}, 400, "input", "`password`"),
    ("POST", "/translations", {"content": b"9" * 6000}, 400, "input", ""),
    ("POST", "/translations", {"content": b"[]"}, 400, "input", "the body"),
    ("POST", "/translations", {}, 400, "input", "the body"),
    ("POST", "/translations", {"content": b'"' + b"x" * 100_000 + b'"'}, 413, "too_long", "bytes"),
    ("GET", "/translations/none", {}, 404, "not_found", "'none'"),
    ("GET", "/translations/a%00b", {}, 400, "input", "`id`"),
    ("GET", "/translations/x/segments/0/attention", {}, 404, "not_found", ""),
    ("GET", "/translations/x/segments/-1/attention", {}, 400, "input", "`index`"),
    ("GET", f"/translations/x/segments/{'9' * 5000}/attention", {}, 400, "input", "`index`"),
    ("POST", "/corrections", {"json": CORRECT}, 404, "not_found", "'x'"),
    ("POST", "/corrections", {"json": CORRECT | {"segment_index": "0"}}, 400, "input", "`segment_index`"),
    ("POST", "/corrections", {"json": CORRECT | {"segment_index": 10**400}}, 400, "input", "`segment_index`"),
    ("POST", "/corrections", {"json": CORRECT | {"segment_index": True}}, 400, "input", "`segment_index`"),
    ("POST", "/corrections", {"json": CORRECT | {"duration_s": -1}}, 400, "input", "time taken"),
    ("POST", "/corrections", {"json": CORRECT | {"duration_s": 10**400}}, 400, "input", "`duration_s`"),
    ("POST", "/corrections", {"json": CORRECT | {"verdict": "fine"}}, 400, "input", "`verdict`"),
    (
        "POST",
        "/corrections",
        {"json": CORRECT | {"corrected_text": "a\u0007"}},
        400,
        "forbidden_character",
        "",
    ),
    (
        "POST",
        "/corrections",
        {"json": CORRECT, "headers": {"idempotency-key": "a b"}},
        400,
        "input",
        "idempotency",
    ),
    ("PATCH", "/corrections/none", {"json": {"revision": 1, "corrected_text": "x"}}, 404, "not_found", ""),
    (
        "PATCH",
        "/corrections/x",
        {"json": {"revision": 10**30, "corrected_text": "x"}},
        400,
        "input",
        "`revision`",
    ),
    ("GET", "/corrections?page=0", {}, 400, "input", "`page`"),
    ("GET", "/corrections?page_size=501", {}, 400, "input", "`page_size`"),
    ("GET", "/corrections?colour=red", {}, 400, "input", "`colour` is not known"),
    ("GET", "/corrections?text=a%00b", {}, 400, "forbidden_character", ""),
    ("GET", f"/corrections?text={'x' * 1001}", {}, 400, "option", ""),
    ("GET", "/corrections?source_language=fr%00", {}, 400, "input", "`source_language`"),
    ("GET", "/nothing", {}, 404, "not_found", "openapi.json"),
    ("DELETE", "/models", {}, 405, "method", "another way"),
    (
        "POST",
        "/login",
        {"json": {"name": "ada", "password": ["hunter2"]}},
        400,
        "input",
        "`password` must be",
    ),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[0]} {case[1][:40]} {case[4]}")
def test_what_is_wrong_is_told(ada: Caller, case: Case) -> None:
    method, path, sent, status, kind, words = case
    if "content" in sent:
        sent = sent | {"headers": {"content-type": "application/json"}}
    told = ada(method, path, **sent)
    assert (told.status_code, *told.json()["error"]) == (status, "kind", "message"), told.text
    assert told.json()["error"]["kind"] == kind and words in told.json()["error"]["message"], told.text
    assert "hunter2" not in told.text


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_what_another_site_could_send_unasked_is_no_body(ada: Caller, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    told = ada("POST", "/translations", content=json.dumps(TRANSLATE), headers=headers)
    assert (told.status_code, told.json()["error"]["kind"]) == (415, "not_json")


def test_a_body_of_unknown_length_is_cut_off() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    app = checked(FastAPI(), 5000)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            return await client.post("/", content=endless())

    assert asyncio.run(ask()).status_code == 413


def leaves() -> list[type[errors.InterlinearError]]:
    found = [one for _, one in inspect.getmembers(errors, inspect.isclass)]
    return [one for one in found if issubclass(one, errors.InterlinearError)]


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_every_error_of_the_tree_has_an_answer(kind: type[errors.InterlinearError]) -> None:
    told = answer_to(kind("It must be so, but is not."))
    assert 400 <= told.status_code < 600
    assert json.loads(bytes(told.body))["error"]["message"] == "It must be so, but is not."
    assert ("retry-after" in told.headers) == (told.status_code == 429)


@pytest.mark.parametrize(("wait_s", "told_s"), [(0.0, "1"), (1.2, "2"), (880.0, "880")])
def test_who_must_wait_is_told_how_long_in_whole_seconds(wait_s: float, told_s: str) -> None:
    assert answer_to(errors.BusyError("Wait.", wait_s)).headers["retry-after"] == told_s


def test_kinds_tell_errors_apart() -> None:
    kinds = [kind for _, kind in ANSWERS.values()]
    assert len(set(kinds)) == len(kinds)


@given(st.text(st.characters(), max_size=3000))
def test_any_message_is_valid_json_in_valid_utf_8(message: str) -> None:
    body = bytes(answer_to(errors.InputError(message)).body).decode("utf-8")
    assert len(json.loads(body)["error"]["message"]) <= 8 * MAX_CHARS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "text",
    "source_language",
    "options",
    "mode",
    "revision",
    "filter",
    "name",
    "prefix_ids",
    "position",
]


@pytest.mark.parametrize(
    "path", ["/translations", "/corrections", "/snapshots", "/translations/x/segments/0/scores"]
)
@hypothesis_settings(max_examples=15)
@given(body=JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_no_body_makes_it_fail(people: dict[str, Caller], path: str, body: Any) -> None:
    told = people["eve"]("POST", path, content=json.dumps(body), headers={"content-type": "application/json"})
    assert told.status_code in (400, 404, 413), told.text
    assert set(told.json()) == {"error"} and set(told.json()["error"]) == {"kind", "message"}


def test_a_bug_is_told_by_a_number_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    tell_all(app)

    @app.get("/bug")
    def bug() -> None:
        raise ZeroDivisionError("secret")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/bug")

    with caplog.at_level(logging.ERROR):
        told = asyncio.run(ask())
    message = told.json()["error"]["message"]
    assert told.status_code == 500 and "secret" not in message
    assert message.rstrip(".").rpartition(" ")[2] in caplog.text


def test_without_login_everything_is_open_but_not_to_other_sites(tmp_path: Any) -> None:
    rig = ApiRig(tmp_path, login=False)
    anybody = rig.caller()
    assert anybody("GET", "/models").status_code == 200
    assert anybody("GET", "/exports/jsonl").status_code == 200
    assert anybody("POST", "/login", {"name": "x", "password": "y"}).status_code == 404
    told = anybody("POST", "/translations", TRANSLATE, headers={"origin": "https://evil.example"})
    assert (told.status_code, told.json()["error"]["kind"]) == (403, "another_site")
    rig.close()


def test_a_store_that_is_gone_and_models_that_are_none_are_told(tmp_path: Any) -> None:
    rig = ApiRig(tmp_path, login=False)
    for config in rig.settings.models_dir.glob("*/config.json"):
        config.unlink()
    told = rig.caller()("POST", "/translations", TRANSLATE)
    assert (told.status_code, told.json()["error"]["kind"]) == (503, "model_unavailable")
    rig.store.close()
    (tmp_path / "test.db").write_bytes(b"This is no database." * 500)
    told = rig.caller()("GET", "/snapshots")
    assert (told.status_code, told.json()["error"]["kind"]) == (503, "store_unavailable")
    rig.close()
