import csv
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from demo_app.cli.main import make_cli
from tests.demo_app.store.samples import correct, open_at, open_empty, url_of
from tests.demo_app.store.test_quarantine import set_aside
from tests.sources import ROOT


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of this test say that the database is."""
    path = tmp_path / "x.db"
    monkeypatch.setenv("INTERLINEAR_DATABASE_URL", url_of(path))
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make_cli(), list(arguments))


def test_commands_that_need_no_model_load_no_torch() -> None:
    """It is two thirds of the memory of an export, and most of the time of a short command."""
    asked = "import sys, demo_app.cli.main; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=False).returncode == 0


def test_export_writes_nothing_but_the_rows_to_standard_output(path: Path) -> None:
    record = correct(open_empty(path), "Il « pleut » 🌧\n")
    result = run("export")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [record.id]
    assert json.loads(result.stdout)["corrected_text"] == "Il « pleut » 🌧\n"
    assert result.stderr == "1 corrections\n"


def test_export_takes_the_filters_of_the_page(path: Path) -> None:
    store = open_empty(path)
    kept = correct(store, "umbrella")
    correct(store, "parasol")
    store.corrections.delete(correct(store, "umbrella, deleted").id, 1)
    common = ("export", "--format", "csv", "--text", "UMBR", "--verdict", "corrected")
    rows = csv.DictReader(io.StringIO(run(*common, "--direction", "fr-en").stdout))
    assert [row["id"] for row in rows] == [kept.id]
    assert run(*common, "--direction", "-fr").stderr == "0 corrections\n"
    assert run(*common, "--include-deleted").stderr == "2 corrections\n"


def test_export_leaves_out_what_was_set_aside_unless_it_is_asked_for(path: Path) -> None:
    store = open_empty(path)
    fine, garbage = correct(store, "fine"), set_aside(store, "aaa")
    wanted = {"": [fine.id], "quarantined": [garbage.id], "all": [garbage.id, fine.id], "rejected": []}
    for status, ids in wanted.items():
        lines = run("export", "--status", status).stdout.splitlines()
        assert [json.loads(line)["id"] for line in lines] == ids


def test_export_to_a_file_replaces_it_only_when_complete(path: Path, tmp_path: Path) -> None:
    store = open_empty(path)
    correct(store, "kept")
    out = tmp_path / "out.jsonl"
    assert run("export", "--out", str(out)).exit_code == 0
    before = out.read_bytes()
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE corrections RENAME TO gone")
    assert run("export", "--out", str(out)).exit_code == 1
    assert out.read_bytes() == before and len(before.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def test_migrate_makes_the_database_and_may_be_repeated(path: Path) -> None:
    first = run("migrate")
    assert path.exists()
    assert (first.exit_code, run("migrate").stderr) == (0, first.stderr)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--verdict", "wrong"), "`verdict` must be one of corrected, right, but is 'wrong'"),
        (("--status", "dropped"), "`status` must be one of submitted, "),
        (("--out", "/proc/no/such"), "/proc/no/such must be writable"),
    ],
)
def test_an_error_is_one_sentence(path: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run("export", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr and result.stderr.count("\n") == 1


def test_a_file_of_another_kind_is_named(path: Path) -> None:
    path.write_text("no database at all " * 100)
    result = run("migrate")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"{path} is not an SQLite database" in result.stderr


def test_a_backup_made_by_the_command_goes_back_by_the_command(path: Path, tmp_path: Path) -> None:
    kept = correct(open_empty(path), "kept")
    out = tmp_path / "copy.db"
    made = run("backup", str(out))
    assert (made.exit_code, made.stdout) == (0, "") and "1 corrections, schema 0" in made.stderr
    assert run("backup", str(out)).exit_code == 1
    refused = run("restore", str(out))
    assert refused.exit_code == 1 and "x.db must not be there yet" in refused.stderr
    for each in tmp_path.glob("x.db*"):
        each.rename(tmp_path / f"old-{each.name}")
    assert run("restore", str(out)).exit_code == 0
    assert open_at(path).corrections.get(kept.id) == kept
