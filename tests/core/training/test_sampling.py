"""Scheduled sampling: without any it is teacher forcing, with all of it the reference is not read."""

from dataclasses import replace
from itertools import pairwise
from typing import Literal

import pytest
import torch

from core.config import RecurrentConfig, TransformerConfig
from core.errors import ConfigError
from core.nn.factory import build_model
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.training.sampling import mix_predictions, sampled_logits, sampling_share
from tests.core.training.test_step import some_batch
from tests.tiny import CONFIG

MODELS = (
    replace(CONFIG, dropout=0.0),
    RecurrentConfig(
        vocab_size=400, embed_dim=13, decoder_dim=17, cell="lstm", input_feeding=True, dropout=0.0
    ),
    TransformerConfig(vocab_size=400, embed_dim=12, heads=2, feedforward_dim=17, dropout=0.0),
)
TRAIN = TrainConfig(precision="float32", label_smoothing=0.1, sampling="steps")
WAYS: tuple[Literal["steps", "two_pass"], ...] = ("steps", "two_pass")


@pytest.mark.parametrize("config", MODELS, ids=lambda config: f"{config.architecture}-{config.embed_dim}")
def test_step_by_step_without_sampling_is_teacher_forcing(
    config: RecurrentConfig | TransformerConfig,
) -> None:
    model, batch = build_model(config, seed=3), some_batch()
    memory = model.encode(batch.source_ids_BS, batch.source_mask_BS)
    forced = model.forward(batch.source_ids_BS, batch.source_mask_BS, batch.target_in_BT).logits_BTV
    torch.testing.assert_close(sampled_logits(model, memory, batch.target_in_BT, 0.0), forced)
    assert torch.equal(mix_predictions(model, memory, batch.target_in_BT, 0.0), batch.target_in_BT)


@pytest.mark.parametrize("way", WAYS)
def test_a_share_of_zero_gives_the_loss_of_teacher_forcing_bit_by_bit(
    way: Literal["steps", "two_pass"],
) -> None:
    model, batch = build_model(CONFIG, seed=3), some_batch()
    found = []
    for config in (replace(TRAIN, sampling="none"), replace(TRAIN, sampling=way)):
        torch.manual_seed(5)
        found.append(Objective(model, config)(batch, 0.0)[0])
    assert torch.equal(found[0], found[1])


@pytest.mark.parametrize("config", MODELS, ids=lambda config: f"{config.architecture}-{config.embed_dim}")
def test_free_running_reads_nothing_of_the_reference(config: RecurrentConfig | TransformerConfig) -> None:
    model, batch = build_model(config, seed=3), some_batch()
    memory = model.encode(batch.source_ids_BS, batch.source_mask_BS)
    other = batch.target_in_BT.clone()
    other[:, 1:] = 9
    found = []
    for target_in in (batch.target_in_BT, other):
        torch.manual_seed(5)
        found.append(sampled_logits(model, memory, target_in, 1.0))
    assert torch.equal(found[0], found[1])


def test_half_a_share_takes_about_half_of_the_pieces_and_never_the_start() -> None:
    model, batch = build_model(MODELS[0], seed=3), some_batch(40)
    memory = model.encode(batch.source_ids_BS, batch.source_mask_BS)
    mixed = mix_predictions(model, memory, batch.target_in_BT, 0.5)
    assert torch.equal(mixed[:, 0], batch.target_in_BT[:, 0])
    assert 0.4 < (mixed[:, 1:] != batch.target_in_BT[:, 1:]).float().mean() < 0.6


def test_what_is_read_is_drawn_from_the_prediction_of_the_place_before() -> None:
    model, batch = build_model(MODELS[0], seed=3), some_batch()
    with torch.no_grad():  # features grow until the model is sure, and sure of different pieces
        model.get_parameter("features.weight").mul_(10_000)
    memory = model.encode(batch.source_ids_BS, batch.source_mask_BS)
    best = model.forward(batch.source_ids_BS, batch.source_mask_BS, batch.target_in_BT).logits_BTV.argmax(2)
    mixed = mix_predictions(model, memory, batch.target_in_BT, 1.0)
    assert (mixed[:, 1:] == best[:, :-1]).float().mean() > 0.95


@pytest.mark.parametrize("way", WAYS)
def test_sampled_training_reaches_every_weight(way: Literal["steps", "two_pass"]) -> None:
    model = build_model(MODELS[0], seed=3)
    Objective(model, replace(TRAIN, sampling=way))(some_batch(), 0.7)[0].backward()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in model.parameters())


@pytest.mark.parametrize("growth", ["linear", "inverse_sigmoid"])
def test_the_share_grows_from_nothing_to_what_was_asked_for(
    growth: Literal["linear", "inverse_sigmoid"],
) -> None:
    config = replace(TRAIN, sampling_share=0.8, sampling_growth=growth)
    shares = [sampling_share(config, step, 1000) for step in range(1, 1001)]
    assert all(earlier <= later for earlier, later in pairwise(shares))
    assert shares[0] < 0.01
    assert shares[499] == pytest.approx(0.4, abs=1e-3)
    assert shares[-1] == pytest.approx(0.8, rel=0.01)
    assert sampling_share(replace(config, sampling="none"), 1000, 1000) == 0.0


@pytest.mark.parametrize("total", [1, 2, 10, 1_000_000])
def test_an_inverse_sigmoid_fits_runs_of_any_length(total: int) -> None:
    config = replace(TRAIN, sampling_share=1.0, sampling_growth="inverse_sigmoid")
    assert 0 <= sampling_share(config, 1, total) <= sampling_share(config, total, total) <= 1


def test_r_drop_of_a_model_without_dropout_is_cross_entropy() -> None:
    model, batch = build_model(MODELS[0], seed=3), some_batch()
    plain = Objective(model, replace(TRAIN, sampling="none"))(batch)
    found = Objective(model, replace(TRAIN, sampling="none", r_drop=3.0))(batch)
    torch.testing.assert_close(found, plain)


def test_r_drop_punishes_passes_that_disagree() -> None:
    model, batch = build_model(CONFIG, seed=3), some_batch()
    found = []
    for weight in (1e-9, 1.0, 2.0):
        torch.manual_seed(5)
        found.append(
            float(Objective(model, replace(TRAIN, sampling="none", r_drop=weight))(batch)[0].detach())
        )
    assert found[1] > found[0]
    assert found[2] - found[0] == pytest.approx(2 * (found[1] - found[0]), rel=1e-3)


def test_r_drop_and_sampling_exclude_each_other() -> None:
    with pytest.raises(ConfigError, match="`r_drop` and `sampling` cannot be combined"):
        replace(TRAIN, r_drop=1.0)
