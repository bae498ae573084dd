"""One step of the optimiser: what it learns does not depend on how the batch was cut."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.config import RecurrentConfig, TransformerConfig
from core.errors import ConfigError, DeviceMemoryError, TrainingDivergedError
from core.nn.factory import build_model
from core.nn.recurrent import RecurrentSeq2Seq
from core.nn.seq2seq import Seq2SeqModel
from core.training.examples import Batch, Row, pad_rows
from core.training.loop import Trainer
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.training.state import Progress, load_state, save_state
from core.training.step import Stepper
from core.training.world import World
from tests.core.training.toy import CPU, losses, toy_recipe, toy_trainer, write_toy
from tests.tiny import CONFIG

PLAIN = TrainConfig(precision="float32", label_smoothing=0.1)
QUIET = replace(CONFIG, dropout=0.0)
STACK = TransformerConfig(
    vocab_size=400, embed_dim=12, heads=2, encoder_layers=2, decoder_layers=2, feedforward_dim=17, dropout=0.3
)


class NarrowModel(RecurrentSeq2Seq):
    """Runs out of memory with more than `rows` rows, after the encoder has done its part."""

    rows = 3

    def decode(self, memory: Any, target_in_BT: Tensor, need_weights: bool = False) -> Any:
        if len(target_in_BT) > self.rows:
            raise torch.OutOfMemoryError("made up")
        return super().decode(memory, target_in_BT, need_weights)


def some_batch(rows: int = 7) -> Batch:
    """Rows of different lengths."""
    ids = torch.randint(4, 400, (rows, 2, 9), dtype=torch.int32).numpy()
    return pad_rows([Row((5,), ids[r, 0, : 2 + r], ids[r, 1, : 9 - r]) for r in range(rows)])


def stepper_of(model: Seq2SeqModel, config: TrainConfig = PLAIN) -> Stepper:
    return Stepper(model, config, World(CPU))


def learned(
    batches: list[Batch], kind: Callable[[RecurrentConfig], Seq2SeqModel] = RecurrentSeq2Seq
) -> dict[str, Tensor]:
    """The gradients of one step of a model that always starts the same."""
    model = kind(QUIET)
    model.load_state_dict(build_model(QUIET, seed=3).state_dict())
    return gradients(stepper_of(model), batches)


def gradients(stepper: Stepper, batches: list[Batch]) -> dict[str, Tensor]:
    """What one step learned: Adam's first moment starts as a tenth of the gradient."""
    stepper.step(batches, 0.01, 0.0, "the test")
    moments = stepper.optimizer.state
    return {name: 10 * moments[weight]["exp_avg"] for name, weight in stepper.model.named_parameters()}


def assert_same(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert any(tensor.abs().max() > 1e-2 for tensor in expected.values())
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=1e-6, msg=name)


def test_accumulated_batches_teach_what_one_big_batch_teaches() -> None:
    batch = some_batch()
    thirds = [half for part in batch.halves() for half in part.halves()]
    assert [len(part.source_ids_BS) for part in thirds] == [1, 2, 2, 2]
    assert_same(learned(thirds), learned([batch]))


def test_a_batch_too_large_for_the_memory_is_halved_and_teaches_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    batch, small = some_batch(), some_batch(2)
    assert_same(learned([small, batch], NarrowModel), learned([small, batch]))
    assert "out of memory: going on with batches of at most 4 rows" in caplog.text


def test_batches_may_be_halved_before_the_memory_asks_for_it(caplog: pytest.LogCaptureFixture) -> None:
    batch, found = some_batch(), []
    for kind, halvings in ((RecurrentSeq2Seq, 0), (NarrowModel, 2)):
        model = kind(QUIET)
        model.load_state_dict(build_model(QUIET, seed=3).state_dict())
        stepper = stepper_of(model)
        stepper.halvings = halvings
        found.append(gradients(stepper, [batch]))
    assert_same(*found)
    assert "out of memory" not in caplog.text


class HopelessModel(NarrowModel):
    rows = 0


