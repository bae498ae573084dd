"""Fine-tuning as a whole: what it keeps, what it writes, what it refuses, and that a kill changes nothing."""

from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import load_checkpoint
from core.config import ModelConfig
from core.errors import ConfigError, CorpusError, TrainingDivergedError, UnsupportedDirectionError
from core.nn.recurrent import RecurrentSeq2Seq
from core.options import GreedyOptions
from core.training.feedback import FeedbackExample
from core.training.finetune import TuningData, build_tuner, finetune
from core.training.finetune_judge import FORBIDDEN, Judge
from core.training.finetune_loop import Tuner, TuningStep
from core.training.finetune_weights import GROUPS
from core.training.log import MetricsLog
from core.translator import Translator
from tests.core.training.test_step import NarrowModel
from tests.core.training.toy import CPU, PAIRS, KilledError
from tests.core.training.tuning import (
    CONFIGS,
    CORRECTED,
    EXAMPLES,
    REPLAY,
    options,
    quiet,
    tune,
    write_base,
)
from tests.tiny import CONFIG, tiny_checkpoint, tiny_tokenizer

HELD_OUT = [FeedbackExample(*PAIRS[3], ("fr", "en"))]
GENERAL = [FeedbackExample(*PAIRS[4], ("fr", "en"))]
SPANISH = FeedbackExample("Hola.", "Hello.", ("es", "en"))
AGAINST = FeedbackExample(CORRECTED.source, CORRECTED.rejected or "", CORRECTED.direction)
JUDGED = TuningData(EXAMPLES, REPLAY, HELD_OUT, GENERAL)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: str(config.architecture))
def test_every_architecture_learns_what_people_said(config: ModelConfig, tmp_path: Path) -> None:
    base = write_base(tmp_path, config)
    seen: list[TuningStep] = []
    out = finetune(
        base, TuningData(EXAMPLES), options(epochs=6, learning_rate=0.03), tmp_path / "run", CPU, seen.append
    )
    assert seen[-1].losses["loss"] < 0.9 * seen[1].losses["loss"]
    assert [one.step for one in seen] == list(range(seen[-1].total_steps + 1))
    assert seen[0].remaining_s is None and seen[-1].remaining_s == 0
    translator = Translator.load(out, "cpu")
    assert translator.translate_segments(["Il dort."], "fr", "en", GreedyOptions(max_length=5))


def test_the_folder_tells_where_the_model_comes_from(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path, dtype=torch.float16))
    made = tune(tmp_path, JUDGED)
    facts = made.training["finetune"]
    assert facts["base"] == base.model_id and made.training["recipe"] == "none"
    assert facts["config"] == options().to_dict()
    assert facts["is_base"] is (facts["best_step"] == 0)
    assert facts["data"]["feedback"]["examples"] == len(EXAMPLES)
    assert set(facts["measures"]["base"]) == {"step", "score", "held_out", "general"}
    assert {tensor.dtype for tensor in made.weights.values()} == {torch.float16}
    again = load_checkpoint(
        finetune(tmp_path / "run" / "model", JUDGED, options(), tmp_path / "2", CPU, quiet)
    )
    assert again.training["finetune"]["earlier"] == facts


def test_where_nothing_is_better_than_the_base_the_base_comes_out(tmp_path: Path) -> None:
    base = load_checkpoint(write_base(tmp_path, dtype=torch.float16))
    made = tune(tmp_path, JUDGED, learning_rate=1.0, patience=1, criterion="loss")
    facts = made.training["finetune"]
    assert (facts["best_step"], facts["is_base"]) == (0, True)
    assert all(torch.equal(tensor, base.weights[name]) for name, tensor in made.weights.items())


def test_weights_that_fell_on_the_general_set_are_not_kept(tmp_path: Path) -> None:
    tokenizer, tuning = tiny_tokenizer(), options(general_margin=0.3)
    judge = Judge(HELD_OUT, GENERAL, tokenizer, tuning, tuning.training)

    def found(held_out: float, general: float) -> dict[str, Any]:
        sets = {"held_out": held_out, "general": general}
        return {name: {"loss": 2.0, "bleu": {"fr-en": value}} for name, value in sets.items()}

    base = found(10, 40)
    assert judge.score(found(12, 39.7), base) == 12
    assert judge.score(found(20, 39.6), base) < FORBIDDEN < judge.score(base, base)
    assert judge.score(found(20, 39.6), base, is_strict=False) == 20


def test_a_full_memory_halves_the_batches_that_are_judged() -> None:
    tuning, losses = options(), []
    judge = Judge(REPLAY, GENERAL, tiny_tokenizer(), tuning, tuning.training)
    for kind in (RecurrentSeq2Seq, NarrowModel):
        model = kind(CONFIG)
        model.load_state_dict(tiny_checkpoint().weights)
        losses.append([judge.loss(model, name) for name in judge.sets])
    assert len(REPLAY) > NarrowModel.rows
    assert losses[0] == pytest.approx(losses[1])


