"""The home of a corpus on the loopback: a real HTTP server with ranges, which can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Home(ThreadingHTTPServer):
    """Serves `files`; all attributes may be changed while it runs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.tag: str | None = '"v1"'
        """ETag of every file; None sends none."""
        self.has_ranges = True
        self.breaks: list[int] = []
        """Body bytes after which the next connections end; then they do not break."""
        self.answers: list[int] = []
        """Status codes of the next answers; then it is 200, 206 or 404."""
        self.chunked = False
        self.ranges: list[str | None] = []
        """The Range of every request so far."""
        self.hold = threading.Event()
        """While clear, a broken connection stays open and sends nothing."""
        self.hold.set()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Home

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        home, content = self.server, self.server.files.get(self.path.lstrip("/"))
        home.ranges.append(self.headers["Range"])
        self.close_connection = True
        if home.answers or content is None:
            self.send_error(home.answers.pop(0) if home.answers else 404)
            return
        start = self._start()
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if home.tag is not None:
            self.send_header("ETag", home.tag)
        self._send(content[start:], home.breaks.pop(0) if home.breaks else len(content))

    def _start(self) -> int:
        wanted, condition = self.headers["Range"], self.headers["If-Range"]
        if not wanted or not self.server.has_ranges or condition != self.server.tag:
            return 0
        return int(wanted.removeprefix("bytes=").rstrip("-"))

    def _send(self, body: bytes, limit: int) -> None:
        if self.server.chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            sent = body[:limit]
            self.wfile.write(
                b"%x\r\n%s\r\n" % (len(sent), sent) + (b"0\r\n\r\n" if len(sent) == len(body) else b"")
            )
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:limit])
        self.wfile.flush()
        self.server.hold.wait(20)


@contextmanager
def open_home() -> Iterator[Home]:
    """A running server, closed at the end."""
    with Home() as home:
        thread = threading.Thread(target=home.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield home
        finally:
            home.hold.set()
            home.shutdown()
            thread.join()
