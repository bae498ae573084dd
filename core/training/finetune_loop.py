"""The loop of fine-tuning: batches of feedback and replay, two sets to measure on, somebody who watches."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.nn.seq2seq import Seq2SeqModel
from core.training.feedback_objective import PARTS
from core.training.feedback_rows import FeedbackBatch, FeedbackPlan
from core.training.finetune_judge import Judge
from core.training.finetune_risk import CandidateSource
from core.training.loop import Loop, Measured
from core.training.step import Stepper


@dataclass(frozen=True)
class TuningStep:
    """How far a run is."""

    step: int
    total_steps: int
    losses: dict[str, float]
    """Of the last step, means over the target pieces that they are of, nats: `loss` (cross-entropy), of which
    `feedback` and `replay`; the parts that are on: `unlikelihood`, `preference`, `reward` (0 to 1)."""
    learning_rate: float
    duration_s: float
    """So far, over all restarts."""
    remaining_s: float | None
    """If the run does not stop early; None before the first step of this process."""
    evaluations: tuple[dict[str, Any], ...]
    """So far, the base's first: `step`, `score`, and by set (`held_out`, `general`) `loss` and `bleu`."""


Watch = Callable[[TuningStep], None]
"""Called before each step and at the end. What it raises ends the run, whose state is kept."""


class Tuner(Loop):
    """Learns on from feedback. Build it, call `run`."""

    def __init__(
        self,
        stepper: Stepper,
        plan: FeedbackPlan,
        judge: Judge,
        folder: Path,
        watch: Watch | None = None,
    ) -> None:
        super().__init__(stepper, folder, plan.total_steps, show_progress=watch is None)
        self.plan, self.judge, self.watch = plan, judge, watch
        self.candidates = CandidateSource(plan.config, judge.tokenizer)
        self.log_every = max(1, min(Loop.log_every, plan.total_steps // 20))
        self.evaluations: list[dict[str, Any]] = []
        """Lines of the log, the base's first."""
        self._began = (0, 0.0)

    @property
    def steps_per_epoch(self) -> int:
        return self.plan.steps_per_epoch

    @property
    def is_strict(self) -> bool:
        """Whether weights that fell on the general set are out; an average with the base may save them."""
        return self.plan.config.average_with_base == "no"

    def _train(self) -> None:
        if self.progress.best:
            self.evaluations = [row for row in self.log.read() if "score" in row]
        else:
            self.log.rewind(-1)
            self._evaluate()
        self._began = (self.progress.step, time.monotonic())
        super()._train()
        self._tell()

    def _train_step(self) -> None:
        self._tell()  # of the step before, all that belongs to which is done now
        super()._train_step()

    def _batches(self) -> Sequence[FeedbackBatch]:
        batch = self.plan.at(self.progress.step)
        if self.candidates.is_asked:
            batch = self.candidates.draw(self.model, batch, self.progress.step)
        return [batch]

    def _measure(self, model: Seq2SeqModel) -> Measured:
        found, step = self.judge.measure(model), self.progress.step
        base = self.evaluations[0] if self.evaluations else found
        # without a held-out set the last weights are the best
        score = self.judge.score(found, base, self.is_strict) if self.judge.is_asked else float(step)
        row = {"step": step, **found, "score": round(score, 4)}
        self.evaluations.append(row)
        said = [f"{name} loss {one['loss']:.3f}, BLEU {one['bleu']}" for name, one in found.items()]
        return Measured(score, row, f"step {step}: {'; '.join(said) or 'nothing is held out'}")

    def _parts(self) -> dict[str, float]:
        progress = self.progress
        return self._named(progress.window_loss, progress.window_tokens, progress.window_parts)

    def _named(self, plain: float, weight: float, parts: Sequence[float]) -> dict[str, float]:
        """Means over the pieces that they are of."""
        config, sums = self.plan.config, dict(zip(PARTS, parts, strict=True))
        of_feedback = weight - sums["replay_weight"]
        found = {}
        if sums["replay_weight"]:
            found["replay"] = sums["replay"] / sums["replay_weight"]
        if of_feedback > 0:
            found["feedback"] = (plain - sums["replay"]) / of_feedback
            is_on = {
                "unlikelihood": config.unlikelihood,
                "preference": config.preference,
                "reward": config.objective == "risk",
            }
            found |= {name: sums[name] / of_feedback for name, wanted in is_on.items() if wanted}
        return {name: round(value, 4) for name, value in found.items()}

    def _tell(self) -> None:
        if self.watch is None:
            return
        outcome, progress = self.outcome, self.progress
        losses = {}
        if outcome.parts:
            losses = {
                "loss": round(outcome.plain / outcome.weight, 4),
                **self._named(outcome.plain, outcome.weight, outcome.parts),
            }
        rate = float(self.stepper.optimizer.param_groups[0]["lr"])
        self.watch(
            TuningStep(
                progress.step,
                self.total_steps,
                losses,
                rate,
                progress.seconds,
                self._remaining_s(),
                tuple(self.evaluations),
            )
        )

    def _remaining_s(self) -> float | None:
        steps = self.progress.step - self._began[0]
        if not steps:
            return None
        return round((time.monotonic() - self._began[1]) / steps * (self.total_steps - self.progress.step), 1)
