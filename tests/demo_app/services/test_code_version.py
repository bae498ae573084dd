"""The revision of a checkout, and the release where there is none."""

import subprocess
from pathlib import Path

from core.signature import VERSION
from demo_app.services.code_version import code_version


def git(folder: Path, *command: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *command], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_a_checkout_tells_its_revision_and_whether_it_was_changed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("1\n")
    git(tmp_path, "add", "a.py")
    git(tmp_path, "commit", "-qm", "One")
    revision = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "notes.txt").write_text("Nobody's business.")
    assert code_version(tmp_path) == f"{VERSION}+g{revision}"
    (tmp_path / "a.py").write_text("2\n")
    assert code_version(tmp_path) == f"{VERSION}+g{revision}.dirty"


def test_without_a_checkout_it_is_the_release(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    git(tmp_path, "init", "-q")
    assert code_version(tmp_path / "inside") == VERSION  # that of somebody else's program
    (broken := tmp_path / "broken").mkdir()
    (broken / ".git").write_text("gitdir: /nowhere\n")
    assert code_version(broken) == VERSION
