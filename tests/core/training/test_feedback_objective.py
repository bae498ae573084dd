"""Each part of the loss does what its paper says of it, whatever the architecture."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.config import ModelConfig
from core.decoding.risk import sentence_chrf
from core.nn.factory import build_model
from core.nn.recurrent import RecurrentSeq2Seq
from core.nn.seq2seq import Seq2SeqModel
from core.options import SamplingOptions
from core.training.feedback import FeedbackExample
from core.training.feedback_objective import PARTS, FeedbackObjective
from core.training.feedback_rows import Candidate, FeedbackBatch, deleted_pieces
from core.training.finetune_risk import CandidateSource, make_worth
from core.training.step import Stepper
from core.training.world import World
from core.translator import Translator
from tests.core.training.toy import CPU, PAIRS
from tests.core.training.tuning import CONFIGS, CORRECTED, EXAMPLES, batch_of, options
from tests.paired import paired_tokenizer
from tests.tiny import CONFIG, DIRECTIONS, tiny_tokenizer

ALL = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: str(config.architecture))
OTHER = FeedbackExample(*PAIRS[1], ("fr", "en"), rejected="Our tailor sells cold bread.", weight=0.5)


def quiet_model(config: ModelConfig) -> Seq2SeqModel:
    return build_model(replace(config, dropout=0.0), seed=3)


def objective_of(model: Seq2SeqModel, **values: Any) -> FeedbackObjective:
    tuning = options(**values)
    return FeedbackObjective(model, tuning, tuning.training)


def told(objective: FeedbackObjective, batch: FeedbackBatch) -> dict[str, float]:
    _, sums = objective(batch.to(CPU))
    return dict(zip(("cross_entropy", *PARTS), sums.tolist(), strict=True))


def taught(model: Seq2SeqModel, batch: FeedbackBatch, steps: int = 8, **values: Any) -> dict[str, float]:
    """What the objective tells after some steps."""
    objective = objective_of(model, **values)
    stepper = Stepper(model, objective.training_config, World(CPU), objective)
    for step in range(steps):
        stepper.step([batch], 0.01, 0.0, f"step {step}")
    return told(objective.eval(), batch)


def gradients(model: Seq2SeqModel, batch: FeedbackBatch, **values: Any) -> list[Tensor]:
    """Of the mean loss, as a step takes it."""
    loss, _ = objective_of(model, **values)(batch.to(CPU))
    found = torch.autograd.grad(loss / batch.weight, list(model.parameters()), allow_unused=True)
    return [one for one in found if one is not None]


def log_probs(model: Seq2SeqModel, source: str, target: str) -> tuple[float, ...]:
    translator = Translator(model.eval(), tiny_tokenizer(), DIRECTIONS)
    return translator.score(translator.encode_source(source, "en"), translator.encode_target(target))


def test_deleted_pieces_are_those_of_deleted_words() -> None:
    tokenizer = tiny_tokenizer()
    found = deleted_pieces(CORRECTED, tokenizer)
    assert found is not None
    pieces = tokenizer.pieces(found.ids.tolist())
    words = ("".join(pieces[i] for i in np.flatnonzero(found.deleted))).replace("▁", " ").split()
    assert "".join(words) == "burnsnine"
    assert "".join(pieces).replace("▁", " ").strip() == CORRECTED.rejected


def test_every_byte_of_a_deleted_character_is_deleted() -> None:
    one = FeedbackExample("Oui.", "Yes.", ("fr", "en"), rejected="Yes ☂.")
    found = deleted_pieces(one, tiny_tokenizer())
    assert found is not None and found.deleted.sum() >= 3 and not found.deleted[-1]


def test_deleted_words_are_found_where_a_character_has_no_piece() -> None:
    """A paired vocabulary cannot spell ☂, so that places in the text are not those of its pieces."""
    tokenizer = paired_tokenizer().target
    one = FeedbackExample(
        CORRECTED.source, CORRECTED.target, ("fr", "en"), rejected="The ☂ leaves the island."
    )
    found = deleted_pieces(one, tokenizer)
    assert found is not None
    pieces = np.array(tokenizer.pieces(found.ids.tolist()))
    assert "<unk>" in pieces[found.deleted]
    kept = "".join(pieces[~found.deleted]).replace("▁", " ")
    assert "leaves the island" in kept and "☂" not in kept


@ALL
def test_the_plain_part_is_the_likelihood_of_the_targets(config: ModelConfig) -> None:
    model = quiet_model(config)
    nats = [-sum(log_probs(model, one.source, one.target)) for one in EXAMPLES]
    first, *others = batch_of(*EXAMPLES).items
    found = told(objective_of(model).eval(), FeedbackBatch((replace(first, is_replay=True), *others)))
    assert found["cross_entropy"] == pytest.approx(sum(nats), rel=1e-4)
    assert found["replay"] == pytest.approx(nats[0], rel=1e-4)
    assert found["replay_weight"] == first.pieces


@pytest.mark.parametrize("values", [{}, {"unlikelihood": 1.0, "preference": 1.0}], ids=["plain", "rejected"])
def test_a_weight_of_a_half_is_to_be_there_half_as_often(values: dict[str, Any]) -> None:
    model = quiet_model(CONFIGS[0])
    twice = gradients(model, batch_of(CORRECTED, CORRECTED, replace(OTHER, weight=1.0)), **values)
    weighted = gradients(model, batch_of(CORRECTED, OTHER), **values)
    for ours, theirs in zip(weighted, twice, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def test_a_halved_batch_teaches_the_same() -> None:
    model, batch = quiet_model(CONFIGS[0]), batch_of(CORRECTED, OTHER, *EXAMPLES)
    values = {"unlikelihood": 1.0, "preference": 1.0, "objective": "risk", "risk_samples": 3}
    batch = CandidateSource(options(**values), tiny_tokenizer()).draw(model, batch, 1)
    whole = gradients(model, batch, **values)
    shares = [half.weight / batch.weight for half in batch.halves()]
    parts = [gradients(model, half, **values) for half in batch.halves()]
    for place, wanted in enumerate(whole):
        found = sum(share * part[place] for share, part in zip(shares, parts, strict=True))
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)


def test_unlikelihood_makes_what_was_deleted_less_probable() -> None:
    model, batch, found = quiet_model(CONFIGS[2]), batch_of(CORRECTED), []
    rejected = batch.items[0].rejected
    assert rejected is not None and CORRECTED.rejected is not None
    wrong = FeedbackExample(CORRECTED.source, CORRECTED.rejected, CORRECTED.direction)
    taught(model, batch_of(wrong), steps=40)
    for unlikelihood in (0.0, 1.0):
        tuned = deepcopy(model)
        before = log_probs(tuned, wrong.source, wrong.target)
        taught(tuned, batch, unlikelihood=unlikelihood)
        after = log_probs(tuned, wrong.source, wrong.target)
        found.append(sum(after[place] - before[place] for place in np.flatnonzero(rejected.deleted)))
    assert found[1] < found[0] < 0


@ALL
def test_preference_widens_the_margin_between_chosen_and_rejected(config: ModelConfig) -> None:
    model, batch = quiet_model(config), batch_of(CORRECTED)

    def margin() -> float:
        chosen, rejected = (
            sum(log_probs(model, CORRECTED.source, text or ""))
            for text in (CORRECTED.target, CORRECTED.rejected)
        )
        return chosen - rejected

    before = margin()
    expected = len(batch.items[0].row.target) + 1
    loss = told(objective_of(model, preference=1.0).eval(), batch)["preference"]
    assert loss == pytest.approx(expected * np.log1p(np.exp(-0.1 * before)), rel=1e-4)
    taught(model, batch, preference=5.0)
    assert margin() > before + 1


def test_the_expected_reward_is_that_of_the_candidates_by_their_probability() -> None:
    model, (item,) = quiet_model(CONFIGS[0]), batch_of(EXAMPLES[0]).items
    texts, rewards = ["The ferry.", "It rained.", EXAMPLES[0].target], [0.4, 0.1, 1.0]
    ids = [np.array(tiny_tokenizer().encode(text), dtype=np.int32) for text in texts]
    drawn = tuple(Candidate(one, reward) for one, reward in zip(ids, rewards, strict=True))
    sums = np.array([sum(log_probs(model, EXAMPLES[0].source, text)) for text in texts])
    shares = np.exp(0.1 * sums) / np.exp(0.1 * sums).sum()
    found = told(
        objective_of(model, objective="risk", risk_sharpness=0.1).eval(),
        FeedbackBatch((replace(item, candidates=drawn),)),
    )
    assert found["reward"] / item.pieces == pytest.approx(float(shares @ rewards), rel=1e-4)


def test_risk_training_makes_what_the_model_writes_worth_more() -> None:
    model, values = quiet_model(CONFIGS[0]), {"objective": "risk", "risk_samples": 8}
    objective = objective_of(model, **values)
    source = CandidateSource(options(**values), tiny_tokenizer())
    stepper = Stepper(model, objective.training_config, World(CPU), objective)
    batch = batch_of(*EXAMPLES)

    def worth() -> float:
        """Mean chrF of what is drawn."""
        translator = Translator(model.eval(), tiny_tokenizer(), DIRECTIONS)
        drawn = SamplingOptions(samples=16, seed=1000)
        lists = translator.translate_segments([one.source for one in EXAMPLES], "fr", "en", drawn)
        found = [
            sentence_chrf()(text.text, one.target)
            for one, item in zip(EXAMPLES, lists, strict=True)
            for text in item.hypotheses
        ]
        return float(np.mean(found))

    before = worth()
    for step in range(15):
        stepper.step([source.draw(model, batch, step)], 0.02, 0.0, "a step")
    assert worth() > 1.5 * before


class CrampedModel(RecurrentSeq2Seq):
    """Has memory for one row of training, and for two of search."""

    def decode(self, memory: Any, target_in_BT: Tensor, need_weights: bool = False) -> Any:
        if len(target_in_BT) > 1:
            raise torch.OutOfMemoryError("made up")
        return super().decode(memory, target_in_BT, need_weights)

    def step(self, previous_ids_B: Tensor, state: Any, memory: Any) -> Any:
        if len(previous_ids_B) > 2:
            raise torch.OutOfMemoryError("made up")
        return super().step(previous_ids_B, state, memory)


def test_where_memory_runs_out_batches_and_draws_are_halved_and_teach_the_same() -> None:
    values = {"unlikelihood": 1.0, "preference": 1.0}
    found = []
    for kind in (RecurrentSeq2Seq, CrampedModel):
        model = kind(replace(CONFIG, dropout=0.0))
        model.load_state_dict(build_model(CONFIG, seed=3).state_dict())
        objective = objective_of(model, **values)
        stepper = Stepper(model, objective.training_config, World(CPU), objective)
        stepper.step([batch_of(CORRECTED, OTHER, *EXAMPLES)], 0.01, 0.0, "a step")
        drawn = CandidateSource(options(objective="risk", risk_samples=2), tiny_tokenizer()).draw(
            model, batch_of(*EXAMPLES), 1
        )
        found.append((model.output_weight.detach(), [len(item.candidates) for item in drawn.items]))
    torch.testing.assert_close(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]


def test_ratings_raise_what_was_rated_high_above_what_was_rated_low() -> None:
    model = quiet_model(CONFIGS[0])
    texts = ["It is cooler under the lime trees.", "The watches of my neighbour rain."]
    rated = [
        FeedbackExample(PAIRS[4][0], text, ("fr", "en"), rating=rating)
        for text, rating in zip(texts, (95.0, 5.0), strict=True)
    ]

    def margin() -> float:
        high, low = (sum(log_probs(model, PAIRS[4][0], text)) for text in texts)
        return high - low

    before = margin()
    taught(model, batch_of(*rated), objective="risk", reward="rating", risk_sharpness=0.1)
    assert margin() > before + 1


def test_rewards_are_scores_of_one_sentence() -> None:
    for reward in ("chrf", "bleu"):
        worth = make_worth("chrf" if reward == "chrf" else "bleu", "en")
        assert worth("He sleeps.", "He sleeps.") == pytest.approx(100)
        assert worth("Xyz", "He sleeps.") < 5
