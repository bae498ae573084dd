"""Files that are sent to a project: told line by line, stopped at will, and gone afterwards."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from core.errors import StoreUnavailableError
from demo_app.api.uploads import FILE_TYPE, Uploads
from demo_app.services.project_files import FileReport, Watches
from demo_app.store.project_records import ItemQuery
from tests.demo_app.api.rig import ApiRig, Caller
from tests.full_disk import no_file_above

TEXTS = b"Un deux.\nTrois\x00quatre.\n\nCinq six.\n"


@pytest.fixture
def project(people: dict[str, Caller], request: pytest.FixtureRequest) -> str:
    body = {"name": request.node.name, "source_language": "fr", "target_language": "en", "task": "post_edit"}
    return str(people["root"]("POST", "/projects", body).json()["id"])


def sent(
    caller: Caller, project: str, body: bytes, name: str = "texts.txt", kind: str = FILE_TYPE, **headers: str
) -> httpx.Response:
    headers |= {"content-type": kind}
    return caller("POST", f"/projects/{project}/files?name={name}", headers=headers, content=body)


def lines(told: httpx.Response) -> list[dict[str, Any]]:
    assert told.headers["content-type"] == "application/x-ndjson", told.text
    return [json.loads(line) for line in told.text.splitlines()]


def error_of(told: httpx.Response) -> tuple[int, str]:
    return told.status_code, told.json()["error"]["kind"]


def left_in(rig: ApiRig) -> list[Path]:
    return list(rig.bundle.exports.glob("upload-*"))


def test_good_rows_are_kept_and_bad_ones_told_by_their_line(
    rig: ApiRig, people: dict[str, Caller], project: str
) -> None:
    told = lines(sent(people["root"], project, TEXTS))
    (refused,) = [line["refused"] for line in told if "refused" in line]
    assert refused["line"] == 2 and "U+0000" in refused["words"]
    assert {"read": {"done": len(TEXTS), "total": len(TEXTS)}} in told
    assert {"translated": {"done": 2, "total": 2}} in told
    assert told[-1] == {"report": {"added": 2, "present": 0, "refused": 1}}
    again = lines(sent(people["root"], project, TEXTS))
    assert again[-1] == {"report": {"added": 0, "present": 2, "refused": 1}}
    assert rig.store.projects.items(project, ItemQuery()).total == 2 and left_in(rig) == []


def test_what_cannot_be_imported_is_told_before_it_is_read(
    rig: ApiRig, people: dict[str, Caller], project: str
) -> None:
    root, large = people["root"], str(rig.settings.max_import_bytes + 1)
    assert error_of(sent(root, project, TEXTS, "texts.exe")) == (400, "option")
    assert error_of(sent(root, project, TEXTS, kind="text/plain")) == (400, "input")
    assert error_of(sent(root, "nothing", TEXTS)) == (404, "not_found")
    assert error_of(sent(root, project, TEXTS, **{"content-length": large})) == (413, "too_long")
    assert error_of(sent(root, project, TEXTS, origin="https://evil.example")) == (403, "another_site")
    assert error_of(sent(people["eve"], project, TEXTS)) == (403, "not_allowed")
    assert left_in(rig) == []


def test_what_goes_wrong_on_the_way_is_the_last_line(
    rig: ApiRig, people: dict[str, Caller], project: str
) -> None:
    told = people["root"](
        "POST",
        f"/projects/{project}/files?name=a.txt&model=none",
        headers={"content-type": FILE_TYPE},
        content=b"Un.",
    )
    assert lines(told)[-1]["error"]["kind"] == "model_unavailable" and left_in(rig) == []


class Endless:
    """An import that goes on until it is stopped."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.was_stopped = False

    def __call__(self, path: Path, watch: Watches) -> FileReport:
        self.path, number = path, 0
        try:
            while number < 1_000_000:
                number += 1
                watch.refused(number, "Bad.")
        except BaseException:
            self.was_stopped = True
            raise
        return FileReport()


def test_who_hangs_up_stops_the_import_and_another_file_may_be_sent(rig: ApiRig) -> None:
    uploads, endless = Uploads(rig.bundle.exports, rig.settings), Endless()

    async def hang_up() -> None:
        response = await uploads.run(_request(), "a.txt", endless)
        body: Any = response.body_iterator
        assert "refused" in str(await anext(body))
        with pytest.raises(Exception, match="One file is imported at a time"):
            await uploads.run(_request(), "b.txt", endless)
        await body.aclose()
        for _ in range(200):
            if left_in(rig) == []:
                break
            await asyncio.sleep(0.01)

    asyncio.run(hang_up())
    assert endless.was_stopped and left_in(rig) == []
    assert endless.path is not None and not endless.path.exists()


def test_a_disk_that_takes_no_file_is_told_and_the_next_one_may_be_sent(tmp_path: Path, rig: ApiRig) -> None:
    (tmp_path / "in the way").touch()
    full = pytest.raises(StoreUnavailableError, match="must be kept")
    uploads = Uploads(tmp_path / "in the way", rig.settings)

    async def send() -> object:
        response = await uploads.run(_request(), "a.txt", lambda path, watch: FileReport(added=1))
        *_, last = [line async for line in response.body_iterator]
        return last

    with full:
        asyncio.run(send())
    uploads.folder = tmp_path / "uploads"
    with full, no_file_above(1):
        asyncio.run(send())
    assert "added" in str(asyncio.run(send()))


def _request() -> Request:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", FILE_TYPE.encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"Un.\n", "more_body": False}

    return Request(scope, receive)
