"""Files that programs and the page send to be imported: one at a time, told line by line while it goes on.

The file lies in a temporary folder that is gone when the import ends, however it ends."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from core.config import require_choice
from core.errors import BusyError, InputError, InterlinearError, StoreUnavailableError
from demo_app.api.errors import answer_to, failed
from demo_app.services.limits import check_file_bytes
from demo_app.services.project_files import FileReport, Watches
from demo_app.services.segments import ENDINGS
from demo_app.settings import Settings

FILE_TYPE = "application/octet-stream"
"""Pages of other sites cannot send this without asking first, and they are not answered."""
LINES_TYPE = "application/x-ndjson"
_LINES_WAITING = 1000
_LOOK_S = 0.5
_ANOTHER_FILE_S = 30.0
"""How long the one on its way will take is not known."""

Import = Callable[[Path, Watches], FileReport]


class _Stopped(Exception):
    """Nobody listens any more."""


@dataclass
class Uploads:
    """Shared by all requests."""

    folder: Path
    """Where temporary folders are made."""
    settings: Settings
    _busy: Lock = field(default_factory=Lock)

    async def run(self, request: Request, name: str, import_: Import) -> StreamingResponse:
        """Take the body as a file with the ending of `name`, import it, and tell how it goes as JSON lines.

        Raises before anything is read: `ConfigError` for the ending, `InputError` for another type than
        `FILE_TYPE`, `TextTooLongError`, `BusyError` while another file is on its way; then
        `StoreUnavailableError` where the disk takes no more."""
        ending = Path(name).suffix.lower()
        require_choice("ending of the file", ending, ENDINGS)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FILE_TYPE:
            raise InputError(f"A file must be sent as `Content-Type: {FILE_TYPE}`, but this one is not.")
        check_file_bytes(_announced(request), self.settings)
        if not self._busy.acquire(blocking=False):
            raise BusyError(
                "One file is imported at a time, and another is on its way; try again later.", _ANOTHER_FILE_S
            )
        folder = None
        try:
            folder = Path(tempfile.mkdtemp(prefix="upload-", dir=_made(self.folder)))
            path = await self._kept(request, folder / f"file{ending}")
        except BaseException as error:
            self._clear(folder)
            if isinstance(error, OSError):
                raise StoreUnavailableError(
                    f"The file must be kept in {self.folder} while it is read, but cannot be "
                    f"({error.strerror}); free some space on the disk and send it again."
                ) from error
            raise
        work = _Work(
            asyncio.get_running_loop(), lambda told: import_(path, told), lambda: self._clear(folder)
        )
        return StreamingResponse(work.lines(), media_type=LINES_TYPE, headers={"cache-control": "no-store"})

    async def _kept(self, request: Request, path: Path) -> Path:
        length = 0
        with path.open("wb") as file:
            async for chunk in request.stream():
                length += len(chunk)
                check_file_bytes(length, self.settings)
                file.write(chunk)
        return path

    def _clear(self, folder: Path | None) -> None:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        self._busy.release()


class _Work:
    """An import in a thread of its own, and its lines; stops at its next word when nobody listens."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        import_: Callable[[Watches], FileReport],
        clear: Callable[[], None],
    ) -> None:
        self._loop, self._import, self._clear = loop, import_, clear
        self._lines: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_LINES_WAITING)
        self._stopped = Event()
        self._shown: dict[str, int] = {}
        # The thread goes on where a cancelled request does not: it alone clears up.
        self._working = asyncio.ensure_future(asyncio.to_thread(self._work))

    async def lines(self) -> AsyncIterator[bytes]:
        """One JSON object a line; the last has `report` or `error`."""
        try:
            while (said := await self._lines.get()) is not None:
                yield json.dumps(said).encode() + b"\n"
        finally:
            self._stopped.set()

    def refused(self, line: int, words: str) -> None:
        self._tell({"refused": {"line": line, "words": words}})

    def read(self, done_bytes: int, total_bytes: int) -> None:
        self._tell_share("read", done_bytes, total_bytes)

    def translated(self, done: int, total: int) -> None:
        self._tell_share("translated", done, total)

    def _tell_share(self, what: str, done: int, total: int) -> None:
        """Whole percents alone: a file may have a million rows."""
        percent = 100 * done // max(1, total)
        if self._shown.get(what) != percent:
            self._shown[what] = percent
            self._tell({what: {"done": done, "total": total}})
        elif self._stopped.is_set():
            raise _Stopped

    def _tell(self, said: dict[str, Any] | None) -> None:
        put: Future[None] = asyncio.run_coroutine_threadsafe(self._lines.put(said), self._loop)
        while not self._stopped.is_set():
            try:
                return put.result(timeout=_LOOK_S)
            except TimeoutError:
                continue  # Whoever listens is slower than we are.
        put.cancel()
        raise _Stopped

    def _work(self) -> None:
        try:
            self._tell_end()
        except _Stopped:
            pass
        finally:
            self._clear()

    def _tell_end(self) -> None:
        try:
            last = {"report": asdict(self._import(self))}
        except InterlinearError as error:
            last = json.loads(bytes(answer_to(error).body))
        except _Stopped:
            raise
        except Exception as error:  # the border between program and person
            last = json.loads(bytes(failed(error).body))
        self._tell(last)
        self._tell(None)


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length[:18]) if length.isdecimal() else 0


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
