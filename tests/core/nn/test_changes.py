"""What is changed inside a model is changed there only, and in the same way step by step and all at once."""

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor

from core.changes import AttentionEdit, Change, Head
from core.config import ModelConfig, TransformerConfig
from core.errors import ConfigError
from core.nn.changed import Changed
from core.nn.factory import build_model
from core.nn.heads import join_heads, split_heads
from core.nn.seq2seq import Seq2SeqModel
from tests.core.nn.configs import EVERY_CONFIG, ONE_OF_EACH, RECURRENT, TRANSFORMER, VOCABULARY, name_of

ROWS, SOURCE, TARGET = 3, 7, 5
SLOPE = tuple(range(1, SOURCE + 1))
WITH_ATTENTION = [config for config in EVERY_CONFIG if getattr(config, "attention", "heads") != "none"]


def build(config: ModelConfig, device: torch.device) -> Seq2SeqModel:
    return build_model(config, seed=1).eval().requires_grad_(False).to(device)


@pytest.fixture
def source(device: torch.device) -> tuple[Tensor, Tensor]:
    ids = torch.randint(4, VOCABULARY, (ROWS, SOURCE), device=device)
    return ids, torch.ones_like(ids, dtype=torch.bool)


@pytest.fixture
def target_in(device: torch.device) -> Tensor:
    return torch.randint(4, VOCABULARY, (ROWS, TARGET), device=device)


def some_change(config: ModelConfig) -> Change:
    """Two rows, and for a Transformer heads of every kind."""
    edits = (AttentionEdit(1, SLOPE), AttentionEdit(3, SLOPE[::-1]))
    heads = [Head("cross", 1, 0), Head("encoder", 0, 2), Head("decoder", 0, 1), Head("decoder", 1, 1)]
    return Change(edits, frozenset(heads if config in TRANSFORMER else []))


