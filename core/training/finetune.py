"""A whole fine-tuning: a model folder and feedback in, another model folder out, with where it comes from."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core.device import device_name, keep_few_kernels
from core.domain import Domain
from core.errors import ConfigError, CorpusError, UnsupportedDirectionError
from core.nn.factory import restore_model
from core.signature import signature
from core.specialist import Specialist
from core.training.feedback import FeedbackExample, feedback_digest, require_learnable
from core.training.feedback_objective import FeedbackObjective
from core.training.feedback_rows import FeedbackPlan, FeedbackRow, encode_feedback
from core.training.files import alone_in, saving, write_whole
from core.training.finetune_config import FinetuneConfig
from core.training.finetune_distill import DistilledObjective
from core.training.finetune_domain import learn_domain
from core.training.finetune_judge import Judge
from core.training.finetune_loop import Tuner, Watch
from core.training.finetune_weights import learned_of
from core.training.step import Stepper
from core.training.world import World

logger = logging.getLogger(__name__)
RUN_FILE = "run.json"
_SHARES = tuple(tenth / 10 for tenth in range(10, 0, -1))


@dataclass(frozen=True)
class TuningData:
    """What a run learns from and is judged by; no source may be on both sides."""

    feedback: Sequence[FeedbackExample]
    replay: Sequence[FeedbackExample] = ()
    """Pairs of what the model knew before, or of what it says itself: what keeps it from forgetting."""
    held_out: Sequence[FeedbackExample] = ()
    """Feedback that is not learned from: by it the best weights are kept; without it, the last."""
    general: Sequence[FeedbackExample] = ()
    """Where the model must not get worse."""
    halvings: int = 0
    """How often every batch is halved from the start, where the memory is known to be too small for it: the
    same examples make a step."""

    @property
    def sets(self) -> dict[str, Sequence[FeedbackExample]]:
        """By name."""
        return {
            "feedback": self.feedback,
            "replay": self.replay,
            "held_out": self.held_out,
            "general": self.general,
        }


def finetune(
    base: Path,
    data: TuningData,
    config: FinetuneConfig,
    out: Path,
    device: torch.device,
    watch: Watch | None = None,
) -> Path:
    """Tune, or go on with, the run in `out`; write `out/model` and return it. The base stays as it is.

    A bar shows how far it is unless somebody watches. A run killed at any moment goes on by the same call,
    and ends as an unbroken one. Raises `CorpusError` for data that cannot be learned from, `ConfigError` for
    options that contradict each other or the run, or while another process tunes in `out`,
    `TrainingDivergedError`, `DeviceMemoryError`."""
    keep_few_kernels()
    checkpoint = load_checkpoint(base)
    require_usable(data, checkpoint, config)
    domain = domain_of(data, checkpoint, config)
    # What tuned weights say of the general set is of no account where they are never asked.
    judged, used = (data, config) if domain is None else (replace(data, general=()), config.apart())
    tuner = build_tuner(start_of(checkpoint, domain), judged, used, out, device, watch)
    with alone_in(out):
        _claim(out, {"base": checkpoint.digest, "config": config.to_dict(), "data": _digests(data)})
        best_files = tuner.run()
        return _finish(tuner, checkpoint, data, best_files[0], domain)


def domain_of(data: TuningData, checkpoint: Checkpoint, config: FinetuneConfig) -> Domain | None:
    """What the tuned weights are to answer; None: everything, mixed with the base's."""
    if config.average_with_base != "apart":
        return None
    found = learn_domain(data.feedback, data.replay, data.general, checkpoint.tokenizer)
    logger.info("the feedback is %s domain of its own", "a" if found else "no")
    return found


def start_of(checkpoint: Checkpoint, domain: Domain | None) -> Checkpoint:
    """Where the training starts: a specialist goes on from the one before."""
    if domain is None or checkpoint.specialist is None:
        return checkpoint
    return replace(checkpoint, weights=checkpoint.specialist.own)


