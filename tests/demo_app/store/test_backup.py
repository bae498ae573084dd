"""A copy of a database in use is whole, opens by itself, and goes back where it came from."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from core.errors import ConfigError, StoreUnavailableError
from demo_app.store.backup import Copied, back_up, restore
from demo_app.store.database import Store
from tests.demo_app.store.samples import correct, open_at, url_of
from tests.demo_app.store.test_faults import all_of

HOLDS = "It is raining. " * 20


@contextmanager
def writers(store: Store) -> Iterator[list[str]]:
    """Two threads that save without a pause; what they were told is saved, as it grows."""
    acknowledged, stop = list[str](), Event()

    def work() -> None:
        while not stop.is_set():
            acknowledged.append(correct(store, HOLDS).id)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def no_file_above(size_bytes: int) -> Iterator[None]:
    """As if the disk were full beyond it."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "backups of 50%"
    folder.mkdir()
    return folder / "monday.db"


def test_a_backup_made_while_others_write_has_all_that_was_acknowledged_before(
    store: Store, path: Path, out: Path
) -> None:
    with writers(store) as acknowledged:
        while len(acknowledged) < 10:
            pass
        before = set(acknowledged)
        copied = back_up(url_of(path), out)
        until = len(acknowledged)
        while len(acknowledged) < until + 4:  # nobody was stopped
            pass
    assert names(out.parent) == [out.name]
    opened = open_at(out)
    kept = {record.id for record in all_of(opened)}
    assert before <= kept <= set(acknowledged)
    assert copied == Copied(len(kept), store.version, copied.size_bytes)
    assert all(len(opened.corrections.history(each)) == 1 for each in kept)
    opened.close()


def test_a_backup_goes_back_and_everything_is_as_it_was(store: Store, path: Path, out: Path) -> None:
    records = [correct(store, HOLDS) for _ in range(3)][::-1]
    back_up(url_of(path), out)
    correct(store, "after the backup")
    store.close()
    with pytest.raises(ConfigError, match=r"interlinear\.db must not be there yet.*stop the server and move"):
        restore(out, url_of(path))
    shutil.rmtree(path.parent)
    restore(out, url_of(path))
    assert names(path.parent) == [path.name]
    again = open_at(path, "again")
    assert all_of(again) == records
    with again.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    correct(again, "and it goes on")
    again.close()


def test_what_is_there_is_never_overwritten(store: Store, path: Path, out: Path) -> None:
    out.write_text("precious")
    with pytest.raises(ConfigError, match=r"monday\.db must not be there yet, but is"):
        back_up(url_of(path), out)
    assert out.read_text() == "precious"


def test_a_full_disk_leaves_no_half_of_a_backup(store: Store, path: Path, out: Path) -> None:
    kept = [correct(store, HOLDS) for _ in range(20)][::-1]
    with no_file_above(50_000), pytest.raises(StoreUnavailableError, match=r"monday\.db .* has room"):
        back_up(url_of(path), out)
    assert names(out.parent) == []
    assert all_of(store) == kept
    assert back_up(url_of(path), out).corrections == 20


def test_a_damaged_database_makes_no_backup(store: Store, path: Path, out: Path) -> None:
    for _ in range(30):
        correct(store, HOLDS)
    store.close()
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\xa5" * (len(content) - half)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailableError):
        back_up(url_of(path), out)
    assert names(out.parent) == []


def test_what_is_no_database_of_ours_is_refused(path: Path, out: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="could not be opened"):
        back_up(url_of(path), out)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as opened:
        opened.execute("CREATE TABLE shopping (item TEXT)")
    opened.close()
    for wrong, words in (
        (other, "no such table: corrections"),
        (Path(__file__), "is not an SQLite database"),
    ):
        with pytest.raises(StoreUnavailableError, match=words):
            restore(wrong, url_of(path))
    assert not path.exists() and names(out.parent) == []


def test_postgresql_s_own_commands_are_named_without_the_password(out: Path) -> None:
    url = "postgresql+psycopg://me:secret@host:5433/inter"
    with pytest.raises(ConfigError) as dump:
        back_up(url, out)
    with pytest.raises(ConfigError) as back:
        restore(out, url)
    assert "pg_dump --format=custom --file='" in str(dump.value) and out.name in str(dump.value)
    assert "pg_restore --clean --if-exists '" in str(back.value)
    for told in (str(dump.value), str(back.value)):
        assert told.endswith(" --dbname=postgresql://me@host:5433/inter") and "secret" not in told