@pytest.mark.parametrize(
    "values",
    [
        {
            **{"ewc": 1.0, "l2_to_base": 0.5, "unlikelihood": 1.0, "preference": 1.0},
            **{"freeze": ("embeddings",), "distillation": 0.5, "average_with_base": "chosen"},
        },
        {"lora_rank": 3, "objective": "risk", "risk_samples": 3, "precision": "bfloat16"},
    ],
    ids=["penalties", "adapters"],
)
def test_a_cut_run_ends_as_an_unbroken_one(values: dict[str, Any], tmp_path: Path) -> None:
    data = TuningData([CORRECTED, *EXAMPLES[1:]], REPLAY, HELD_OUT)

    def die(step: TuningStep) -> None:
        if step.step == 3:
            raise KilledError

    whole = tune(tmp_path, data, "whole", **values)
    with pytest.raises(KilledError):
        finetune(tmp_path / "base", data, options(**values), tmp_path / "cut", CPU, die)
    torch.rand(3)
    cut = tune(tmp_path, data, "cut", **values)
    states = [(tmp_path / run / "state" / "state.safetensors").read_bytes() for run in ("whole", "cut")]
    assert states[0] == states[1]
    assert all(torch.equal(tensor, whole.weights[name]) for name, tensor in cut.weights.items())
    logs = [MetricsLog(tmp_path / run / "metrics.jsonl").read() for run in ("whole", "cut")]
    without_speed = [[{**row, "tokens_per_s": 0} for row in rows] for rows in logs]
    assert without_speed[0] == without_speed[1] != []


def test_a_folder_belongs_to_one_run(tmp_path: Path) -> None:
    tune(tmp_path)
    with pytest.raises(ConfigError, match="was started with another config; give those, or another folder"):
        tune(tmp_path, epochs=3)
    with pytest.raises(ConfigError, match="was started with another data"):
        tune(tmp_path, TuningData(EXAMPLES[:2], REPLAY))


REFUSED: list[tuple[TuningData, dict[str, Any], type[Exception], str]] = [
    (TuningData([]), {}, CorpusError, "at least one example, but is empty"),
    (TuningData(EXAMPLES), {"max_pieces": 1}, CorpusError, "raise `max_pieces`"),
    (TuningData(EXAMPLES, held_out=EXAMPLES), {}, CorpusError, "3 of the held_out set are in the feedback"),
    (TuningData(EXAMPLES, REPLAY, (), REPLAY), {}, CorpusError, "of the general set are in the replay"),
    (TuningData(EXAMPLES, REPLAY, REPLAY), {}, CorpusError, "of the held_out set are in the replay"),
    (TuningData(EXAMPLES, (), (), EXAMPLES), {}, CorpusError, "of the general set are in the feedback"),
    (TuningData(EXAMPLES), {"ewc": 1.0}, ConfigError, "on replay, but there is none"),
    (TuningData(EXAMPLES), {"objective": "risk", "reward": "rating"}, CorpusError, "two different ratings"),
    (TuningData([SPANISH]), {}, UnsupportedDirectionError, "the feedback has es→en"),
    (TuningData([CORRECTED, AGAINST]), {"preference": 1.0}, CorpusError, "both wanted and rejected"),
    (TuningData(EXAMPLES), {"freeze": ("attic",)}, ConfigError, "but holds 'attic'; this model has"),
    (TuningData(EXAMPLES), {"freeze": tuple(GROUPS)}, ConfigError, "must leave something to learn"),
]


@pytest.mark.parametrize(("data", "values", "kind", "message"), REFUSED, ids=[one[3] for one in REFUSED])
def test_what_cannot_be_tuned_or_judged_by_is_refused(
    data: TuningData, values: dict[str, Any], kind: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=message):
        tune(tmp_path, data, **values)
    assert not (tmp_path / "run").exists()


def test_a_run_that_diverges_keeps_its_last_good_state_and_goes_on(tmp_path: Path) -> None:
    class PoisonedTuner(Tuner):
        def _train_step(self) -> None:
            if self.progress.step == 3:
                with torch.no_grad():
                    self.model.output_weight.fill_(float("nan"))
            super()._train_step()

    whole = tune(tmp_path, name="whole", save_every_s=0.0)
    base, data = load_checkpoint(tmp_path / "base"), TuningData(EXAMPLES, REPLAY)
    made = build_tuner(base, data, options(save_every_s=0.0), tmp_path / "cut", CPU)
    with pytest.raises(TrainingDivergedError, match="loss must be a finite number, but is nan at step 4"):
        PoisonedTuner(made.stepper, made.plan, made.judge, made.folder, quiet).run()
    cut = tune(tmp_path, name="cut", save_every_s=0.0)
    assert all(torch.equal(tensor, whole.weights[name]) for name, tensor in cut.weights.items())
