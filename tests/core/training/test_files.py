"""A disk that takes no more: one sentence, and everything that was saved before is still there."""

from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.training.files import saving, write_whole
from tests.core.training.toy import losses, toy_recipe, toy_trainer, write_toy
from tests.full_disk import no_file_above


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_whole(path, b"old")
    with no_file_above(100), pytest.raises(OSError):
        write_whole(path, b"new" * 100)
    assert path.read_bytes() == b"old"
    assert [file.name for file in path.parent.iterdir()] == ["file"]


def test_an_error_of_the_disk_says_what_was_not_saved() -> None:
    with pytest.raises(CheckpointError, match=r"The log could not be saved \(No space left\).*make room"):
        with saving("The log"):
            raise OSError(28, "No space left")


def test_a_run_on_a_full_disk_stops_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    data = write_toy(tmp_path)
    toy_trainer(toy_recipe(epochs=1), data, tmp_path / "full").run()
    saved = {path.name: path.read_bytes() for path in (tmp_path / "full" / "state").iterdir()}
    with no_file_above(20_000), pytest.raises(CheckpointError, match="could not be saved .*make room"):
        toy_trainer(toy_recipe(epochs=3), data, tmp_path / "full").run()
    assert {path.name: path.read_bytes() for path in (tmp_path / "full" / "state").iterdir()} == saved
    assert [path.name for path in (tmp_path / "full").iterdir() if path.name.startswith(".")] == []
    toy_trainer(toy_recipe(epochs=3), data, tmp_path / "full").run()
    assert [step for step, _ in losses(tmp_path / "full")] == [5, 10, 15]
