"""Replay that teaches what the base thinks holds the model where it is, and leaves the feedback alone."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import torch

from core.config import ModelConfig
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from core.training import finetune_distill
from core.training.feedback_objective import FeedbackObjective
from core.training.feedback_rows import FeedbackBatch, encode_feedback
from core.training.finetune_distill import DistilledObjective
from tests.core.training.toy import CPU
from tests.core.training.tuning import CONFIGS, EXAMPLES, REPLAY, batch_of, options
from tests.tiny import CONFIG, tiny_tokenizer

KNOWN = FeedbackBatch(tuple(encode_feedback(REPLAY[:4], tiny_tokenizer(), 99, is_replay=True)))
NEW = batch_of(*EXAMPLES)


def quiet_model(config: ModelConfig, seed: int = 3) -> Seq2SeqModel:
    return build_model(replace(config, dropout=0.0), seed=seed)


def distilled(model: Seq2SeqModel, base: Seq2SeqModel, **values: Any) -> DistilledObjective:
    tuning = options(**values)
    return DistilledObjective(model, tuning, tuning.training, base)


def loss_of(objective: FeedbackObjective, batch: FeedbackBatch) -> float:
    return float(objective(batch.to(CPU))[0].detach())


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: str(config.architecture))
def test_the_base_itself_is_pulled_nowhere(config: ModelConfig) -> None:
    model = quiet_model(config)
    loss, _ = distilled(model, deepcopy(model), distillation=1.0)(KNOWN.to(CPU))
    loss.backward()
    assert max(float(one.grad.abs().max()) for one in model.parameters() if one.grad is not None) < 1e-4


def test_a_model_elsewhere_is_pulled_to_the_base() -> None:
    model, base = quiet_model(CONFIG), quiet_model(CONFIG, seed=4)
    objective = distilled(model, base, distillation=1.0)
    before = loss_of(objective, KNOWN)
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(5):
        optimizer.zero_grad()
        objective(KNOWN.to(CPU))[0].backward()
        optimizer.step()
    entropy = loss_of(distilled(base, deepcopy(base), distillation=1.0), KNOWN)
    assert entropy < loss_of(objective, KNOWN) < before


def test_the_share_is_taken_from_the_written_target_and_feedback_keeps_all_of_its_own() -> None:
    model, base = quiet_model(CONFIG), quiet_model(CONFIG, seed=4)
    written, half, whole = (
        loss_of(distilled(model, base, distillation=share), KNOWN) for share in (0.0, 0.5, 1.0)
    )
    assert half == pytest.approx((written + whole) / 2) and written != pytest.approx(whole)
    plain = FeedbackObjective(model, options(), options().training)
    assert loss_of(distilled(model, base, distillation=1.0), NEW) == loss_of(plain, NEW)


def test_the_chunks_of_a_batch_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = distilled(quiet_model(CONFIG), quiet_model(CONFIG, seed=4), distillation=1.0)
    whole = loss_of(objective, KNOWN)
    monkeypatch.setattr(finetune_distill, "_CHUNK_ROWS", 5)
    assert loss_of(objective, KNOWN) == pytest.approx(whole)


def test_the_base_is_no_part_of_what_learns() -> None:
    model, base = build_model(CONFIG, 3), build_model(CONFIG, 3)
    objective = distilled(model, base, distillation=1.0).train()
    assert len(list(objective.parameters())) == len(list(model.parameters()))
    assert model.training and not base.training
