"""Two processes of `torchrun` learn what one process learns from twice as many batches a step."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from torch import distributed

from core.training.run import train
from core.training.world import World, join_world
from tests.core.training.toy import (
    CPU,
    PAIRS,
    RECURRENT,
    losses,
    toy_recipe,
    toy_trainer,
    toy_values,
    write_recipe,
    write_toy,
)
from tests.sources import ROOT

QUIET = {**RECURRENT, "dropout": 0.0}


def torchrun(recipe: Path, data: Path, out: Path) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "-m", "core", "train"]
    options = ["--recipe", str(recipe), "--data", str(data), "--out", str(out), "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run([*launcher, *options], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_a_process_alone_is_a_world_of_one() -> None:
    world = join_world(CPU)
    assert (world, world.is_first, world.sum(3.5), world.from_first(7.0)) == (World(CPU), True, 3.5, 7.0)
    assert world.share([1, 2, 3]) == [1, 2, 3]


def test_processes_wait_for_hours_while_the_first_one_encodes(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}
    for name, value in {"TORCHELASTIC_RUN_ID": "x", "RANK": "0", "WORLD_SIZE": "1", **place}.items():
        monkeypatch.setenv(name, value)
    join_world(CPU)
    try:
        group = distributed.group.WORLD
        assert group is not None and group._get_backend(CPU).options._timeout >= timedelta(hours=6)
    finally:
        distributed.destroy_process_group()


def test_processes_share_the_batches_of_a_step_without_loss() -> None:
    shares = [World(CPU, rank, 3).share(range(8)) for rank in range(3)]
    assert shares == [[0, 3, 6], [1, 4, 7], [2, 5]]


def test_a_process_without_a_batch_has_nothing_to_learn_from_its_part(tmp_path: Path) -> None:
    trainer = toy_trainer(toy_recipe(batch_tokens=100_000), write_toy(tmp_path), tmp_path / "run")
    trainer.world = World(CPU, rank=1, size=2)
    (batch,) = trainer._batches()
    assert not batch.target_mask_BT.any() and batch.source_mask_BS.any()
    loss, plain = trainer.stepper.objective(batch)
    loss.backward()
    assert float(plain) == 0.0
    assert all(weight.grad is not None and not weight.grad.any() for weight in trainer.model.parameters())


@pytest.mark.slow
def test_two_processes_learn_as_one_with_twice_the_batches(tmp_path: Path) -> None:
    data = write_toy(tmp_path, PAIRS)
    values = {**toy_values(epochs=20, batch_tokens=60), "model": QUIET}
    done = torchrun(write_recipe(tmp_path / "toy.toml", values), data, tmp_path / "two")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'two' / 'model'}\n"
    recipe = toy_recipe(QUIET, epochs=20, accumulate=2, batch_tokens=60)
    train(recipe, data, tmp_path / "one", CPU, show_progress=False)
    one, two = losses(tmp_path / "one"), losses(tmp_path / "two")
    assert len(one) == len(two) > 20
    assert [step for step, _ in one] == [step for step, _ in two]
    assert [loss for _, loss in one] == pytest.approx([loss for _, loss in two], abs=2e-4)


@pytest.mark.slow
def test_two_processes_go_on_after_a_stop_with_the_same_dropout(tmp_path: Path) -> None:
    data = write_toy(tmp_path, PAIRS)
    for out, epochs in (("whole", 4), ("cut", 2), ("cut", 4)):
        values = toy_values(epochs=epochs, decay="constant", batch_tokens=60)
        done = torchrun(write_recipe(tmp_path / "toy.toml", values), data, tmp_path / out)
        assert done.returncode == 0, done.stderr
    assert losses(tmp_path / "whole") == losses(tmp_path / "cut")