def require_usable(data: TuningData, checkpoint: Checkpoint, config: FinetuneConfig) -> None:
    """Raise `CorpusError` or `UnsupportedDirectionError` for sets that cannot be tuned and judged by."""
    require_learnable(data.feedback, config.learns_from_rejected)
    for name, examples in data.sets.items():
        strange = {one.direction for one in examples} - set(checkpoint.directions)
        if strange:
            source, target = min(strange)
            known = ", ".join(f"{a}→{b}" for a, b in checkpoint.directions)
            raise UnsupportedDirectionError(
                f"The model {checkpoint.name} translates {known}, but the {name} has {source}→{target}; "
                "leave those out."
            )
    for learned, judged in product(("feedback", "replay"), ("held_out", "general")):
        shared = _sources(data.sets[learned]) & _sources(data.sets[judged])
        if shared:
            raise CorpusError(
                f"No source may be both learned from and judged by, but {len(shared)} of the {judged} set "
                f"are in the {learned}, as {min(shared)[0]!r}; take them out of one."
            )
    if config.reward == "rating" and len({one.rating for one in data.feedback} - {None}) < 2:
        raise CorpusError("`reward = rating` needs at least two different ratings, but has not; rate more.")


def _sources(examples: Sequence[FeedbackExample]) -> set[tuple[str, tuple[str, str]]]:
    return {(one.source, one.direction) for one in examples}


def _digests(data: TuningData) -> dict[str, Any]:
    """How many examples each set has, and their SHA-256."""
    return {
        name: {"examples": len(examples), "digest": feedback_digest(examples)}
        for name, examples in data.sets.items()
    }


def _claim(out: Path, key: dict[str, Any]) -> None:
    """The folder belongs to one run; raises `ConfigError` when that is another."""
    path = out / RUN_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        with saving("What the run is about"):
            write_whole(path, json.dumps(key, indent=1).encode() + b"\n")
        return
    changed = [name for name in key if found.get(name) != json.loads(json.dumps(key[name]))]
    if changed:
        raise ConfigError(
            f"The run in {out} was started with another {' and '.join(changed)}; give those, or another "
            "folder for a new run."
        )


def build_tuner(
    checkpoint: Checkpoint,
    data: TuningData,
    config: FinetuneConfig,
    out: Path,
    device: torch.device,
    watch: Watch | None = None,
) -> Tuner:
    """What learns, from a base and data that fit it."""
    model = restore_model(checkpoint.config, checkpoint.weights).to(device)
    longest = min(config.max_pieces, (model.max_positions or config.max_pieces + 2) - 2)
    training, tokenizer = config.training, checkpoint.tokenizer
    feedback = encode_feedback(data.feedback, tokenizer, longest)
    replay: list[FeedbackRow] = encode_feedback(data.replay, tokenizer, longest, is_replay=True)
    if config.replay_ratio and not replay:
        logger.warning("there is no replay: the model may forget what the feedback does not hold")
    plan = FeedbackPlan(feedback, replay, config)
    logger.info(
        "%d of %d examples, %d of replay, %d steps",
        *(len(feedback), len(data.feedback), len(replay), plan.total_steps),
    )
    learned = learned_of(model, config, training, replay)
    objective = FeedbackObjective(model, config, training)
    if config.distillation:
        base = restore_model(checkpoint.config, checkpoint.weights).to(device)
        objective = DistilledObjective(model, config, training, base)
    stepper = Stepper(model, training, World(device), objective, learned)
    stepper.halvings = data.halvings
    judge = Judge(data.held_out, data.general, tokenizer, config, training)
    return Tuner(stepper, plan, judge, out, watch)


