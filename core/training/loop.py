"""The training loop: steps, evaluations, saves. Resumes after a kill with the losses of an unbroken run."""

import logging
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from safetensors.torch import save
from tqdm import tqdm

from core.errors import CheckpointNotFoundError, InterlinearError
from core.evaluation.measures import perplexity
from core.nn.seq2seq import Seq2SeqModel
from core.training.augment import Augmenter
from core.training.data import TrainingData
from core.training.dev import dev_bleu, dev_loss
from core.training.examples import Batch
from core.training.files import saving, write_whole
from core.training.interrupt import Interrupt
from core.training.log import MetricsLog
from core.training.plan import BatchPlan
from core.training.recipe import Recipe
from core.training.sampling import sampling_share
from core.training.schedule import learning_rate
from core.training.state import Progress, load_state, save_state
from core.training.step import Lesson, Outcome, Stepper, require_finite
from core.training.world import World

logger = logging.getLogger(__name__)


class Measured(NamedTuple):
    """What an evaluation found."""

    score: float
    """By which the best weights are kept; higher is better."""
    row: dict[str, Any]
    """A line of the log."""
    text: str
    """For people."""


class Loop(ABC):
    """One run over one folder. Knows neither what is learned nor how it is measured."""

    log_every = 50
    """Steps between lines of the log."""
    outcome = Outcome(0.0, 0)
    """Of the last step."""

    def __init__(self, stepper: Stepper, folder: Path, total_steps: int, show_progress: bool = True) -> None:
        """`folder` holds `state/`, `best/` and `metrics.jsonl` of this run."""
        self.stepper, self.folder, self.show_progress = stepper, folder, show_progress
        self.config, self.model, self.world = stepper.config, stepper.model, stepper.world
        self.total_steps = total_steps
        self.log = MetricsLog(folder / "metrics.jsonl")
        self.progress = Progress()
        self.interrupt = Interrupt()
        self._is_in_step = False

    @property
    @abstractmethod
    def steps_per_epoch(self) -> int:
        """Of the data as a whole."""

    @abstractmethod
    def _batches(self) -> Sequence[Lesson]:
        """This process's part of the next step; never nothing, for all processes must meet."""

    @abstractmethod
    def _measure(self, model: Seq2SeqModel) -> Measured:
        """How good the weights are; only the first process is asked."""

    def _order(self) -> dict[str, Any]:
        """By name, what a resumed run must share to learn from the same examples at each step."""
        return {}

    def _parts(self) -> dict[str, float]:
        """What else a line of the log tells of the last steps, from sums in `progress`."""
        return {}

    def run(self) -> list[Path]:
        """Train to the end, from the last save if there is one; returns the best weights, best first.

        Ctrl-C lets the step or evaluation under way end, saves the state and goes on its way; the second one
        interrupts at once. A run that diverged, broke in the middle of a step, or could not save, leaves the
        last saved state as it is."""
        self._resume()
        with self.interrupt:
            try:
                self._train()
            except (InterlinearError, KeyboardInterrupt):
                raise
            except BaseException:
                if not self._is_in_step:  # else its dropout is spent, and what it learned may be half done
                    self.save()
                raise
            self.save()
        return [self._weights_file(step) for _, step in self.progress.best]

    def save(self) -> None:
        """Write the whole state now; raises `CheckpointError` when the disk does not take it."""
        if self.world.is_first:
            save_state(self.folder / "state", self.stepper, self.progress)

    def _train(self) -> None:
        silent = not (self.show_progress and self.world.is_first)
        last_save, started = time.monotonic(), time.monotonic() - self.progress.seconds
        with tqdm(total=self.total_steps, initial=self.progress.step, unit="step", disable=silent) as bar:
            self._evaluate_when_due(bar)  # an interrupt may have come between a step and its evaluation
            while not self._is_finished():
                self._stop_if_asked()
                self._train_step()
                self.progress.seconds = time.monotonic() - started
                bar.update()
                if self.progress.step % self.log_every == 0:
                    bar.set_postfix_str(self._log_training())
                self._evaluate_when_due(bar)
                if time.monotonic() - last_save > self.config.save_every_s:
                    self.save()
                    last_save = time.monotonic()

    def _evaluate_when_due(self, bar: "tqdm[None]") -> None:
        step = self.progress.step
        every = max(1, round(self.steps_per_epoch / self.config.evaluations_per_epoch))
        if step != self.progress.evaluated_step and (step % every == 0 or step >= self.total_steps):
            text = self._evaluate()
            if not bar.disable:
                bar.write(text, file=sys.stderr)

    def _is_finished(self) -> bool:
        stale = self.progress.evaluations_without_gain >= self.config.patience
        return stale or self.progress.step >= self.total_steps

    def _stop_if_asked(self) -> None:
        """Save and interrupt in all processes at the same step, whichever of them was asked."""
        if self.world.sum(float(self.interrupt.is_asked)):
            self.save()
            raise KeyboardInterrupt

    def _resume(self) -> None:
        self.world.seed(self.config.seed)
        try:
            self.progress = load_state(self.folder / "state", self.stepper, self._order())
            if self.world.is_first:
                logger.info("going on from step %d of %d", self.progress.step, self.total_steps)
        except CheckpointNotFoundError:
            self.progress.order = self._order()
            self.folder.mkdir(parents=True, exist_ok=True)
        if self.world.is_first:
            self.log.rewind(self.progress.step)

    def _train_step(self) -> None:
        config, progress = self.config, self.progress
        self._is_in_step = True
        number = progress.step + 1
        rate = learning_rate(config, number, self.total_steps, progress.plateaus)
        share = sampling_share(config, number, self.total_steps)
        if self.world.size > 1:  # each process its own dropout, which a resumed run finds again
            self.world.seed(config.seed, number)
        epoch, position = divmod(progress.step, self.steps_per_epoch)
        where = f"step {number}, the {position + 1}. of epoch {epoch + 1}"
        self.outcome = outcome = self.stepper.step(self._batches(), rate, share, where)
        progress.step = number
        progress.tokens_seen += outcome.tokens
        progress.window_loss += outcome.plain
        progress.window_tokens += outcome.weight
        before = progress.window_parts or [0.0] * len(outcome.parts)
        progress.window_parts = [old + new for old, new in zip(before, outcome.parts, strict=True)]
        self._is_in_step = False

    def _log_training(self) -> str:
        progress = self.progress
        row = {
            "step": progress.step,
            "epoch": round(progress.step / self.steps_per_epoch, 3),
            "loss": round(progress.window_loss / progress.window_tokens, 4),
            **self._parts(),
            "learning_rate": round(self.stepper.optimizer.param_groups[0]["lr"], 8),
            "tokens_seen": progress.tokens_seen,
            "tokens_per_s": round(progress.tokens_seen / max(progress.seconds, 1e-9)),
        }
        progress.window_loss, progress.window_tokens, progress.window_parts = 0.0, 0, []
        if self.world.is_first:
            self.log.write(row)
        return f"epoch {row['epoch']:.2f} loss {row['loss']:.3f} {row['tokens_per_s']} tokens/s"

    def _evaluate(self) -> str:
        """By the first process; keeps the weights if they are among the best."""
        found = Measured(0.0, {}, "")
        if self.world.is_first:
            found = self._measure(self.stepper.evaluated)
            require_finite("dev score", found.score, f"step {self.progress.step}")
            self.log.write(found.row)
        self._keep(self.world.from_first(found.score))
        return found.text

    def _keep(self, score: float) -> None:
        progress = self.progress
        ranked = sorted([*progress.best, (score, progress.step)], reverse=True)
        best, dropped = ranked[: self.config.keep_best], ranked[self.config.keep_best :]
        if self.world.is_first and (score, progress.step) in best:
            # before any state names them
            weights = self.stepper.evaluated.state_dict()
            content = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})
            with saving(f"The weights of step {progress.step}"):
                write_whole(self._weights_file(progress.step), content)
        improved = not progress.best or score > progress.best[0][0]
        progress.evaluations_without_gain = 0 if improved else progress.evaluations_without_gain + 1
        progress.plateaus += not improved
        progress.best, progress.evaluated_step = best, progress.step
        if not self.world.is_first:
            return
        self.save()  # before the dropped ones go: a kill in between must find every file its state names
        for _, step in dropped:
            self._weights_file(step).unlink(missing_ok=True)

    def _weights_file(self, step: int) -> Path:
        return self.folder / "best" / f"step-{step:07d}.safetensors"


