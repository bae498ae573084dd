"""Accounts from the command line: no password ever stands in a command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from demo_app.cli.main import make_cli
from tests.demo_app.store.samples import empty_at

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLINEAR_DATA_DIR", str(tmp_path))
    empty_at(tmp_path / "interlinear.db")


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(make_cli(), ["user", *arguments], input=typed)


def test_an_account_is_made_listed_and_shut_out() -> None:
    assert run("add", "Ada", typed=PASSWORD + "\n").stderr == "Ada may log in as annotator\n"
    assert run("add", "Eve", "--role", "reviewer", typed=PASSWORD + "\r\n").exit_code == 0
    assert run("role", "eve", "admin").stderr == "Eve is admin now\n"
    assert run("disable", "ADA").stderr == "Ada is disabled\n"
    assert run("list").stdout == "Ada\tannotator\tdisabled\t-\t-\nEve\tadmin\tactive\t-\t-\n"
    assert run("enable", "ada").exit_code == 0
    assert "Ada\tannotator\tactive" in run("list").stdout


def test_a_password_can_be_changed() -> None:
    run("add", "Ada", typed=PASSWORD)
    assert run("password", "ada", typed="another horse").stderr == "Ada has a new password\n"
    refused = run("password", "ada", typed="short")
    assert (refused.exit_code, refused.stderr[:36]) == (1, "A password must have 10 to 200 chara")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "Ada"), "already"),
        (("add", " Bob"), "A name must have"),
        (("password", "Bob"), "must be an account 'Bob'"),
        (("disable", "Bob"), "must be an account 'Bob'"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    run("add", "Ada", typed=PASSWORD)
    told = run(*arguments, typed=PASSWORD)
    assert told.exit_code == 1 and words in told.stderr and told.stderr.count("\n") == 1


def test_a_password_is_no_argument_and_an_unknown_role_is_refused() -> None:
    assert run("add", "Ada", PASSWORD).exit_code == 2
    assert run("add", "Ada", "--role", "king", typed=PASSWORD).exit_code == 2
    assert run("list").stdout == ""
