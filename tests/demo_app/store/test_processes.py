"""Real processes that are really killed, or really start at once."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from sqlalchemy import select

from demo_app.store.records import CorrectionQuery
from demo_app.store.schema_projects import SlotRow
from tests.demo_app.store.children import CHILDREN, KILLED
from tests.demo_app.store.project_samples import project_of
from tests.demo_app.store.reviewed import item_with
from tests.demo_app.store.samples import open_at

KILLS = 20
ROOT = Path(__file__).resolve().parents[3]

Pipes = tuple[IO[str], IO[str]]


@pytest.fixture(scope="module")
def children() -> Iterator[Pipes]:
    """To and from a process that forks; its imports are paid for once."""
    command = [sys.executable, "-m", "tests.demo_app.store.children"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        yield process.stdin, process.stdout
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_kill_9_right_after_an_acknowledgement_loses_nothing(
    children: Pipes, path: Path, seeded: np.random.Generator
) -> None:
    acknowledged: list[str] = []
    for saves in seeded.integers(1, 6, size=KILLS):
        tell(children, f"save {path}")
        pid = int(read(children))
        acknowledged += [read(children) for _ in range(saves)]
        os.kill(pid, signal.SIGKILL)
        acknowledged += iter(partial(read, children), KILLED)
    store = open_at(path)
    stored = {row.id for row in store.corrections.stream(CorrectionQuery())}
    assert len(acknowledged) >= KILLS and set(acknowledged) <= stored
    assert all(len(store.corrections.history(each)) == 1 for each in stored)
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_kill_9_leaves_no_answer_without_its_turn_and_no_turn_without_its_answer(
    children: Pipes, path: Path, seeded: np.random.Generator
) -> None:
    store = open_at(path)
    project = project_of(store, 200)
    acknowledged: list[str] = []
    for answers in seeded.integers(1, 6, size=KILLS // 4):
        tell(children, f"answer {path}")
        pid = int(read(children))
        acknowledged += [read(children) for _ in range(answers)]
        os.kill(pid, signal.SIGKILL)
        acknowledged += iter(partial(read, children), KILLED)
    stored = [row.id for row in store.corrections.stream(CorrectionQuery())]
    with store.database.reading() as session:
        noted = session.scalars(select(SlotRow.answer_id).where(SlotRow.state == "answered")).all()
    assert len(acknowledged) >= KILLS // 4 and set(acknowledged) <= set(stored)
    assert sorted(stored) == sorted(map(str, noted))
    assert store.projects.progress(project.id).completed == len(stored)


def test_kill_9_in_the_middle_of_a_choice_leaves_nothing_of_it(children: Pipes, path: Path) -> None:
    store = open_at(path)
    _, versions = item_with(store, "It rains.", "Rain.", "It is raining.")
    store.close()
    tell(children, f"choose {path}")
    assert int(read(children)) == len(versions) - 1  # After one version was decided, after two.
    store = open_at(path)
    histories = [store.corrections.history(one.id) for one in versions]
    assert [[one.status for one in history] for history in histories] == [
        ["submitted", "submitted", "accepted"],
        ["submitted", "rejected"],
        ["submitted", "rejected"],
    ]


def test_many_first_starts_at_once_make_one_database(children: Pipes, tmp_path: Path) -> None:
    for number in range(3):
        path = tmp_path / f"{number}.db"
        tell(children, f"open {path}")
        assert read(children) == str([0] * CHILDREN)
        assert open_at(path).corrections.counts().total == CHILDREN


def tell(pipes: Pipes, line: str) -> None:
    pipes[0].write(line + "\n")
    pipes[0].flush()


def read(pipes: Pipes) -> str:
    line = pipes[1].readline()
    assert line, "The child ended; its error is above."
    return line.rstrip("\n")


def test_the_store_starts_without_loading_a_model_library() -> None:
    code = "import sys, demo_app.store.database; print(sorted({'torch', 'gradio'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
