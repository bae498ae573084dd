"""A copy of a database in use is whole, opens by itself, and goes back where it came from."""

import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import make_url

from core.errors import ConfigError, StoreUnavailableError
from demo_app.store.backup import Copied, back_up, restore
from demo_app.store.database import Store, open_store
from tests.demo_app.store import postgres
from tests.demo_app.store.samples import correct, counting_ids, open_at, ticking_clock, url_of
from tests.demo_app.store.test_faults import all_of
from tests.full_disk import no_file_above

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


def test_postgresql_s_own_commands_are_named_without_the_password(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    url = "postgresql+psycopg://me:secret@host:5433/inter"
    with pytest.raises(ConfigError, match="needs pg_dump, which is not on the PATH; install") as dumped:
        back_up(url, out)
    with pytest.raises(ConfigError) as back:
        restore(out, url)
    assert "pg_dump --format=custom '--file=" in str(dumped.value) and out.name in str(dumped.value)
    assert "pg_restore --clean --if-exists" in str(back.value) and str(back.value).endswith(f"{out.name}'")
    for told in (str(dumped.value), str(back.value)):
        assert "--dbname=postgresql://me@host:5433/inter" in told and "secret" not in told
    assert names(out.parent) == []


needs_postgres = pytest.mark.skipif(not postgres.IS_THERE, reason="TEST_POSTGRES_URL is not set")


@needs_postgres
def test_postgresql_is_copied_while_others_write_and_pg_restore_brings_it_back(out: Path) -> None:
    url = postgres.empty_url()
    store = open_store(url, clock=ticking_clock(), new_id=counting_ids())
    with writers(store) as acknowledged:
        while len(acknowledged) < 10:
            pass
        before = set(acknowledged)
        copied = back_up(url, out)
        until = len(acknowledged)
        while len(acknowledged) < until + 4:  # nobody was stopped
            pass
    version = store.version
    store.close()
    assert names(out.parent) == [out.name]
    with pytest.raises(ConfigError, match="must not be there yet"):
        back_up(url, out)
    with pytest.raises(ConfigError) as back:
        restore(out, url)
    _, command = str(back.value).split("own command is: ")
    subprocess.run(shlex.split(command), check=True)
    again = open_store(url, clock=ticking_clock(), new_id=counting_ids("again"))
    kept = {record.id for record in all_of(again)}
    again.close()
    assert before <= kept <= set(acknowledged)
    assert copied == Copied(len(kept), version, copied.size_bytes)


@needs_postgres
def test_what_postgresql_refuses_leaves_nothing(out: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="must have the tables of this program"):
        back_up(postgres.bare_url(), out)
    store = open_store(postgres.own_url(), clock=ticking_clock(), new_id=counting_ids())
    store.close()
    with pytest.raises(StoreUnavailableError, match="pg_dump must copy the database, but cannot"):
        back_up(postgres.own_url(), out.parent / "missing" / "monday.dump")
    assert names(out.parent) == []


@needs_postgres
def test_the_password_is_handed_on_in_a_file_and_on_no_command_line(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(postgres.empty_url(), clock=ticking_clock(), new_id=counting_ids()).close()
    programs = tmp_path / "programs"
    programs.mkdir()
    # Writes what it was told, and what is in the file of the password, where it should write the copy.
    fake = (
        "import sys, urllib.parse as u; named = sys.argv[3].partition('?')[2]; "
        "where = u.parse_qs(named)['passfile'][0]; "
        "open(sys.argv[2][7:], 'w').write(' '.join(sys.argv) + chr(10) + open(where).read())"
    )
    script = programs / "pg_dump"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{fake}" "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    url = make_url(postgres.own_url()).set(password="pass:word\\")
    back_up(url.render_as_string(hide_password=False), out)
    command, secret = out.read_text().splitlines()
    assert "pass:" not in command and secret == r"*:*:*:*:pass\:word\\"
