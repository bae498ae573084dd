"""Projects from the command line, with the shipped model only where nothing else would do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from demo_app.cli.main import make_cli


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLINEAR_DATA_DIR", str(tmp_path))


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
