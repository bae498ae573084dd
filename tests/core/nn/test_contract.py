"""Every architecture keeps the contract that search, training and attention views rely on."""

from typing import Any

import pytest
import torch
from torch import Tensor

from core.config import ModelConfig
from core.errors import TextTooLongError
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from tests.core.nn.configs import EVERY_CONFIG, ONE_OF_EACH, VOCABULARY, name_of

ROWS, SOURCE, TARGET = 5, 7, 11
LENGTHS = (7, 4, 1, 6, 2)


@pytest.fixture(params=EVERY_CONFIG, ids=name_of)
def model(request: pytest.FixtureRequest, device: torch.device) -> Seq2SeqModel:
    return build_model(request.param, seed=1).eval().requires_grad_(False).to(device)


@pytest.fixture
def source(device: torch.device) -> tuple[Tensor, Tensor]:
    ids = torch.randint(4, VOCABULARY, (ROWS, SOURCE), device=device)
    mask = torch.arange(SOURCE, device=device) < torch.tensor(LENGTHS, device=device).unsqueeze(1)
    return ids.masked_fill(~mask, 0), mask


@pytest.fixture
def target_in(device: torch.device) -> Tensor:
    return torch.randint(4, VOCABULARY, (ROWS, TARGET), device=device)


def test_steps_give_what_the_whole_pass_gives(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    whole = model(*source, target_in)
    assert whole.logits_BTV.shape == (ROWS, TARGET, VOCABULARY)
    memory = model.encode(*source)
    state: Any = model.start(memory)
    for position in range(TARGET):
        logits, state, weights, _ = model.step(target_in[:, position], state, memory)
        torch.testing.assert_close(logits, whole.logits_BTV[:, position], rtol=1e-4, atol=1e-5)
        if weights is not None:
            assert weights.shape == (ROWS, model.attention_layers, model.attention_heads, SOURCE)
            torch.testing.assert_close(weights, whole.weights_BLHTS[:, :, :, position], rtol=1e-4, atol=1e-6)
    assert (whole.weights_BLHTS is None) == (model.attention_layers == 0)


def test_padding_changes_nothing(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    ids, mask = source
    together = model(ids, mask, target_in).logits_BTV
    for row, length in enumerate(mask.sum(1).tolist()):
        alone = model(ids[row : row + 1, :length], mask[row : row + 1, :length], target_in[row : row + 1])
        torch.testing.assert_close(together[row], alone.logits_BTV[0], rtol=1e-4, atol=1e-5)


def test_padding_gets_no_attention_and_rows_sum_to_one(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    weights = model(*source, target_in).weights_BLHTS
    if weights is None:
        return
    padding = ~source[1][:, None, None, None, :].expand_as(weights)
    assert (weights[padding] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights.sum(-1)))


def test_reordering_commutes_with_stepping(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    index = torch.tensor([2, 0, 0, 4, 1, 2, 3], device=device)
    memory = model.encode(*source)
    state: Any = model.step(target_in[:, 0], model.start(memory), memory).state
    stepped = model.step(target_in[:, 1], state, memory)
    reordered = model.step(target_in[index, 1], state.reorder(index), memory.select(index))
    torch.testing.assert_close(reordered.logits_BV, stepped.logits_BV[index], rtol=1e-4, atol=1e-5)
    if stepped.weights_BLHS is not None:
        torch.testing.assert_close(reordered.weights_BLHS, stepped.weights_BLHS[index], rtol=1e-4, atol=1e-6)


def test_a_state_may_be_gone_on_from_twice(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    memory = model.encode(*source)
    state: Any = model.step(target_in[:, 0], model.start(memory), memory).state
    first = model.step(target_in[:, 1], state, memory)
    model.step(target_in[:, 2], model.step(target_in[:, 3], state, memory).state, memory)
    assert torch.equal(model.step(target_in[:, 1], state, memory).logits_BV, first.logits_BV)


def test_features_are_the_same_with_and_without_weights(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    memory = model.encode(*source)
    plain, weights = model.decode(memory, target_in, need_weights=True)
    fast, nothing = model.decode(memory, target_in)
    torch.testing.assert_close(fast, plain, rtol=1e-4, atol=1e-5)
    assert nothing is None and (weights is None) == (model.attention_layers == 0)


def test_two_users_in_turns_do_not_see_each_other(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    ids, mask = source
    expected = model(ids, mask, target_in).logits_BTV
    mine, other = model.encode(ids, mask), model.encode(ids.flip(0), mask.flip(0))
    my_state: Any = model.start(mine)
    other_state: Any = model.start(other)
    for position in range(TARGET):
        logits, my_state, *_ = model.step(target_in[:, position], my_state, mine)
        _, other_state, *_ = model.step(target_in[:, -1 - position], other_state, other)
        torch.testing.assert_close(logits, expected[:, position], rtol=1e-4, atol=1e-5)


def test_every_weight_learns(model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor) -> None:
    model.requires_grad_(True)
    model(*source, target_in).logits_BTV.square().sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
def test_the_same_seed_builds_the_same_model(config: ModelConfig) -> None:
    first, second, other = (build_model(config, seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
def test_dropout_is_drawn_from_the_seed_and_only_while_training(
    config: ModelConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model = build_model(config, seed=1).to(device)

    def logits(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return torch.as_tensor(model(*source, target_in).logits_BTV)

    assert torch.equal(logits(1), logits(1)) and not torch.equal(logits(1), logits(2))
    model.eval()
    assert torch.equal(logits(1), logits(2))


def test_longer_than_the_positions_is_refused(model: Seq2SeqModel, device: torch.device) -> None:
    if model.max_positions is None:
        return
    length = model.max_positions + 1
    ids = torch.full((1, length), 5, device=device)
    mask = torch.ones_like(ids, dtype=torch.bool)
    with pytest.raises(TextTooLongError, match=f"at most {model.max_positions} pieces, .* {length};"):
        model.encode(ids, mask)
    assert model(ids[:, 1:], mask[:, 1:], ids[:, 1:]).logits_BTV.isfinite().all()
