"""Model folders from the Hugging Face hub. Alone imports huggingface_hub, and only when something is fetched.

The library's own downloads begin anew in every process; here what has arrived is kept and gone on with."""

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import CheckpointError, CheckpointNotFoundError, CorruptCheckpointError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Published:
    """A repository as the hub describes it."""

    address: str
    revision: str
    """Commit that all files are of."""
    licence: str
    """As its card names it; empty when it does not."""
    files: "dict[str, PublishedFile]"


@dataclass(frozen=True)
class PublishedFile:
    """One file of it."""

    url: str
    size_bytes: int
    sha256: str
    """Empty for a small file, which has a git checksum instead."""
    git_sha1: str

    def is_at(self, path: Path) -> bool:
        """Whether the file on disk is this one, byte for byte."""
        if not path.is_file() or path.stat().st_size != self.size_bytes:
            return False
        # git's name for a blob; the large files are stored beside git, under their SHA-256
        digest = hashlib.sha256() if self.sha256 else hashlib.sha1(b"blob %d\0" % self.size_bytes)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest() == (self.sha256 or self.git_sha1)


def look_up(repository: str, endpoint: str | None = None) -> Published:
    """What the hub has under `OWNER/NAME`; `endpoint` None is the library's own choice (HF_ENDPOINT).

    Raises `CheckpointNotFoundError` when there is no such repository, `CheckpointError` without a network."""
    from huggingface_hub import HfApi, hf_hub_url
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = HfApi(endpoint=endpoint).model_info(repository, files_metadata=True)
    except RepositoryNotFoundError as error:
        raise CheckpointNotFoundError(
            f"There is no model {repository} on the hub; look for its name at https://huggingface.co/models."
        ) from error
    except _network_errors() as error:
        raise CheckpointError(f"The hub cannot be asked for {repository} ({_first_line(error)}).") from error
    revision = info.sha or "main"
    files = {
        one.rfilename: PublishedFile(
            url=hf_hub_url(repository, one.rfilename, revision=revision, endpoint=endpoint),
            size_bytes=one.size or 0,
            sha256=one.lfs.sha256 if one.lfs else "",
            git_sha1=one.blob_id or "",
        )
        for one in info.siblings or ()
    }
    licence = str(getattr(info.card_data, "license", None) or "")
    return Published(f"https://huggingface.co/{repository}", revision, licence, files)


def fetch_files(published: Published, names: Sequence[str], folder: Path) -> None:
    """Bring files into `folder`, each whole or not at all, with a bar on standard error.

    What was fetched before is kept, what was begun is gone on with. Raises `CorruptCheckpointError` for a
    file that is not what the hub says, `CheckpointError` when the network or the disk fails."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        file, path = published.files[name], folder / name
        if not file.is_at(path):
            _fetch(file, path)
        logger.info("%s: %d bytes, checksum right", name, file.size_bytes)


def _fetch(file: PublishedFile, path: Path) -> None:
    from huggingface_hub.file_download import http_get

    # of this very content: another revision's beginning is never gone on with
    part = path.with_name(f"{path.name}.{(file.sha256 or file.git_sha1)[:16]}.part")
    try:
        with part.open("r+b" if part.exists() else "wb") as out:
            start = out.seek(0, os.SEEK_END)
            if start > file.size_bytes:
                start = out.seek(0)
                out.truncate()
            http_get(
                file.url,
                out,
                resume_size=start,
                headers={"Accept-Encoding": "identity"},
                expected_size=file.size_bytes,
                displayed_filename=path.name,
            )
    except _network_errors() as error:
        raise CheckpointError(
            f"{path.name} could not be fetched to its end ({_first_line(error)}); what has arrived is kept: "
            "give the same command again."
        ) from error
    if not file.is_at(part):
        part.unlink()
        raise CorruptCheckpointError(
            f"{path.name} must have the checksum that the hub names, but has not; it was deleted: give the "
            "same command again."
        )
    part.replace(path)


def _network_errors() -> tuple[type[Exception], ...]:
    """What a failing network or disk raises: the hub's own errors are those of its HTTP library."""
    from huggingface_hub.errors import HfHubHTTPError

    bases = [kind for kind in HfHubHTTPError.__mro__ if kind.__name__ == "HTTPError"]
    return (OSError, *bases)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
