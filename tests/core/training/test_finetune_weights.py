"""What is held stays, what is free learns, and adapters are what their paper says."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.func import functional_call

from core.checkpoint import Checkpoint, load_checkpoint
from core.config import ModelConfig
from core.nn.factory import build_model
from core.nn.seq2seq import Seq2SeqModel
from core.training.feedback import FeedbackExample
from core.training.feedback_rows import encode_feedback
from core.training.finetune import TuningData, finetune, interpolate
from core.training.finetune_weights import GROUPS, LowRank, fisher_information, frozen_names, learned_of
from core.training.objective import Objective
from tests.core.training.toy import CPU, PAIRS
from tests.core.training.tuning import CONFIGS, EXAMPLES, REPLAY, batch_of, options, quiet, tune, write_base
from tests.tiny import tiny_tokenizer

HELD_OUT = FeedbackExample(*PAIRS[3], ("fr", "en"))
ALL = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: str(config.architecture))


def moved(made: Checkpoint, base: Checkpoint) -> dict[str, float]:
    """How far each weight went at most."""
    return {name: float((one - base.weights[name]).abs().max()) for name, one in made.weights.items()}


@ALL
def test_groups_are_all_of_a_model_and_share_nothing(config: ModelConfig) -> None:
    model = build_model(config)
    found = [frozen_names(model, [group]) for group in ("embeddings", "encoder")]
    rest = frozen_names(model, ["decoder"])
    assert found[0] and found[1] and rest
    assert sum(map(len, (*found, rest))) == len(found[0] | found[1] | rest) == len(list(model.parameters()))


@pytest.mark.parametrize("group", GROUPS)
def test_frozen_groups_stay_to_the_bit_and_others_learn(group: str, tmp_path: Path) -> None:
    config = CONFIGS[2]
    base = load_checkpoint(write_base(tmp_path, config))
    frozen = frozen_names(build_model(config), [group])
    for name, distance in moved(tune(tmp_path, freeze=(group,)), base).items():
        assert (distance == 0) == (name in frozen), name


def test_a_pull_without_end_keeps_the_base_and_a_weak_one_shortens_the_way(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path))
    ways = [
        max(moved(tune(tmp_path, name=f"{pull}", l2_to_base=pull), base).values()) for pull in (0, 5, 1e9)
    ]
    assert ways[0] > ways[1] > ways[2] and ways[2] < 1e-8 < 1e-3 < ways[0]


def test_fisher_information_holds_what_matters_for_replay(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path))
    data = TuningData(EXAMPLES, REPLAY)
    held, free = (moved(tune(tmp_path, data, name=f"{ewc}", ewc=ewc), base) for ewc in (1e9, 0.0))
    assert held["combine.weight"] < 0.2 * free["combine.weight"]


def test_fisher_information_is_the_mean_square_of_each_sentence_s_gradient() -> None:
    model = build_model(CONFIGS[0], seed=3)
    rows, training = encode_feedback(REPLAY[:2], tiny_tokenizer(), 99), options().training
    found = fisher_information(model, rows, training)
    objective = Objective(model, training).eval()
    squares: list[Tensor] = []
    for example in REPLAY[:2]:
        batch = batch_of(example).to("cpu").batch
        squares.append(torch.autograd.grad(objective(batch)[0], model.output_weight)[0] ** 2)
    expected = squares[0] + squares[1]
    torch.testing.assert_close(
        found["embedding.weight"] / found["embedding.weight"].sum(), expected / expected.sum()
    )
    total = torch.cat([one.flatten() for one in found.values()])
    assert float(total.mean()) == pytest.approx(1, rel=1e-4)


def adapters(config: ModelConfig) -> tuple[Seq2SeqModel, LowRank]:
    model = build_model(config, seed=3)
    learned = learned_of(model, options(lora_rank=3), options().training)
    assert isinstance(learned, LowRank)
    return model, learned


@ALL
def test_adapters_merged_are_the_model_with_adapters(config: ModelConfig) -> None:
    """The forward pass and the gradients of A and B are those that autograd finds for W_0 + s B A."""
    model, learned = adapters(config)
    model.eval()
    torch.manual_seed(5)
    for factor in learned.factors.values():
        factor.data.normal_(std=0.1)
    learned.put_weights(0.0)
    changed = {
        name: learned.base[name]
        + learned.scale * (learned.factors[f"{name}.B"] @ learned.factors[f"{name}.A"]).view_as(one)
        for name, one in learned.matrices.items()
    }
    batch = batch_of(*EXAMPLES).to("cpu").batch
    inputs = (batch.source_ids_BS, batch.source_mask_BS, batch.target_in_BT)
    expected = functional_call(build_model(config, seed=3).eval(), changed, inputs).logits_BTV
    logits = model(*inputs).logits_BTV
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-5)
    wanted = torch.autograd.grad(expected.square().sum(), learned.parameters, allow_unused=True)
    logits.square().sum().backward()
    learned.take_gradients()
    for factor, gradient in zip(learned.parameters, wanted, strict=True):
        if gradient is not None:
            torch.testing.assert_close(factor.grad, gradient, rtol=1e-3, atol=1e-3)


def test_adapters_change_each_matrix_by_their_rank_and_nothing_else(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path, CONFIGS[2]))
    made = tune(tmp_path, lora_rank=2, freeze=("embeddings",))
    for name, tensor in made.weights.items():
        change = tensor - base.weights[name]
        is_adapted = tensor.dim() > 1 and not name.startswith("embedding")
        assert bool(change.any()) == is_adapted, name
        if is_adapted:
            values = torch.linalg.svdvals(change)
            assert values[1] > 0 and float(values[2:].max() / values[0]) < 1e-3, name


def test_the_average_goes_from_the_base_to_the_tuned(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path))
    tuned = tune(tmp_path)
    half = tune(tmp_path, name="half", average_with_base="fixed", tuned_share=0.5)
    for name, tensor in half.weights.items():
        torch.testing.assert_close(tensor, (base.weights[name] + tuned.weights[name]) / 2)
    for share, end in ((0.0, base), (1.0, tuned)):
        found = interpolate(base.weights, tuned.weights, share)
        assert all(torch.equal(tensor, end.weights[name]) for name, tensor in found.items())


def test_a_chosen_average_goes_as_far_as_the_general_set_lets_it(tmp_path: Path) -> None:
    known = TuningData(EXAMPLES)
    knows = options(epochs=12, learning_rate=0.05)
    base = finetune(write_base(tmp_path), known, knows, tmp_path / "known", CPU, quiet)
    data, shares = TuningData([HELD_OUT], general=EXAMPLES), []
    for margin in (0.0, 100.0):
        config = options(learning_rate=0.05, average_with_base="chosen", general_loss_margin=margin)
        made = load_checkpoint(finetune(base, data, config, tmp_path / f"{margin}", CPU, quiet))
        facts = made.training["finetune"]
        shares.append(facts["tuned_share"])
        assert facts["is_base"] is (facts["tuned_share"] == 0)
    assert shares[0] < shares[1] == 1.0


def test_a_chosen_average_is_the_best_on_what_is_held_out(tmp_path: Path) -> None:
    made = tune(tmp_path, TuningData(EXAMPLES, REPLAY, [HELD_OUT]), average_with_base="chosen")
    facts = made.training["finetune"]
    losses = [facts["measures"][name]["held_out"]["loss"] for name in ("base", "tuned")]
    assert losses[1] < losses[0] and facts["tuned_share"] > 0


def test_where_there_is_nothing_to_choose_by_the_share_is_the_fixed_one(tmp_path: Path) -> None:
    one, other = (
        tune(tmp_path, name=average, average_with_base=average, tuned_share=0.3)
        for average in ("chosen", "fixed")
    )
    assert all(torch.equal(tensor, other.weights[name]) for name, tensor in one.weights.items())
