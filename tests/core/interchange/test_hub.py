"""What the hub publishes arrives whole, a break is gone on from, and nothing else passes for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import CheckpointError, CheckpointNotFoundError, CorruptCheckpointError
from core.interchange.hub import fetch_files, look_up
from tests.core.interchange.fake_hub import REVISION, FakeHub, serving

REPOSITORY = "Somebody/some-model"
LARGE, SMALL = "model.safetensors", "config.json"
FILES = {LARGE: bytes(range(256)) * 400, SMALL: b'{"model_type": "marian"}'}


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with serving(REPOSITORY, FILES) as running:
        yield running


def fetch(hub: FakeHub, folder: Path, *names: str) -> None:
    fetch_files(look_up(REPOSITORY, hub.address), names or tuple(FILES), folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_arrive_as_they_were_published(hub: FakeHub, tmp_path: Path) -> None:
    published = look_up(REPOSITORY, hub.address)
    assert (published.revision, published.licence) == (REVISION, "cc-by-4.0")
    assert set(published.files) == set(FILES)
    fetch(hub, tmp_path)
    assert contents(tmp_path) == FILES


def test_what_is_there_is_not_fetched_again(hub: FakeHub, tmp_path: Path) -> None:
    fetch(hub, tmp_path, SMALL)
    fetch(hub, tmp_path)
    assert [name for name, _ in hub.fetched] == [SMALL, LARGE]


def test_a_file_that_changed_under_its_name_is_fetched_again(hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / LARGE).write_bytes(FILES[LARGE][:-1] + b"x")
    fetch(hub, tmp_path)
    assert contents(tmp_path) == FILES


def test_a_killed_download_goes_on_where_it_stopped(hub: FakeHub, tmp_path: Path) -> None:
    sha256 = look_up(REPOSITORY, hub.address).files[LARGE].sha256
    (tmp_path / f"{LARGE}.{sha256[:16]}.part").write_bytes(FILES[LARGE][:70_000])
    fetch(hub, tmp_path, LARGE)
    assert hub.fetched == [(LARGE, "bytes=70000-")]
    assert contents(tmp_path) == {LARGE: FILES[LARGE]}


def test_a_lost_connection_is_not_the_end(hub: FakeHub, tmp_path: Path) -> None:
    hub.break_off_after[LARGE] = 50_000
    fetch(hub, tmp_path, LARGE)
    assert contents(tmp_path) == {LARGE: FILES[LARGE]}
    assert len(hub.fetched) == 2


@pytest.mark.parametrize("name", [LARGE, SMALL])
def test_a_wrong_byte_is_found_and_does_not_stay(name: str, hub: FakeHub, tmp_path: Path) -> None:
    hub.wrong[name] = b"?" + FILES[name][1:]
    with pytest.raises(CorruptCheckpointError, match=f"{name} must have the checksum that the hub names"):
        fetch(hub, tmp_path, name)
    assert contents(tmp_path) == {}
    hub.wrong.clear()
    fetch(hub, tmp_path, name)
    assert contents(tmp_path) == {name: FILES[name]}


def test_a_part_longer_than_the_file_is_thrown_away(hub: FakeHub, tmp_path: Path) -> None:
    sha256 = look_up(REPOSITORY, hub.address).files[LARGE].sha256
    (tmp_path / f"{LARGE}.{sha256[:16]}.part").write_bytes(FILES[LARGE] + b"more")
    fetch(hub, tmp_path, LARGE)
    assert contents(tmp_path) == {LARGE: FILES[LARGE]}


def test_a_model_that_does_not_exist_is_told(hub: FakeHub) -> None:
    with pytest.raises(CheckpointNotFoundError, match="There is no model Somebody/else on the hub"):
        look_up("Somebody/else", hub.address)


def test_a_hub_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    with serving(REPOSITORY, FILES) as hub:
        published = look_up(REPOSITORY, hub.address)
        del hub.files[LARGE]
        with pytest.raises(CheckpointError, match=f"{LARGE} could not be fetched to its end .*; what has"):
            fetch_files(published, [LARGE], tmp_path)
    with pytest.raises(CheckpointError, match=f"The hub cannot be asked for {REPOSITORY} "):
        look_up(REPOSITORY, "http://127.0.0.1:9")  # nobody listens there