def test_a_row_too_large_for_the_memory_is_an_error_that_says_what_to_lower() -> None:
    with pytest.raises(DeviceMemoryError, match="a single example; lower `max_pieces`"):
        learned([some_batch(3)], HopelessModel)


def test_one_of_several_processes_cannot_go_on_with_halves() -> None:
    stepper = stepper_of(HopelessModel(QUIET))
    stepper.world = World(CPU, size=2)
    with pytest.raises(DeviceMemoryError, match="a batch of 3 rows; lower `batch_tokens`"):
        stepper._gradients([some_batch(3)], 1.0, 0.0)


def test_other_errors_are_not_taken_for_a_full_memory() -> None:
    class BrokenModel(NarrowModel):
        def decode(self, memory: Any, target_in_BT: Tensor, need_weights: bool = False) -> Any:
            raise RuntimeError("shape mismatch")

    with pytest.raises(RuntimeError, match="shape mismatch"):
        learned([some_batch(3)], BrokenModel)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_before_any_weight_is_changed(value: float) -> None:
    model = build_model(QUIET)
    with torch.no_grad():
        model.output_weight[7] = value
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(TrainingDivergedError, match="loss must be a finite number, but is .* at step 12"):
        stepper_of(model).step([some_batch()], 0.01, 0.0, "step 12")
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor.nan_to_num(), before[name].nan_to_num())


class PoisonedObjective(Objective):
    """Finds no number in a batch of two rows."""

    def forward(self, batch: Batch, share: float = 0.0) -> tuple[Tensor, Tensor]:
        loss, plain = super().forward(batch, share)
        return (loss * math.nan, plain * math.nan) if batch.rows == 2 else (loss, plain)


class Rank1(World):
    """The second of two processes, whose sums are its own."""

    def sum(self, value: float) -> float:
        return value


@pytest.mark.parametrize(
    ("world", "rows", "said"),
    [
        (World(CPU), (3, 2, 4), "at step 12, batch 2 of 3;"),
        (World(CPU), (2,), "at step 12;"),
        (Rank1(CPU, 1, 2), (3, 2, 4), "at step 12, batch 2 of 3, process 1;"),
        (Rank1(CPU, 1, 2), (2,), "at step 12, process 1;"),
    ],
)
def test_a_loss_that_is_no_number_names_the_batch_and_the_process(
    world: World, rows: tuple[int, ...], said: str
) -> None:
    model = build_model(QUIET)
    stepper = Stepper(model, PLAIN, World(CPU), PoisonedObjective(model, PLAIN))
    stepper.world = world
    with pytest.raises(TrainingDivergedError, match=said):
        stepper.step([some_batch(count) for count in rows], 0.01, 0.0, "step 12")


def test_a_run_that_diverges_keeps_its_last_good_state_and_names_the_step(tmp_path: Path) -> None:
    class PoisonedTrainer(Trainer):
        def _train_step(self) -> None:
            if self.progress.step == 7:
                with torch.no_grad():
                    self.model.output_weight.fill_(float("nan"))
            super()._train_step()

    data, recipe = write_toy(tmp_path), toy_recipe()
    with pytest.raises(TrainingDivergedError, match="at step 8, the 3. of epoch 2; the last saved state"):
        toy_trainer(recipe, data, tmp_path / "run", PoisonedTrainer).run()
    toy_trainer(recipe, data, tmp_path / "run").run()
    toy_trainer(recipe, data, tmp_path / "good").run()
    assert losses(tmp_path / "run") == losses(tmp_path / "good")


def test_weights_that_broke_in_the_last_step_are_not_kept(tmp_path: Path) -> None:
    class PoisonedTrainer(Trainer):
        def _train_step(self) -> None:
            super()._train_step()
            if self.progress.step == self.total_steps:
                with torch.no_grad():
                    self.model.output_weight.fill_(float("nan"))

    data, recipe = write_toy(tmp_path), toy_recipe()
    with pytest.raises(TrainingDivergedError, match="dev score must be .* but is nan at step 15;"):
        toy_trainer(recipe, data, tmp_path / "run", PoisonedTrainer).run()
    assert sorted(path.name for path in (tmp_path / "run" / "best").iterdir()) == [
        "step-0000005.safetensors",
        "step-0000010.safetensors",
    ]


