"""Which code it is that runs: the release, and the revision where that is known."""

import subprocess
from pathlib import Path

from core.signature import VERSION

PROGRAM = Path(__file__).resolve().parents[2]
_PATIENCE_S = 10.0


def code_version(program: Path = PROGRAM) -> str:
    """As `0.1.0+g2370024…`, with `.dirty` where files differ from that revision; where the program does not
    run from a git checkout, or git is not there, the release alone."""
    if not (program / ".git").exists():
        return VERSION
    # Both are named, so that neither a checkout around this one nor a variable of git's is meant.
    git = ["git", f"--git-dir={program / '.git'}", f"--work-tree={program}"]
    try:
        revision = _said(git, "rev-parse", "HEAD")
        changed = _said(git, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return VERSION
    return f"{VERSION}+g{revision}" + (".dirty" if changed else "")


def _said(git: list[str], *command: str) -> str:
    done = subprocess.run([*git, *command], capture_output=True, text=True, check=True, timeout=_PATIENCE_S)
    return done.stdout.strip()