@pytest.mark.parametrize("config", EVERY_CONFIG, ids=name_of)
def test_no_change_changes_nothing(
    config: ModelConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model = build(config, device)
    same, own = Changed(model, Change())(*source, target_in), model(*source, target_in)
    assert torch.equal(same.logits_BTV, own.logits_BTV)
    assert own.weights_BLHTS is None or torch.equal(same.weights_BLHTS, own.weights_BLHTS)


@pytest.mark.parametrize("config", WITH_ATTENTION, ids=name_of)
def test_a_row_edited_to_what_it_was_changes_nothing(
    config: ModelConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model, source, target_in = build(config, device), (source[0][:1], source[1][:1]), target_in[:1]
    own = model(*source, target_in)
    places = product(range(model.attention_layers), range(model.attention_heads), range(TARGET))
    edits = [
        AttentionEdit(place, tuple(own.weights_BLHTS[0, layer, head, place].tolist()), layer, head)
        for layer, head, place in places
    ]
    same = Changed(model, Change(tuple(edits)))(*source, target_in)
    torch.testing.assert_close(same.logits_BTV, own.logits_BTV, rtol=0, atol=1e-5)


@pytest.mark.parametrize("config", WITH_ATTENTION, ids=name_of)
def test_steps_and_the_whole_pass_agree_under_a_change(
    config: ModelConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model = build(config, device)
    changed = Changed(model, some_change(config))
    whole = changed(*source, target_in)
    memory, other = changed.encode(*source), model.encode(*source)
    state: Any = changed.start(memory)
    elsewhere: Any = model.start(other)
    index = torch.tensor([2, 0, 1], device=device)
    for position in range(TARGET):
        logits, state, weights, _ = changed.step(target_in[:, position], state, memory)
        torch.testing.assert_close(logits, whole.logits_BTV[:, position], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(weights, whole.weights_BLHTS[:, :, :, position], rtol=1e-4, atol=1e-6)
        # somebody else uses the same model in turns, and hypotheses are put in another order
        _, elsewhere, *_ = model.step(target_in[:, position], elsewhere, other)
        state, memory, target_in = state.reorder(index), memory.select(index), target_in[index]
        whole = whole._replace(logits_BTV=whole.logits_BTV[index], weights_BLHTS=whole.weights_BLHTS[index])
    assert torch.equal(
        model(*source, target_in).logits_BTV, build(config, device)(*source, target_in).logits_BTV
    )


@pytest.mark.parametrize("config", WITH_ATTENTION, ids=name_of)
def test_an_edit_is_the_row_it_says_and_works_forward_only(
    config: ModelConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model = build(config, device)
    own, new = (
        model(*source, target_in),
        Changed(model, Change((AttentionEdit(2, SLOPE),)))(*source, target_in),
    )
    slope = torch.tensor(SLOPE, device=device) / sum(SLOPE)
    torch.testing.assert_close(new.weights_BLHTS[:, :, :, 2], slope.expand_as(new.weights_BLHTS[:, :, :, 2]))
    torch.testing.assert_close(new.logits_BTV[:, :2], own.logits_BTV[:, :2])
    assert not torch.allclose(new.logits_BTV[:, 2], own.logits_BTV[:, 2], atol=1e-4)


def test_an_edit_of_one_head_leaves_the_others_of_its_layer(
    source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model = build(TRANSFORMER[0], device)
    own = model(*source, target_in).weights_BLHTS
    new = Changed(model, Change((AttentionEdit(2, SLOPE, 0, 1),)))(*source, target_in).weights_BLHTS
    differs = (own != new).any(-1).any(0)[0]
    assert differs.nonzero().tolist() == [[1, 2]]


@pytest.mark.parametrize("config", TRANSFORMER, ids=name_of)
def test_without_its_heads_an_attention_finds_nothing(
    config: TransformerConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model = build(config, device)

    def without(kind: Any) -> Changed:
        layers = {"encoder": config.encoder_layers}.get(kind, config.decoder_layers)
        heads = product(range(layers), range(config.heads))
        return Changed(model, Change(heads_off=frozenset(Head(kind, *one) for one in heads)))

    ids, mask = source
    blind = without("cross")
    assert torch.equal(blind(ids, mask, target_in).logits_BTV, blind(ids.flip(1), mask, target_in).logits_BTV)
    alone, other = without("decoder"), target_in.clone()
    other[:, :-1] = other[:, :-1].flip(1)
    found, expected = (alone(ids, mask, one).logits_BTV[:, -1] for one in (other, target_in))
    torch.testing.assert_close(found, expected)
    apart, swapped = without("encoder"), ids.clone()
    swapped[:, 0] = ids[:, 1]
    memories: Any = [apart.encode(one, mask) for one in (ids, swapped)]
    first, second = (memory.layers[0].keys_BHSA[:, :, 1:] for memory in memories)
    torch.testing.assert_close(first, second)


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change((AttentionEdit(0, SLOPE[1:]),)), "one for each source piece, 7, but are 6"),
        (Change((AttentionEdit(0, SLOPE, layer=9),)), "`layer` must be between"),
        (Change((AttentionEdit(0, SLOPE, head=9),)), "`head` must be between"),
        (Change(heads_off=frozenset([Head("cross", 9, 0)])), "`layer` must be between|Transformer only"),
        (Change(heads_off=frozenset([Head("encoder", 0, 9)])), "`head` must be between|Transformer only"),
    ],
)
def test_what_does_not_fit_is_refused(
    config: ModelConfig, change: Change, message: str, source: tuple[Tensor, Tensor], device: torch.device
) -> None:
    with pytest.raises(ConfigError, match=message):
        Changed(build(config, device), change).encode(*source)


def test_a_model_without_attention_has_no_row_to_edit(
    source: tuple[Tensor, Tensor], device: torch.device
) -> None:
    with pytest.raises(ConfigError, match="no attention to edit"):
        Changed(build(RECURRENT[0], device), Change((AttentionEdit(0, SLOPE),))).encode(*source)


@pytest.mark.parametrize("weights", [(), (0.0, 0.0), (1.0, -0.1), (float("nan"),), (float("inf"), 1.0)])
def test_weights_that_are_none_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="none is negative"):
        AttentionEdit(0, weights)


def test_changes_add_up() -> None:
    one, other = Change((AttentionEdit(0, SLOPE),)), Change(heads_off=frozenset([Head("cross", 0, 0)]))
    assert one + other == Change(one.edits, other.heads_off)
    assert one + Change() == one and not Change()


@pytest.mark.parametrize("config", TRANSFORMER, ids=name_of)
def test_self_attention_is_what_the_fast_path_does_without_telling(
    config: TransformerConfig, source: tuple[Tensor, Tensor], target_in: Tensor, device: torch.device
) -> None:
    model, ids = build(config, device), source[0]
    mask = torch.arange(SOURCE, device=device) < torch.tensor([[7], [4], [6]], device=device)
    found = model.self_attention(ids, mask, target_in)
    assert found is not None
    assert found.encoder_BLHSS.shape == (ROWS, config.encoder_layers, config.heads, SOURCE, SOURCE)
    assert found.decoder_BLHTT.shape == (ROWS, config.decoder_layers, config.heads, TARGET, TARGET)
    assert not found.decoder_BLHTT.triu(1).any()
    assert not found.encoder_BLHSS[~mask[:, None, None, None, :].expand_as(found.encoder_BLHSS)].any()
    network: Any = model
    placed = [network._place(network.embed_source(ids)), network._place(network.embedding(target_in))]
    sides = zip(("encoder", "decoder"), placed, (mask[:, None, None], None), found, strict=True)
    for side, x, mask_B11T, weights in sides:
        layer: Any = getattr(network, side)[0]
        seen = layer.enter(layer.norm_attention, x)
        fast, _ = layer.attention(seen, None, mask_B11T, causal=mask_B11T is None)
        values = split_heads(layer.attention.project(seen), config.heads, 3)[2]
        slow = layer.attention.out(join_heads(weights[:, 0] @ values))
        torch.testing.assert_close(slow, fast, rtol=1e-4, atol=1e-5)
