"""Gradients of the source, taken without leaving anything in the model."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.config import ModelConfig
from core.decoding.force import force
from core.decoding.gradient import gradient_times_input
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from tests.core.nn.configs import EVERY_CONFIG, ONE_OF_EACH, VOCABULARY, name_of
from tests.fakes import SPECIAL

SOURCE, TARGET, PLACES = 7, (5, 9, 4, 3), range(1, 3)


def build(config: ModelConfig, device: torch.device) -> Seq2SeqModel:
    return build_model(config, seed=1).eval().requires_grad_(False).to(device)


def source(seed: int, device: torch.device) -> Tensor:
    return torch.randint(4, VOCABULARY, (SOURCE,), generator=torch.Generator().manual_seed(seed)).to(device)


def score_with(model: Seq2SeqModel, embedded_BSE: Tensor) -> float:
    """Of the two places, in double precision."""
    memory = model.read(embedded_BSE, torch.ones(1, SOURCE, dtype=torch.bool, device=embedded_BSE.device))
    features, _ = model.decode(
        memory, torch.tensor([[SPECIAL.bos, *TARGET[:-1]]], device=embedded_BSE.device)
    )
    log_probs = model.logits(features)[0].log_softmax(1)
    return float(sum(log_probs[place, TARGET[place]] for place in PLACES))


@pytest.mark.parametrize("config", EVERY_CONFIG, ids=name_of)
def test_it_is_what_a_little_more_of_an_embedding_adds(config: ModelConfig, device: torch.device) -> None:
    model, ids = build(config, device).double(), source(0, device)
    found = gradient_times_input(model, ids, TARGET, PLACES, SPECIAL)
    embedded = model.embed_source(ids.unsqueeze(0))
    for place in (0, 3, SOURCE - 1):
        scores = []
        for share in (1e-3, -1e-3):
            scaled = embedded.clone()
            scaled[:, place] *= 1 + share
            scores.append(score_with(model, scaled))
        assert found[place] == pytest.approx((scores[0] - scores[1]) / 2e-3, rel=2e-2, abs=2e-4)


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
def test_nothing_stays_in_the_model(config: ModelConfig, device: torch.device) -> None:
    model, ids = build(config, device), source(0, device)
    modes = [module.training for module in model.modules()]
    with torch.inference_mode():
        gradient_times_input(model, ids, TARGET, PLACES, SPECIAL)
    assert [module.training for module in model.modules()] == modes
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())
    mask = torch.ones(1, SOURCE, dtype=torch.bool, device=device)
    again = build(config, device)
    assert (
        force(model, ids[None], mask, [TARGET], SPECIAL)[0].score
        == force(again, ids[None], mask, [TARGET], SPECIAL)[0].score
    )


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
def test_many_may_ask_at_once(config: ModelConfig, device: torch.device) -> None:
    model = build(config, device)

    def ask(seed: int) -> Any:
        return gradient_times_input(model, source(seed, device), TARGET, PLACES, SPECIAL)

    alone = [ask(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ask, range(8)))
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)
