"""From names of corpora to files of pairs in a folder, and a record of where they came from."""

import gzip
import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from core.corpora.clean import clean
from core.corpora.fetch import download, sum_of
from core.corpora.files import write_all, writing
from core.corpora.manifest import Corpus
from core.corpora.pinned import read_pinned
from core.corpora.readers import read_corpus, require_packages
from core.corpora.split import Pinned, content_sum, split
from core.errors import ArchiveError, CorpusError
from core.text.corpus import Pair

SOURCES_FILE = "SOURCES.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where things lie."""

    manifest: Path
    into: Path
    """Folder of the corpora; what is fetched is kept in its `archives`."""
    archives: Path | None = None
    """Folder of archives to read instead; nothing is fetched then."""


@dataclass(frozen=True)
class Made:
    """One file of pairs."""

    name: str
    pairs: int
    sum: str
    """Of its content, see `content_sum`."""
    expected: str
    """What the manifest says, or empty."""


def make_corpora(corpora: Sequence[Corpus], place: Place, now: str) -> list[Made]:
    """Fetch, clean and split the corpora, and write them; those of one family are split together.

    `now` (UTC ISO 8601) stands in the record. A file whose content is not what the manifest says is written
    all the same, with a warning: homes move on. Raises `DownloadError`, `ArchiveError`, `CorpusError`."""
    require_packages(corpora)
    archives = {corpus.name: _archive(corpus, place) for corpus in corpora}
    made: list[Made] = []
    for _, group in groupby(corpora, key=lambda corpus: corpus.family):
        made.extend(_make_family(list(group), archives, place, now))
    for one in made:
        if one.expected and one.expected != one.sum:
            _log.warning(
                f"{one.name} is not what published figures rest on, since its home has changed or the whole "
                f"family was not made together: its sum is {one.sum}, expected was {one.expected}."
            )
    return made


def _archive(corpus: Corpus, place: Place) -> Path:
    """The archive on disk, fetched if it is not there yet."""
    path = (place.archives or place.into / "archives") / corpus.archive
    if not path.is_file():
        if place.archives:
            raise CorpusError(
                f"{path} must be there to make {corpus.name} of it, but is not; fetch it from {corpus.url}."
            )
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        download(corpus.url, path, corpus.max_bytes, corpus.sha256)
    elif corpus.sha256 and (found := sum_of(path)) != corpus.sha256:
        raise ArchiveError(
            f"{path} must have the SHA-256 {corpus.sha256}, but has {found}; delete it and give the same "
            "command again, which fetches it anew."
        )
    return path


def _make_family(family: list[Corpus], archives: dict[str, Path], place: Place, now: str) -> list[Made]:
    dropped: dict[str, Counter[str]] = {corpus.name: Counter() for corpus in family}
    cleaned = [
        (c, clean(read_corpus(c, archives[c.name]), c.max_length_ratio, dropped[c.name])) for c in family
    ]
    if empty := [corpus for corpus, pairs in cleaned if not pairs]:
        raise ArchiveError(f"{archives[empty[0].name]} must hold pairs, but holds none that can be used.")
    split_up = split(cleaned, _pinned(family, place.manifest))
    record, files, made = _read_record(place.into / SOURCES_FILE), {}, []
    for corpus in family:
        parts = split_up[corpus.name]
        contents = {"train": parts.train, "dev": parts.dev, "test": parts.test}
        own = [_described(corpus, part, pairs) for part, pairs in contents.items()]
        files.update({one.name: _packed(pairs) for one, pairs in zip(own, contents.values(), strict=True)})
        record[corpus.name] = {
            **{"url": corpus.url, "archive": corpus.archive, "archive_sha256": sum_of(archives[corpus.name])},
            **{"licence": corpus.licence, "attribution": corpus.attribution, "made_at": now},
            "made_together": [other.name for other in family],
            "left_out": {**dropped[corpus.name], "shares a sentence with dev or test": parts.left_out},
            "files": {one.name: {"pairs": one.pairs, "sum": one.sum} for one in own},
        }
        made.extend(own)
    files[SOURCES_FILE] = (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()
    write_all(place.into, files)
    return made


def _pinned(family: list[Corpus], manifest: Path) -> dict[str, Pinned]:
    found: dict[str, Pinned] = {}
    for name in {corpus.pinned for corpus in family if corpus.pinned}:
        found |= read_pinned(manifest.parent / name)
    return found


def _described(corpus: Corpus, part: str, pairs: list[Pair]) -> Made:
    name = f"{corpus.name}.{part}.tsv.gz"
    return Made(name, len(pairs), content_sum(pairs), corpus.sums.get(part, ""))


def _packed(pairs: list[Pair]) -> bytes:
    """Tab-separated lines, gzip without a date: equal pairs give equal bytes."""
    lines = "".join(f"{first}\t{second}\n" for first, second in pairs)
    return gzip.compress(lines.encode(), mtime=0)


def _read_record(path: Path) -> dict[str, Any]:
    """What is known of the corpora that were made before."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path} must be a record of corpora, but cannot be read; delete it.") from error
    return dict(record)