def test_a_loss_beyond_all_bounds_is_learned_from_all_the_same(tmp_path: Path) -> None:
    trainer = toy_trainer(toy_recipe(epochs=1), write_toy(tmp_path), tmp_path / "run")
    with torch.no_grad():
        trainer.model.output_weight.mul_(1e5)
    trainer.run()
    assert losses(tmp_path / "run")[-1][1] > 1000


def test_float16_needs_a_gpu() -> None:
    with pytest.raises(ConfigError, match="`precision = float16` needs a GPU, but this run is on cpu"):
        stepper_of(build_model(QUIET), replace(PLAIN, precision="float16"))


def scaled_stepper(scale: float) -> Stepper:
    """With the loss scale that float16 has on a GPU, here over float32."""
    stepper = stepper_of(build_model(QUIET, seed=3))
    stepper.scaler = torch.amp.GradScaler("cpu", init_scale=scale)
    return stepper


def test_a_scaled_loss_teaches_the_same() -> None:
    batch = some_batch()
    assert_same(gradients(scaled_stepper(1024.0), batch.halves()), learned([batch]))


def test_a_scale_that_is_too_large_skips_the_step_and_is_lowered() -> None:
    stepper = scaled_stepper(2.0**127)
    with torch.no_grad():
        stepper.model.output_weight.mul_(1000)
    before = {name: tensor.clone() for name, tensor in stepper.model.state_dict().items()}
    stepper.step([some_batch()], 0.01, 0.0, "the test")
    assert stepper.scaler.get_scale() == 2.0**126
    for name, tensor in stepper.model.state_dict().items():
        assert torch.equal(tensor, before[name])


def test_the_scale_is_part_of_the_state(tmp_path: Path) -> None:
    stepper, again = scaled_stepper(64.0), scaled_stepper(1.0)
    stepper.step([some_batch()], 0.01, 0.0, "the test")
    save_state(tmp_path / "state", stepper, Progress(step=1))
    assert load_state(tmp_path / "state", again, {}).step == 1
    assert again.scaler.state_dict() == stepper.scaler.state_dict()


def test_recomputed_layers_give_the_same_gradients() -> None:
    batch, found = some_batch(), []
    for recompute in (False, True):
        model = build_model(STACK, seed=3)
        torch.manual_seed(5)
        found.append(gradients(stepper_of(model, replace(PLAIN, recompute=recompute)), [batch]))
    assert_same(found[1], found[0])


def test_recomputed_layers_are_not_remembered() -> None:
    kept = []
    for recompute in (False, True):
        sizes: list[int] = []

        def remember(tensor: Tensor, sizes: list[int] = sizes) -> Tensor:
            sizes.append(tensor.numel())
            return tensor

        stepper = stepper_of(build_model(STACK, seed=3), replace(PLAIN, recompute=recompute))
        stepper.objective.train()
        with torch.autograd.graph.saved_tensors_hooks(remember, lambda tensor: tensor):
            stepper.objective(some_batch())
        kept.append(sum(sizes))
    assert kept[1] < 0.8 * kept[0]


def test_the_moving_average_is_one_and_is_what_evaluations_see() -> None:
    model = build_model(QUIET, seed=3)
    stepper = stepper_of(model, replace(PLAIN, ema_decay=0.7))
    average: Tensor | None = None
    for _ in range(4):
        stepper.step([some_batch()], 0.01, 0.0, "the test")
        now = model.output_weight.detach().clone()
        average = now if average is None else 0.7 * average + 0.3 * now
    assert stepper.evaluated is not model
    assert average is not None
    torch.testing.assert_close(stepper.evaluated.output_weight.detach(), average)
    assert stepper_of(model).evaluated is model