class Trainer(Loop):
    """Learns a corpus, measured by dev loss and dev BLEU. Build it, call `run`."""

    def __init__(
        self,
        recipe: Recipe,
        model: Seq2SeqModel,
        data: TrainingData,
        folder: Path,
        world: World,
        show_progress: bool = True,
    ) -> None:
        config = recipe.training
        self.recipe, self.data = recipe, data
        self.augmenter = Augmenter(config, data.tokenizer, recipe.data.max_pieces)
        self.plan = BatchPlan(data.shards, config.batch_tokens, config.accumulate * world.size, config.seed)
        total_steps = max(1, round(self.plan.steps_per_epoch * config.epochs))
        super().__init__(Stepper(model, config, world), folder, total_steps, show_progress)

    @property
    def steps_per_epoch(self) -> int:
        return self.plan.steps_per_epoch

    def _order(self) -> dict[str, Any]:
        config = self.config
        group = {"accumulate x processes": config.accumulate * self.world.size}
        return {"seed": config.seed, "batch_tokens": config.batch_tokens, **group, **asdict(self.recipe.data)}

    def _batches(self) -> list[Batch]:
        step = self.progress.step
        cuts = self.plan.at(step)
        mine = self.world.share(range(len(cuts)))
        made = [
            self.augmenter.batch(cuts[index][0].rows(cuts[index][1]), self.plan.generator(step, index))
            for index in mine or [0]
        ]
        return made if mine else [made[0].blank()]

    def _measure(self, model: Seq2SeqModel) -> Measured:
        data = self.data
        loss = dev_loss(model, data.dev, self.config)
        found = dev_bleu(model, data.tokenizer, self.recipe.data.distinct_directions, data.dev_sets)
        bleu = {direction: round(value, 2) for direction, value in found.items()}
        score = sum(bleu.values()) / len(bleu) if bleu else -loss
        row = {"step": self.progress.step, "dev_loss": round(loss, 4), "dev_bleu": bleu}
        text = f"step {row['step']}: dev loss {loss:.3f}, perplexity {perplexity(loss):.2f}, BLEU {bleu}"
        return Measured(score, row, text)
