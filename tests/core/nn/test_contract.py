"""Every architecture keeps the contract that search, training and attention views rely on."""

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor

from core.config import RecurrentConfig
from core.errors import ConfigError
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel

# All different primes, so that no swapped axis passes by luck.
ROWS, SOURCE, TARGET, VOCABULARY = 3, 7, 5, 29
EMBED, ENCODER, DECODER = 13, 11, 17

CONFIGS = [
    RecurrentConfig(
        vocab_size=VOCABULARY,
        embed_dim=EMBED,
        encoder_dim=ENCODER,
        decoder_dim=ENCODER * 2 if attention == "dot" else DECODER,
        cell=cell,  # type: ignore[arg-type]
        attention=attention,  # type: ignore[arg-type]
        combine=combine,  # type: ignore[arg-type]
        input_feeding=feeding,
    )
    for cell, attention, combine, feeding in product(
        ("gru", "lstm"), ("none", "additive", "dot", "general", "scaled"), ("concat", "add"), (False, True)
    )
] + [
    RecurrentConfig(
        vocab_size=VOCABULARY, embed_dim=EMBED, encoder_dim=ENCODER, decoder_dim=DECODER, bidirectional=False
    ),
    RecurrentConfig(
        vocab_size=VOCABULARY,
        embed_dim=EMBED,
        encoder_dim=ENCODER,
        decoder_dim=DECODER,
        cell="lstm",
        encoder_layers=2,
        decoder_layers=3,
        input_feeding=True,
    ),
]


def name_of(config: RecurrentConfig) -> str:
    layers = f"{config.encoder_layers}+{config.decoder_layers}"
    way = "bi" if config.bidirectional else "uni"
    feeding = "fed" if config.input_feeding else "unfed"
    return "-".join((config.cell, way, layers, config.attention, config.combine, feeding))


@pytest.fixture(params=CONFIGS, ids=name_of)
def model(request: pytest.FixtureRequest, device: torch.device) -> Seq2SeqModel:
    return build_model(request.param, seed=1).eval().requires_grad_(False).to(device)


@pytest.fixture
def source(device: torch.device) -> tuple[Tensor, Tensor]:
    ids = torch.randint(4, VOCABULARY, (ROWS, SOURCE), device=device)
    mask = torch.arange(SOURCE, device=device) < torch.tensor([[SOURCE], [4], [2]], device=device)
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
        logits, state, weights = model.step(target_in[:, position], state, memory)
        torch.testing.assert_close(logits, whole.logits_BTV[:, position], rtol=1e-4, atol=1e-5)
        if weights is not None:
            assert weights.shape == (ROWS, 1, 1, SOURCE)
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
    index = torch.tensor([2, 0, 0, 1, 2], device=device)
    memory = model.encode(*source)
    state: Any = model.step(target_in[:, 0], model.start(memory), memory).state
    stepped = model.step(target_in[:, 1], state, memory)
    reordered = model.step(target_in[index, 1], state.reorder(index), memory.select(index))
    torch.testing.assert_close(reordered.logits_BV, stepped.logits_BV[index], rtol=1e-4, atol=1e-5)
    assert (stepped.weights_BLHS is None) == (reordered.weights_BLHS is None)


def test_two_users_in_turns_do_not_see_each_other(
    model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor
) -> None:
    ids, mask = source
    expected = model(ids, mask, target_in).logits_BTV
    mine, other = model.encode(ids, mask), model.encode(ids.flip(0), mask.flip(0))
    my_state: Any = model.start(mine)
    other_state: Any = model.start(other)
    for position in range(TARGET):
        logits, my_state, _ = model.step(target_in[:, position], my_state, mine)
        _, other_state, _ = model.step(target_in[:, -1 - position], other_state, other)
        torch.testing.assert_close(logits, expected[:, position], rtol=1e-4, atol=1e-5)


def test_every_weight_learns(model: Seq2SeqModel, source: tuple[Tensor, Tensor], target_in: Tensor) -> None:
    model.requires_grad_(True)
    model(*source, target_in).logits_BTV.square().sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_the_same_seed_builds_the_same_model() -> None:
    first, second, other = (build_model(CONFIGS[0], seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"vocab_size": 3}, "`vocab_size` must be between 8 and 100000, but is 3"),
        ({"dropout": float("nan")}, "but is nan"),
        ({"attention": "psychic"}, "but is 'psychic'"),
        ({"attention": "dot", "encoder_dim": 5}, "10 and 512"),
    ],
)
def test_impossible_shapes_are_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace("(", r"\(")):
        RecurrentConfig(**values)  # type: ignore[arg-type]
