"""Each way a database can fail: one sentence, and nothing lost or half-written."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from core.errors import ConfigError, StoreError, StoreUnavailableError, StoreVersionError
from demo_app.store.database import Store, open_store
from demo_app.store.records import CorrectionQuery, CorrectionRecord
from tests.demo_app.store.samples import correct, counting_ids, open_at, ticking_clock, url_of


def all_of(store: Store) -> list[CorrectionRecord]:
    return list(store.corrections.stream(CorrectionQuery(include_deleted=True)))


def open_url(url: str) -> Store:
    return open_store(url, clock=ticking_clock(), new_id=counting_ids())


def test_locked_database_says_so_and_works_again_afterwards(path: Path) -> None:
    store = open_at(path, busy_timeout_s=0.05)
    record = correct(store, "before")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="locked by another program"):
        store.corrections.edit(record.id, 1, "during")
    assert all_of(store) == [record]
    other.execute("ROLLBACK")
    assert store.corrections.edit(record.id, 1, "after").revision == 2


def test_a_writer_holds_the_lock_from_its_first_look(store: Store, path: Path) -> None:
    other = open_at(path, "other", busy_timeout_s=0)
    with store.database.writing() as session:
        session.connection()
        with pytest.raises(StoreUnavailableError, match="locked"):
            correct(other, "too early")


def test_a_reader_is_not_kept_waiting_by_a_writer(store: Store, path: Path) -> None:
    record = correct(store, "before")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    reader = open_at(path, busy_timeout_s=0)
    assert reader.corrections.get(record.id) == record
    assert reader.jobs.start_next("") is None


def test_read_only_database_can_be_read_and_refuses_writes(store: Store, path: Path) -> None:
    record = correct(store, "kept")
    reader = open_url(f"sqlite:///file:{quote(quote(str(path)))}?mode=ro&uri=true")
    assert all_of(reader) == [record]
    with pytest.raises(StoreUnavailableError, match="can only be read; make the file"):
        reader.corrections.edit(record.id, 1, "lost")
    assert all_of(store) == [record]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_file_and_folder_without_permission_refuse_writes(store: Store, path: Path) -> None:
    record = correct(store, "kept")
    store.close()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    with pytest.raises(StoreUnavailableError):
        correct(open_at(path), "lost")
    path.parent.chmod(0o755)
    path.chmod(0o644)
    assert all_of(open_at(path)) == [record]


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnavailableError, match=r"folder of the database must exist.*file/sub"):
        open_at(tmp_path / "file" / "sub" / "x.db")


def test_folder_in_the_place_of_the_file_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="could not be opened"):
        open_at(tmp_path)


@pytest.mark.sqlite
def test_full_disk_loses_nothing_and_writes_no_half(store: Store) -> None:
    allow = limit_pages(store, extra=4)
    kept: list[CorrectionRecord] = []
    with pytest.raises(StoreUnavailableError, match="no room left; free some space"):
        while True:
            kept.append(correct(store, "x" * 700))
    assert all_of(store) == kept[::-1]
    allow(1000)
    kept.append(correct(store, "room again"))
    assert all_of(store) == kept[::-1]
    assert all(len(store.corrections.history(each.id)) == 1 for each in kept)


def limit_pages(store: Store, extra: int) -> Callable[[int], None]:
    """SQLite's own "disk full": the file may grow by so many pages; the result sets another limit."""
    limit = {"extra": extra}

    def set_limit(connection: Any, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + limit['extra']}")

    def allow(extra: int) -> None:
        limit["extra"] = extra
        store.database.engine.dispose()

    event.listen(store.database.engine, "connect", set_limit)
    allow(extra)
    return allow


def test_database_of_a_newer_release_is_refused_and_left_alone(store: Store, path: Path) -> None:
    correct(store, "kept")
    store.close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreVersionError, match=r"schema 0\d+ or older, but is of 9999"):
        open_at(path)
    assert path.read_bytes() == before


def test_file_of_another_kind_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("My shopping list: bread, cheese, more cheese.\n" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailableError, match="is not an SQLite database"):
        open_at(path)
    assert path.read_bytes() == before


def test_damaged_file_is_recognised(store: Store, path: Path, tmp_path: Path) -> None:
    for number in range(30):
        correct(store, f"{number}" * 300)
    store.close()
    damaged = Path(shutil.copy(path, tmp_path / "damaged.db"))
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    damaged.write_bytes(content)
    with pytest.raises(StoreUnavailableError, match=r"damaged\.db is damaged; .* restore a copy"):
        all_of(open_at(damaged))


def test_truncated_file_is_recognised(store: Store, path: Path) -> None:
    for number in range(30):
        correct(store, f"{number}" * 300)
    store.close()
    path.write_bytes(path.read_bytes()[:10_000])
    with pytest.raises(StoreError):
        all_of(open_at(path))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "must look like"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("oracle9://host/x", "driver for `oracle9` must be installed"),
    ],
)
def test_wrong_url_is_a_wrong_setting(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        open_url(url)


def test_url_of_a_path_means_that_path(path: Path) -> None:
    open_url(url_of(path)).close()
    assert path.exists()
