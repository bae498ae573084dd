"""Files out of the database and into it, from the command line."""

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet
from typer.testing import CliRunner, Result

from demo_app.cli.export import Kind
from demo_app.cli.main import make_cli
from demo_app.store.formats import BESIDE, FORMATS
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.samples import correct, open_at, open_empty, url_of
from tests.demo_app.store.test_preferences import compared
from tests.sources import ROOT


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of this test say that the database is."""
    path = tmp_path / "x.db"
    monkeypatch.setenv("INTERLINEAR_DATABASE_URL", url_of(path))
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make_cli(), list(arguments))


def test_the_command_knows_every_format() -> None:
    assert [kind.value for kind in Kind] == [*FORMATS, *BESIDE]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_goes_to_standard_output(path: Path, kind: str) -> None:
    correct(open_empty(path), "Il « pleut » 🌧\n")
    result = run("export", "--format", kind)
    assert (result.exit_code, result.stderr) == (0, "1 corrections\n")
    assert len(result.stdout_bytes) > 40


def test_judgements_are_frozen_and_leave_with_their_snapshot(path: Path) -> None:
    store = open_empty(path)
    correct(store, "rain")
    rated(store, project_of(store)[0], 70)
    frozen = run("snapshot", "whole", "--judgements").stdout.split("\t")[0]
    kinds = ("jsonl", "ratings", "preferences")
    files = [run("export", "--snapshot", "whole", "--format", kind) for kind in kinds]
    assert files[1].stderr == "1 ratings\n" and json.loads(files[1].stdout)["esa_score"] == 70
    assert hashlib.sha256(b"".join(file.stdout_bytes for file in files)).hexdigest() == frozen
    assert "add one" in run("snapshot", "--judgements").stderr


def test_parquet_goes_through_a_pipe(path: Path) -> None:
    record = correct(open_empty(path), "Il « pleut » 🌧\n")
    command = [sys.executable, "-m", "demo_app", "export", "--format", "parquet"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert parquet.read_table(io.BytesIO(done.stdout))["id"].to_pylist() == [record.id]


def test_a_database_moves_through_a_file(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_empty(path)
    for text in ("one", "two"):
        correct(store, text)
    store.corrections.delete(store.corrections.edit("id-4", 1, "zwei").id, 2)
    out = tmp_path / "all.jsonl"
    store.histories.add([(replace(correct(store, "three"), id="aside", status="quarantined"),)])
    assert run("export", "--status", "all", "--include-deleted", "--out", str(out)).exit_code == 0
    other = tmp_path / "other.db"
    monkeypatch.setenv("INTERLINEAR_DATABASE_URL", url_of(other))
    first, second = (run("import", str(out)) for _ in range(2))
    assert (first.exit_code, first.stderr) == (
        0,
        "4 added, 0 brought up to date, 0 here already, 0 refused\n"
        "1 of those added are set aside by the checks; a reviewer can release them\n",
    )
    assert second.stderr == "0 added, 0 brought up to date, 4 here already, 0 refused\n"
    for id_ in ("id-2", "id-4", "id-6", "aside"):
        assert open_at(other).corrections.history(id_) == store.corrections.history(id_)


def test_judgements_move_through_a_file(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, out = open_at(path), tmp_path / "all.jsonl"
    store.judgements.reject(rated(store, project_of(store)[0]).id, 1, "not read")
    compared(store, 1, 2, 2)
    asked = ("export", "--format", "judgements", "--status", "all")
    assert run(*asked, "--out", str(out)).stderr == "2 judgements\n"
    monkeypatch.setenv("INTERLINEAR_DATABASE_URL", url_of(tmp_path / "other.db"))
    for told in ("2 added, 0 brought up to date, 0", "0 added, 0 brought up to date, 2"):
        assert run("import", str(out)).stderr == f"{told} here already, 0 refused\n"
    assert run(*asked).stdout_bytes == out.read_bytes()


def test_refused_rows_make_the_status_one(path: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("source,corrected\nOui,Yes\nNon,\n", encoding="utf-8")
    result = run("import", str(pairs), "--direction", "fr-en")
    assert (result.exit_code, result.stdout) == (1, "")
    told, counts = result.stderr.splitlines()
    assert told.startswith("line 3: There is no text yet")
    assert counts == "1 added, 0 brought up to date, 0 here already, 1 refused"


@pytest.mark.parametrize("direction", ["fr", "fr-", "-en", ""])
def test_half_a_direction_is_refused(path: Path, tmp_path: Path, direction: str) -> None:
    assert run("import", str(tmp_path / "x.csv"), "--direction", direction).exit_code == 2


def test_a_snapshot_is_made_listed_and_exported(path: Path, tmp_path: Path) -> None:
    store = open_empty(path)
    record = correct(store, "rain")
    made = run("snapshot", "v1", "--direction", "fr-en").stdout
    id_, _, count, name = made.rstrip("\n").split("\t")
    assert (count, name) == ("1", "v1")
    assert run("snapshot").stdout == made
    store.corrections.edit(record.id, 1, "edited later")
    exported = run("export", "--snapshot", id_[:10])
    assert hashlib.sha256(exported.stdout_bytes).hexdigest() == id_
    assert json.loads(exported.stdout)["corrected_text"] == "rain"


def test_a_snapshot_may_be_of_what_was_accepted_alone(path: Path) -> None:
    store = open_empty(path)
    correct(store, "rain")
    store.reviews.accept(correct(store, "snow").id, 1)
    assert run("snapshot", "v1", "--status", "accepted").stdout.split("\t")[2] == "1"
    assert "must hold a correction" in run("snapshot", "v2", "--status", "rejected").stderr


def test_a_card_stands_beside_its_file(path: Path, tmp_path: Path) -> None:
    correct(open_empty(path), "rain")
    out = tmp_path / "data.tmx"
    assert run("export", "--format", "tmx", "--out", str(out), "--card").exit_code == 0
    card = (tmp_path / "data.tmx.md").read_text("utf-8")
    assert "CC BY 4.0" in card and "TMX 1.4b" in card and "1 sentences" in card


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--card"), "`--card` must have a file to stand beside"),
        (("export", "--snapshot", "v1"), "must be one snapshot 'v1', but there is none"),
        (("export", "--snapshot", "v1", "--text", "x"), "`--snapshot` must stand without filters"),
        (("snapshot", "v1"), "must hold a correction"),
        (("snapshot", "--text", "x"), "there is no name"),
        (("import", "x.docx"), "must be one of .jsonl, .csv, .tsv"),
        (("import", "nowhere.csv"), "nowhere.csv must be readable"),
    ],
)
def test_an_error_is_one_sentence(path: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr and result.stderr.count("\n") == 1