def _finish(
    tuner: Tuner, checkpoint: Checkpoint, data: TuningData, best_file: Path, domain: Domain | None
) -> Path:
    """Write the model, in the number format of its base, with how it came to be."""
    tuned, best_step = load_file(best_file), tuner.progress.best[0][1]
    specialist = checkpoint.specialist
    if domain is None:
        weights, share, measured = _average(tuner, checkpoint, tuned)
    else:
        weights, share, measured = checkpoint.weights, 1.0, _measured(tuner, best_step)
    is_base = tuner.judge.is_asked and best_step == 0 or share == 0
    if is_base:
        logger.warning("nothing learned was better than the base: the model written is the base")
    elif domain is not None:
        specialist = Specialist(tuned, domain + specialist.domain if specialist else domain)
    facts = {
        "base": checkpoint.model_id,
        "base_digest": checkpoint.digest,
        "config": tuner.plan.config.to_dict(),
        "data": _digests(data),
        "steps": tuner.progress.step,
        "best_step": best_step,
        "tuned_share": share,
        "is_base": is_base,
        "is_specialist": domain is not None,
        "tokens_seen": tuner.progress.tokens_seen,
        "duration_s": round(tuner.progress.seconds),
        "device": device_name(tuner.world.device),
        "signature": signature(tuner.world.device.type, tuner.config.precision),
        "measures": {"base": tuner.evaluations[0], "tuned": measured},
    }
    made = replace(checkpoint, weights=weights, specialist=specialist)
    dtype = next(iter(checkpoint.weights.values())).dtype
    return _write(tuner.folder / "model", made, facts, dtype)


def _write(folder: Path, made: Checkpoint, facts: dict[str, Any], dtype: torch.dtype) -> Path:
    """`made`: still with what is known of its base alone."""
    if "finetune" in made.training:
        facts["earlier"] = made.training["finetune"]
    training = {**made.training, "finetune": facts}
    with saving("The finished model"):
        save_checkpoint(folder, replace(made, training=training, card="", measures={}, digest=""), dtype)
    return folder


def _measured(tuner: Tuner, step: int) -> dict[str, Any]:
    return next(row for row in tuner.evaluations if row["step"] == step)


def _average(
    tuner: Tuner, checkpoint: Checkpoint, tuned: dict[str, Tensor]
) -> tuple[dict[str, Tensor], float, dict[str, Any]]:
    """The weights to write, the share of the tuned ones in them, and how good they are."""
    config = tuner.plan.config
    share = 1.0 if config.average_with_base == "no" else config.tuned_share
    if config.average_with_base in ("chosen", "apart") and tuner.judge.sets:
        share = _choose_share(tuner, checkpoint, tuned)
    if share in (0, 1):  # measured already
        step = tuner.progress.best[0][1] if share else 0
        weights = tuned if share else checkpoint.weights
        return weights, share, _measured(tuner, step)
    weights = interpolate(checkpoint.weights, tuned, share)
    tuner.model.load_state_dict(weights)
    return weights, share, tuner.judge.measure(tuner.model)


def _choose_share(tuner: Tuner, checkpoint: Checkpoint, tuned: dict[str, Tensor]) -> float:
    """Of those with which the general set's loss rises by no more than the margin, the one with the least
    loss on the held-out set, or, where nothing is held out, the largest; 0 where none beats the base."""
    judge, first = tuner.judge, tuner.evaluations[0]
    margin = tuner.plan.config.general_loss_margin
    best = (-first["held_out"]["loss"] if judge.is_asked else 0.0, 0.0)
    for share in _SHARES:
        tuner.model.load_state_dict(interpolate(checkpoint.weights, tuned, share))
        if "general" in first and judge.loss(tuner.model, "general") > first["general"]["loss"] + margin:
            continue
        if not judge.is_asked:
            return share
        best = max(best, (-judge.loss(tuner.model, "held_out"), share))
    return best[1]


def interpolate(base: dict[str, Tensor], tuned: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """(1 - share) base + share tuned, float32; exactly either at 0 and 1."""
    return {name: torch.lerp(one.float(), tuned[name].float(), share) for name, one in base.items()}
