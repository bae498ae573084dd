"""`/exports` and `/snapshots`: the dataset as files, and frozen."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from core.errors import InputError
from demo_app.api.routing import Id, PersonAsking, Route, router_of
from demo_app.api.schemas_corrections import ExportFilter, SnapshotList, SnapshotRequest
from demo_app.api.services import Services
from demo_app.store.records import SnapshotRecord

MEDIA_TYPES = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "tmx": "application/xml",
    "parquet": "application/vnd.apache.parquet",
    "md": "text/markdown; charset=utf-8",
}
"""By the ending of a file's name."""
_CHUNK_BYTES = 65_536


@dataclass(frozen=True)
class Exports:
    """Handlers. Their services ask nobody's role: the routes do."""

    services: Services

    def export(self, format: str, asked: Annotated[ExportFilter, Query()]) -> Response:
        """A file of what matches, or of a snapshot; written whole before its first byte is sent."""
        files = self.services.files
        if asked.snapshot is not None and asked.model_fields_set != {"snapshot"}:
            raise InputError("`snapshot` must stand alone, but there is a filter beside it; leave out one.")
        what = asked.query() if asked.snapshot is None else files.find(asked.snapshot)
        return sent(files.write_file(what, format, self.services.exports))

    def ratings(self, id: Id, format: str) -> Response:
        """The ratings of a project that may be trained on, with their marked errors."""
        return sent(self.services.ratings.write_file(id, format, self.services.exports))

    def list(self) -> SnapshotList:
        """Newest first."""
        return SnapshotList(snapshots=list(self.services.files.frozen()))

    def get(self, id: Id) -> SnapshotRecord:
        """By name, id, or the beginning of an id."""
        return self.services.files.find(id)

    def freeze(self, asked: SnapshotRequest) -> SnapshotRecord:
        """Keep what matches, and may be trained on, under a name."""
        return self.services.files.freeze(asked.name, asked.filter.query(), asked.judgements)


def export_routes(services: Services, person: PersonAsking) -> APIRouter:
    """Every route of exports and snapshots."""
    handlers = Exports(services)
    routes = [
        Route("GET", "/exports/{format}", "reviewer", handlers.export),
        Route("GET", "/projects/{id}/exports/{format}", "reviewer", handlers.ratings),
        Route("GET", "/snapshots", "annotator", handlers.list),
        Route("GET", "/snapshots/{id}", "annotator", handlers.get),
        Route("POST", "/snapshots", "reviewer", handlers.freeze, 201),
    ]
    return router_of("exports", person, routes)


def sent(path: Path) -> Response:
    """The file, which is gone from its folder from now on and from the disk when it has been sent."""
    file, length = path.open("rb"), path.stat().st_size
    shutil.rmtree(path.parent, ignore_errors=True)
    headers = {
        "content-disposition": f'attachment; filename="{path.name}"',
        "content-length": str(length),
    }
    media_type = MEDIA_TYPES[path.suffix.removeprefix(".")]
    return StreamingResponse(_chunks(file), headers=headers, media_type=media_type)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
