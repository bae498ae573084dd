"""Projects from the command line, with the shipped model only where nothing else would do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from demo_app.cli.main import make_cli
from demo_app.store.judgement_records import NewJudgement
from tests.demo_app.store.samples import empty_at, open_at


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLINEAR_DATA_DIR", str(tmp_path))
    empty_at(tmp_path / "interlinear.db")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(make_cli(), ["project", *map(str, arguments)])


def test_a_project_is_made_filled_listed_and_closed(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("source\tmachine\nOui.\tYes.\nNon.\nBon.\tGood.\n")
    assert "News is ready" in run("add", "News", "--direction", "fr-en", "--annotators", 2).stderr
    told = run("import", "News", file)
    assert told.exit_code == 1 and "line 3: The row must have 2 columns" in told.stderr
    assert told.stderr.endswith("2 added, 0 here already, 1 refused\n")
    assert run("close", "News").stderr == "News is closed now\n"
    assert run("list").stdout == "News\tfr-en\tpost_edit\t2\tclosed\t0\t2\n"
    assert run("reopen", "News").exit_code == 0
    assert "\topen\t" in run("list").stdout


def test_figures_and_files_of_ratings_are_a_command_away(tmp_path: Path) -> None:
    file, out = tmp_path / "a.tsv", tmp_path / "ratings.tsv"
    file.write_text("source\tmachine\nOui.\tYes.\n")
    run("add", "Rated", "--direction", "fr-en", "--task", "rating")
    run("import", "Rated", file)
    rate(tmp_path, 70)
    figures = dict(line.split("\t", 1) for line in run("agreement", "Rated").stdout.splitlines())
    assert (figures["answers"], figures["alpha"], figures["local"]) == ("1", "-", "1\t70.0000\t-")
    assert figures["system"] == "machine\t1\t70.0000\t-"
    assert run("trust", "Rated").stdout == "local\t0\t0\t0\t-\t0.8000\n"
    told = run("export", "Rated", "--format", "mqm", "--out", out)
    assert told.stderr == "1 ratings\n" and "\tNo-error\t" in out.read_text()
    assert '"esa_score": 70' in run("export", "Rated", "--format", "esa").stdout


def rate(folder: Path, score: int) -> None:
    """The first item, by whoever sits at the machine."""
    store = open_at(folder / "interlinear.db", "by-hand")
    turn = store.queue.take(store.projects.named("Rated").id, "")
    assert turn
    answer = {"score": score, "spans": [], "proposed": []}
    new = NewJudgement(item_id=turn.item.id, kind="rating", answer=answer, duration_s=9)
    store.judgements.add(new)
    store.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "News", "--direction", "fr-en"), "already"),
        (("add", "Other", "--direction", "fr-en", "--annotators", 0), "`annotators` must be between"),
        (("close", "Other"), "must be a project 'Other'"),
        (("import", "News", "none.txt"), "must be readable"),
        (("import", "News", "none.doc"), "must be one of .txt"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments: tuple[object, ...], words: str) -> None:
    run("add", "News", "--direction", "fr-en")
    told = run(*arguments)
    assert told.exit_code == 1 and words in told.stderr and told.stderr.count("\n") == 1
