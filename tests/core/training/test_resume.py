"""A run that was cut off ends exactly where an unbroken one does."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from core.errors import CheckpointError, ConfigError
from core.nn.seq2seq import Seq2SeqModel
from core.training.files import alone_in
from core.training.loop import Measured, Trainer
from core.training.recipe import recipe_from_dict
from core.training.run import train
from tests.core.training.toy import (
    CPU,
    RECURRENT,
    KilledError,
    losses,
    toy_recipe,
    toy_trainer,
    toy_values,
    write_recipe,
    write_toy,
)
from tests.sources import ROOT

EVERYTHING: list[dict[str, Any]] = [
    {},
    {"ema_decay": 0.9, "decay": "plateau", "accumulate": 2},
    {"sampling": "steps", "sampling_share": 1.0, "decay": "cosine"},
    {"sampling": "two_pass", "sampling_growth": "inverse_sigmoid", "word_dropout": 0.2, "subword_nbest": 8},
    {"r_drop": 1.0, "precision": "bfloat16"},
]


class CutTrainer(Trainer):
    """Dies in the middle of the second epoch."""

    def _train_step(self) -> None:
        if self.progress.step == 7:
            raise KilledError
        super()._train_step()


def weights_of(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


@pytest.mark.parametrize("options", EVERYTHING, ids=lambda options: "+".join(options) or "defaults")
def test_a_cut_run_gives_the_state_and_losses_of_an_unbroken_one(
    options: dict[str, Any], tmp_path: Path
) -> None:
    data, recipe = write_toy(tmp_path), toy_recipe(**options)
    toy_trainer(recipe, data, tmp_path / "whole").run()
    with pytest.raises(KilledError):
        toy_trainer(recipe, data, tmp_path / "cut", CutTrainer).run()
    torch.rand(3)  # whatever the process did before, the run finds its own random numbers
    toy_trainer(recipe, data, tmp_path / "cut").run()
    states = [(tmp_path / run / "state" / "state.safetensors").read_bytes() for run in ("whole", "cut")]
    assert states[0] == states[1]
    assert losses(tmp_path / "whole") == losses(tmp_path / "cut") != []


@pytest.mark.parametrize(("presses", "saved"), [(1, 8), (2, 5)])
def test_ctrl_c_in_the_middle_of_a_step_gives_the_losses_of_an_unbroken_run(
    presses: int, saved: int, tmp_path: Path
) -> None:
    def press(*given: object) -> None:  # the forward pass has spent the step's dropout
        if trainer.progress.step == 7:
            for _ in range(presses):
                signal.raise_signal(signal.SIGINT)

    data, recipe = write_toy(tmp_path), toy_recipe()
    toy_trainer(recipe, data, tmp_path / "whole").run()
    trainer = toy_trainer(recipe, data, tmp_path / "cut")
    trainer.stepper.objective.register_forward_hook(press)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            trainer.run()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert saved_step(tmp_path / "cut") == saved
    toy_trainer(recipe, data, tmp_path / "cut").run()
    assert losses(tmp_path / "whole") == losses(tmp_path / "cut") != []


def test_a_step_that_breaks_in_the_middle_is_not_saved(tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        if trainer.progress.step == 7:
            raise KilledError

    trainer = toy_trainer(toy_recipe(), write_toy(tmp_path), tmp_path / "run")
    trainer.stepper.objective.register_forward_hook(fail)
    with pytest.raises(KilledError):
        trainer.run()
    assert saved_step(tmp_path / "run") == 5


def test_weights_that_could_not_be_written_are_not_among_the_best(tmp_path: Path) -> None:
    trainer = toy_trainer(toy_recipe(), write_toy(tmp_path), tmp_path / "run")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "best").write_text("no folder")
    with pytest.raises(CheckpointError, match="The weights of step 5 could not be saved"):
        trainer.run()
    assert (trainer.progress.best, trainer.progress.evaluated_step) == ([], 0)


def test_an_interrupted_evaluation_is_made_up_for(tmp_path: Path) -> None:
    class InterruptedTrainer(Trainer):
        def _measure(self, model: Seq2SeqModel) -> Measured:
            if self.progress.step == 10:
                raise KeyboardInterrupt
            return super()._measure(model)

    data, recipe = write_toy(tmp_path), toy_recipe()
    toy_trainer(recipe, data, tmp_path / "whole").run()
    with pytest.raises(KeyboardInterrupt):
        toy_trainer(recipe, data, tmp_path / "cut", InterruptedTrainer).run()
    toy_trainer(recipe, data, tmp_path / "cut").run()
    assert losses(tmp_path / "whole") == losses(tmp_path / "cut") != []


def test_a_killed_command_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    data, values = write_toy(tmp_path), toy_values(epochs=10)
    values["data"]["vocab_size"] = 360
    whole = train(recipe_from_dict(values), data, tmp_path / "whole", CPU, show_progress=False)
    recipe = write_recipe(tmp_path / "toy.toml", values)
    command = [sys.executable, "-m", "core", "train", "--recipe", str(recipe), "--data", str(data)]
    running = subprocess.Popen(
        [*command, "--out", str(tmp_path / "cut"), "--device", "cpu"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while saved_step(tmp_path / "cut") < 5:
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert saved_step(tmp_path / "cut") < saved_step(tmp_path / "whole")
    cut = train(recipe_from_dict(values), data, tmp_path / "cut", CPU, show_progress=False)
    assert losses(tmp_path / "whole") == losses(tmp_path / "cut")
    assert weights_of(cut) == weights_of(whole)


def saved_step(folder: Path) -> int:
    try:
        return int(json.loads((folder / "state" / "state.json").read_text())["step"])
    except FileNotFoundError:
        return 0


def test_a_run_is_ended_early_by_fewer_epochs_than_it_has_seen(tmp_path: Path) -> None:
    data = write_toy(tmp_path)
    with pytest.raises(KilledError):
        toy_trainer(toy_recipe(), data, tmp_path / "run", CutTrainer).run()
    trainer = toy_trainer(toy_recipe(epochs=1), data, tmp_path / "run")
    assert len(trainer.run()) == 2
    assert [step for step, _ in losses(tmp_path / "run")] == [5, 7]


def test_a_folder_has_one_run_at_a_time(tmp_path: Path) -> None:
    data = write_toy(tmp_path)
    with alone_in(tmp_path / "run"), pytest.raises(ConfigError, match="one run at a time"):
        train(toy_recipe(epochs=1), data, tmp_path / "run", CPU, show_progress=False)
    assert not (tmp_path / "run" / "tokenizer.model").exists()


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    data, recipe = write_toy(tmp_path), toy_recipe(epochs=12, learning_rate=0.03)
    toy_trainer(recipe, data, tmp_path / "run").run()
    found = [loss for _, loss in losses(tmp_path / "run")]
    assert found[-1] < 0.7 * found[0]


def test_a_plateau_halves_the_rate_after_each_evaluation_without_gain(tmp_path: Path) -> None:
    recipe = toy_recipe(epochs=8, decay="plateau", learning_rate=0.5, warmup_steps=0)
    trainer = toy_trainer(recipe, write_toy(tmp_path), tmp_path / "run")
    trainer.run()
    scores = [-loss for _, loss in losses(tmp_path / "run")]
    worse = sum(score <= max(scores[:n]) for n, score in enumerate(scores) if n)
    assert trainer.progress.plateaus == worse > 0
    before_last = worse - (scores[-1] <= max(scores[:-1]))
    assert trainer.stepper.optimizer.param_groups[0]["lr"] == pytest.approx(0.5 * 0.5**before_last)


ANOTHER: list[dict[str, Any]] = [
    {"training": {"seed": 2}},
    {"training": {"batch_tokens": 70}},
    {"training": {"accumulate": 2}},
    {"data": {"noise": 0.5}},
]


@pytest.mark.parametrize("change", ANOTHER, ids=str)
def test_a_run_does_not_go_on_with_examples_in_another_order(change: dict[str, Any], tmp_path: Path) -> None:
    data, values = write_toy(tmp_path), toy_values(epochs=1)
    toy_trainer(recipe_from_dict(values), data, tmp_path / "run").run()
    ((section, options),) = change.items()
    other = recipe_from_dict({**values, section: {**values[section], **options}})
    with pytest.raises(ConfigError, match=f"with another {next(iter(options))}.*; give that recipe"):
        toy_trainer(other, data, tmp_path / "run").run()


def test_a_run_goes_on_when_only_its_end_or_its_processes_change_and_after_an_update(tmp_path: Path) -> None:
    data, state = write_toy(tmp_path), tmp_path / "run" / "state" / "state.json"
    toy_trainer(toy_recipe(epochs=1, accumulate=2), data, tmp_path / "run").run()
    values = json.loads(state.read_text())
    assert values.pop("order")["accumulate x processes"] == 2
    toy_trainer(toy_recipe(epochs=2, accumulate=2, learning_rate=0.01), data, tmp_path / "run").run()
    state.write_text(json.dumps(values))  # of a release that did not keep it
    toy_trainer(toy_recipe(epochs=2), data, tmp_path / "run").run()
    assert json.loads(state.read_text())["order"]["accumulate x processes"] == 1


def test_a_run_of_another_network_is_not_gone_on_with(tmp_path: Path) -> None:
    data = write_toy(tmp_path)
    toy_trainer(toy_recipe(epochs=1), data, tmp_path / "run").run()
    for recipe in (toy_recipe({**RECURRENT, "encoder_dim": 7}), toy_recipe(ema_decay=0.9)):
        with pytest.raises(ConfigError, match="was started with another recipe"):
            toy_trainer(recipe, data, tmp_path / "run").run()
