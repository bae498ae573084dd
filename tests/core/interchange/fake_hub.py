"""A Hugging Face hub on the loopback, as far as a download sees it, and what may go wrong with one."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".safetensors", ".bin")
"""Stored beside git, under their SHA-256."""


class FakeHub(ThreadingHTTPServer):
    """Serves `files` as `repository`, and remembers what was asked for."""

    daemon_threads = True

    def __init__(self, repository: str, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repository, self.files = repository, dict(files)
        self.break_off_after: dict[str, int] = {}
        """Bytes of a file after which its connection is lost, once."""
        self.wrong: dict[str, bytes] = {}
        """What is sent instead of a file."""
        self.fetched: list[tuple[str, str]] = []
        """File and Range header of each download."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def description(self) -> dict[str, Any]:
        """What the hub's API says of the repository."""
        return {
            "id": self.repository,
            "sha": REVISION,
            "cardData": {"license": "cc-by-4.0"},
            "siblings": [_sibling(name, content) for name, content in self.files.items()],
        }


def _sibling(name: str, content: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    found: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
    if name.endswith(LARGE):
        digest = hashlib.sha256(content).hexdigest()
        found["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 130}
    return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeHub

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        resolved = f"/{self.server.repository}/resolve/{REVISION}/"
        if path.startswith(f"/api/models/{self.server.repository}"):
            self._send(200, json.dumps(self.server.description()).encode())
        elif path.startswith(resolved) and path.removeprefix(resolved) in self.server.files:
            self._send_file(path.removeprefix(resolved))
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _send_file(self, name: str) -> None:
        content, wanted = self.server.wrong.get(name, self.server.files[name]), self.headers.get("Range", "")
        self.server.fetched.append((name, wanted))
        start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if wanted else {}
        self._send(
            206 if wanted else 200, content[start:], headers, self.server.break_off_after.pop(name, None)
        )

    def _send(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None, most: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:most])
        self.close_connection = most is not None

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(repository: str, files: Mapping[str, bytes]) -> Iterator[FakeHub]:
    """A hub that runs while the block does."""
    hub = FakeHub(repository, files)
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        thread.join()
        hub.server_close()
