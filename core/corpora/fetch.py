"""Files from the web: whole or absent, resumed where they broke off. Alone speaks to the network."""

import hashlib
import http.client
import logging
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tqdm import tqdm

from core.corpora.files import writing
from core.errors import ArchiveError, DownloadError

_BLOCK_BYTES = 1 << 16
_AGENT = "Mozilla/5.0 (compatible; interlinear; one download of a corpus)"
"""Some homes answer 406 to a client that does not call itself Mozilla."""
_WORTH_A_RETRY = (408, 416, 429, 500, 502, 503, 504)
"""416: what was asked for lies behind the end, so the file has changed; the next attempt starts anew."""


_log = logging.getLogger(__name__)


class _BrokenOffError(Exception):
    """The connection ended or failed; another attempt may do better. Never leaves this module."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for a slow or failing server."""

    attempts: int = 5
    timeout_s: float = 30.0
    """Without a byte, that is."""
    wait_s: float = 1.0
    """Before the second attempt; twice as long before each further one."""


def download(
    url: str, path: Path, max_bytes: int, sha256: str = "", patience: Patience | None = None
) -> None:
    """Fetch a file, or the rest of one; under `path` stands the whole file or nothing.

    What a broken connection or a kill left behind lies beside it as `.part`, and the next call goes on there
    if the server still has the same file. Raises `DownloadError`; `ArchiveError` when the file has not the
    expected SHA-256 (an empty one expects nothing); `CorpusError` when the disk does not take it."""
    patience = patience or Patience()
    part = _Part(path)
    for attempt in range(1, patience.attempts + 1):
        try:
            with writing(path):
                _attempt(url, part, max_bytes, patience.timeout_s)
                part.finish(sha256, url)
            return
        except _BrokenOffError as error:
            if attempt == patience.attempts:
                raise DownloadError(
                    f"{url} could not be fetched in {attempt} attempts, the last of which failed: {error}. "
                    "Look at the connection and give the same command again; it goes on where it stopped."
                ) from error
            _log.info(f"{path.name}: {error}; trying again")
        time.sleep(patience.wait_s * 2 ** (attempt - 1))


def sum_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Part:
    """The unfinished file, and the mark by which the server knows the version that it is a part of."""

    def __init__(self, path: Path) -> None:
        self.whole = path
        self.path = path.with_name(path.name + ".part")
        self._mark = path.with_name(path.name + ".part.mark")

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def headers(self) -> dict[str, str]:
        """Ask for the rest, if there is a beginning with a mark; a server whose file is another sends all."""
        if not self.size_bytes or not self._mark.is_file():
            return {}
        return {"Range": f"bytes={self.size_bytes}-", "If-Range": self._mark.read_text(encoding="ascii")}

    def start(self, response: http.client.HTTPResponse) -> IO[bytes]:
        """Open at the place where the response begins."""
        if response.status == 206:
            if response.headers.get("Content-Range", "").startswith(f"bytes {self.size_bytes}-"):
                return self.path.open("ab")
            self.drop()
            raise _BrokenOffError("the server sent another part than the one asked for")
        tag = response.headers.get("ETag", "")
        mark = tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
        self.drop()
        file = self.path.open("wb")
        if mark:  # last, so that a kill in between leaves a beginning that is not resumed
            self._mark.write_text(mark, encoding="ascii")
        return file

    def drop(self) -> None:
        """Begin anew."""
        self._mark.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def finish(self, sha256: str, url: str) -> None:
        """Give the whole file its name, if it is what it should be."""
        if sha256 and (found := sum_of(self.path)) != sha256:
            self.drop()
            raise ArchiveError(
                f"{url} must have the SHA-256 {sha256}, but has {found}; nothing of it was kept: give the "
                "same command again, and if that ends here too, do not trust this home."
            )
        self.path.replace(self.whole)
        self._mark.unlink(missing_ok=True)


def _attempt(url: str, part: _Part, max_bytes: int, timeout_s: float) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT, **part.headers()})
    try:
        response = urllib.request.urlopen(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:
            part.drop()
        if error.code not in _WORTH_A_RETRY:
            raise DownloadError(
                f"{url} must be there to be fetched, but its server answers {error.code} {error.reason}; "
                "look whether the corpus has moved."
            ) from error
        raise _BrokenOffError(f"{error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOffError(str(getattr(error, "reason", error)) or type(error).__name__) from error
    with response:
        _receive(response, part, max_bytes, url)


def _receive(response: http.client.HTTPResponse, part: _Part, max_bytes: int, url: str) -> None:
    """Append the response to the part, and sync it; raises `_BrokenOffError` when it ends too early."""
    with part.start(response) as file:
        begun = received = part.size_bytes
        total = None if response.length is None else begun + response.length
        _require_size(url, part, total or 0, max_bytes)
        name = part.whole.name
        with tqdm(total=total, initial=begun, unit="B", unit_scale=True, desc=name, leave=False) as bar:
            while block := _read(response):
                received += len(block)
                _require_size(url, part, received, max_bytes)
                file.write(block)
                bar.update(len(block))
        file.flush()
        os.fsync(file.fileno())
    if total is not None and received < total:
        raise _BrokenOffError(f"the connection ended after {received:,} of {total:,} bytes")


def _require_size(url: str, part: _Part, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        part.drop()
        raise DownloadError(f"{url} must have at most {max_bytes:,} bytes, but has at least {size:,}.")


def _read(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(_BLOCK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOffError(f"the connection broke ({error or type(error).__name__})") from error
