"""Downloads: whole or absent, resumed only where the server still has the same file."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.corpora.fetch import Patience, download
from core.errors import ArchiveError, CorpusError, DownloadError
from tests.core.corpora.home import Home
from tests.full_disk import no_file_above
from tests.sources import ROOT

CONTENT = random.Random(1).randbytes(300_000)
OTHER = random.Random(2).randbytes(300_000)
QUICK = Patience(attempts=4, timeout_s=5, wait_s=0)
ONCE = Patience(attempts=1, timeout_s=5, wait_s=0)
LIMIT = 1_000_000


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_arrives_as_it_is(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"] = CONTENT
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, hashlib.sha256(CONTENT).hexdigest(), QUICK)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert names(tmp_path) == ["a.zip"]


def test_a_broken_connection_is_resumed_where_it_broke(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.breaks = CONTENT, [100_000, 0, 50_000]
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert home.ranges == [None, "bytes=100000-", "bytes=100000-", "bytes=150000-"]


def test_a_later_call_goes_on_with_what_an_earlier_one_left(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.breaks = CONTENT, [123_456]
    with pytest.raises(
        DownloadError, match=r"in 1 attempts.*ended after 123,456 of 300,000 bytes.*same command"
    ):
        download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", ONCE)
    assert not (tmp_path / "a.zip").exists()
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", ONCE)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert home.ranges == [None, "bytes=123456-"]


@pytest.mark.parametrize("why", ["changed", "no ranges", "no tag", "weak tag", "mark lost"])
def test_halves_of_two_files_are_never_joined(why: str, home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.breaks = CONTENT, [100_000]
    home.tag = {"no tag": None, "weak tag": 'W/"v1"'}.get(why, '"v1"')
    with pytest.raises(DownloadError):
        download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", ONCE)
    home.files["a.zip"], home.has_ranges = OTHER, why != "no ranges"
    if why == "changed":
        home.tag = '"v2"'
    if why == "mark lost":
        (tmp_path / "a.zip.part.mark").unlink()
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", ONCE)
    assert (tmp_path / "a.zip").read_bytes() == OTHER
    assert names(tmp_path) == ["a.zip"]


def test_a_server_that_does_not_tell_the_length_is_told_when_it_breaks_off(
    home: Home, tmp_path: Path
) -> None:
    home.files["a.zip"], home.chunked, home.breaks = CONTENT, True, [50_000]
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert len(home.ranges) == 2


def test_a_busy_server_is_asked_again(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.answers = CONTENT, [503, 429, 416]
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


@pytest.mark.parametrize("status", [403, 404, 406, 410])
def test_what_is_not_there_is_told_at_once(status: int, home: Home, tmp_path: Path) -> None:
    home.answers = [status] * 9
    with pytest.raises(DownloadError, match=rf"a\.zip must be there.*answers {status} .*has moved"):
        download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert (len(home.ranges), names(tmp_path)) == (1, [])


def test_no_network_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"in 4 attempts.*refused.*Look at the connection"):
        download("http://127.0.0.1:1/a.zip", tmp_path / "a.zip", LIMIT, "", QUICK)
    assert names(tmp_path) == []


def test_a_server_that_falls_silent_is_given_up(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.breaks = CONTENT, [1000]
    home.hold.clear()
    with pytest.raises(DownloadError, match="timed out"):
        download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", Patience(1, timeout_s=0.2, wait_s=0))
    assert not (tmp_path / "a.zip").exists()


def test_wrong_bytes_never_get_the_name(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"] = OTHER
    with pytest.raises(ArchiveError, match=hashlib.sha256(OTHER).hexdigest()):
        download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, hashlib.sha256(CONTENT).hexdigest(), QUICK)
    assert names(tmp_path) == []


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_above_the_limit_is_refused(chunked: bool, home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.chunked = CONTENT, chunked
    with pytest.raises(DownloadError, match="at most 200,000 bytes"):
        download(home.url("a.zip"), tmp_path / "a.zip", 200_000, "", QUICK)
    assert (len(home.ranges), names(tmp_path)) == (1, [])


def test_a_full_disk_is_told_and_the_rest_comes_when_there_is_room(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"] = CONTENT
    with no_file_above(100_000), pytest.raises(CorpusError, match=r"a\.zip could not be written.*make room"):
        download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert not (tmp_path / "a.zip").exists()
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert home.ranges[-1] is not None


def test_a_killed_download_leaves_no_file_and_is_resumed(home: Home, tmp_path: Path) -> None:
    home.files["a.zip"], home.breaks = CONTENT, [200_000]
    home.hold.clear()
    code = "import sys; from pathlib import Path; from core.corpora.fetch import download; "
    call = f"download({home.url('a.zip')!r}, Path({str(tmp_path / 'a.zip')!r}), {LIMIT})"
    part = tmp_path / "a.zip.part"
    with subprocess.Popen([sys.executable, "-c", code + call], cwd=ROOT, stderr=subprocess.DEVNULL) as child:
        until = time.monotonic() + 20
        while time.monotonic() < until and not (part.is_file() and part.stat().st_size):
            time.sleep(0.02)
        child.kill()
    home.hold.set()
    begun = part.stat().st_size
    assert begun > 0 and not (tmp_path / "a.zip").exists()
    download(home.url("a.zip"), tmp_path / "a.zip", LIMIT, "", QUICK)
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert home.ranges == [None, f"bytes={begun}-"]
