"""The training loop: steps, evaluations, saves. Resumes after a kill with the losses of an unbroken run."""

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tqdm import tqdm

from core.errors import CheckpointNotFoundError
from core.nn.seq2seq import Seq2SeqModel
from core.options import GreedyOptions
from core.text.tokenizer import Tokenizer
from core.training.data import DevSet
from core.training.examples import Batch, Examples
from core.training.log import MetricsLog
from core.training.loss import linear_cross_entropy
from core.training.measures import corpus_bleu
from core.training.recipe import Recipe
from core.training.schedule import learning_rate
from core.training.state import Progress, load_state, save_state
from core.translator import Translator

logger = logging.getLogger(__name__)
_LOG_EVERY = 50  # steps
_DEV_BATCH_TOKENS = 4000


@dataclass
class Trainer:
    """One run over one folder. Build it, call `run`."""

    recipe: Recipe
    model: Seq2SeqModel
    tokenizer: Tokenizer
    examples: Examples
    dev_examples: Examples
    dev_sets: list[DevSet]
    folder: Path
    """Holds `state/`, `best/` and `metrics.jsonl` of this run."""
    show_progress: bool = True

    def __post_init__(self) -> None:
        config = self.recipe.training
        self.device = next(self.model.parameters()).device
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            lr=config.learning_rate,
            betas=(0.9, 0.98),
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.batches_per_epoch = len(self._epoch_batches(0))
        self.total_steps = max(1, round(self.batches_per_epoch * config.epochs))
        self.log = MetricsLog(self.folder / "metrics.jsonl")
        self.progress = Progress()

    def run(self) -> list[Path]:
        """Train to the end, from the last save if there is one; returns the best weights, best first.

        A keyboard interrupt saves the state before it goes on its way."""
        self._resume()
        evaluate_every = max(1, round(self.batches_per_epoch / self.recipe.training.evaluations_per_epoch))
        bar = tqdm(
            total=self.total_steps, initial=self.progress.step, unit="step", disable=not self.show_progress
        )
        last_save, started = time.monotonic(), time.monotonic() - self.progress.seconds
        try:
            while not self._is_finished():
                self._train_step(self._next_batch())
                self.progress.seconds = time.monotonic() - started
                bar.update()
                if self.progress.step % _LOG_EVERY == 0:
                    bar.set_postfix_str(self._log_training())
                if self.progress.step % evaluate_every == 0 or self.progress.step == self.total_steps:
                    bar.write(self._evaluate())
                if time.monotonic() - last_save > self.recipe.training.save_every_s:
                    self.save()
                    last_save = time.monotonic()
        finally:
            bar.close()
            self.save()
        return [self._weights_file(step) for _, step in self.progress.best]

    def save(self) -> None:
        """Write the whole state now."""
        save_state(self.folder / "state", self.model, self.optimizer, self.progress)

    def _is_finished(self) -> bool:
        stale = self.progress.evaluations_without_gain >= self.recipe.training.patience
        return stale or self.progress.step >= self.total_steps

    def _resume(self) -> None:
        torch.manual_seed(self.recipe.training.seed)
        try:
            self.progress = load_state(self.folder / "state", self.model, self.optimizer)
            logger.info("going on from step %d of %d", self.progress.step, self.total_steps)
        except CheckpointNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
        self.log.rewind(self.progress.step)
        self._batches_of: tuple[int, list[np.ndarray]] = (-1, [])

    def _epoch_batches(self, epoch: int) -> list[np.ndarray]:
        config = self.recipe.training
        return self.examples.batches(config.batch_tokens, np.random.default_rng((config.seed, epoch)))

    def _next_batch(self) -> Batch:
        epoch, position = divmod(self.progress.step, self.batches_per_epoch)
        if self._batches_of[0] != epoch:
            self._batches_of = (epoch, self._epoch_batches(epoch))
        return self.examples.batch(self._batches_of[1][position]).to(self.device)

    def _train_step(self, batch: Batch) -> None:
        config, progress = self.recipe.training, self.progress
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(config, progress.step + 1, self.total_steps)
        loss, plain, tokens = self._loss(batch, config.label_smoothing)
        (loss / tokens).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), config.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        progress.step += 1
        progress.tokens_seen += tokens
        progress.window_loss += float(plain)
        progress.window_tokens += tokens

    def _loss(self, batch: Batch, smoothing: float) -> tuple[torch.Tensor, torch.Tensor, int]:
        """Smoothed and plain cross-entropy sums, and how many targets they are over."""
        low = self.recipe.training.precision == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=low):
            memory = self.model.encode(batch.source_ids_BS, batch.source_mask_BS)
            features_BTE, _ = self.model.decode(memory, batch.target_in_BT)
        features_NE, targets_N = features_BTE[batch.target_mask_BT], batch.target_out_BT[batch.target_mask_BT]
        loss, plain = linear_cross_entropy(features_NE, self.model.output_weight, targets_N, smoothing)
        return loss, plain, len(targets_N)

    def _log_training(self) -> str:
        progress = self.progress
        row = {
            "step": progress.step,
            "epoch": round(progress.step / self.batches_per_epoch, 3),
            "loss": round(progress.window_loss / progress.window_tokens, 4),
            "learning_rate": round(self.optimizer.param_groups[0]["lr"], 8),
            "tokens_seen": progress.tokens_seen,
            "tokens_per_s": round(progress.tokens_seen / max(progress.seconds, 1e-9)),
        }
        progress.window_loss, progress.window_tokens = 0.0, 0
        self.log.write(row)
        return f"epoch {row['epoch']:.2f} loss {row['loss']:.3f} {row['tokens_per_s']} tokens/s"

    def _evaluate(self) -> str:
        """Dev loss and BLEU; keeps the weights if they are among the best."""
        self.model.eval()
        dev_loss, dev_bleu = self._dev_loss(), {}
        translator = Translator(self.model, self.tokenizer, self.recipe.data.directions)
        for dev in self.dev_sets:
            found = translator.translate_segments(dev.sources, *dev.direction, GreedyOptions(max_length=128))
            texts = [item.best.text for item in found]
            dev_bleu["-".join(dev.direction)] = round(corpus_bleu(texts, dev.references, dev.direction[1]), 2)
        mean = sum(dev_bleu.values()) / len(dev_bleu) if dev_bleu else -dev_loss
        self._keep(mean)
        row = {"step": self.progress.step, "dev_loss": round(dev_loss, 4), "dev_bleu": dev_bleu}
        self.log.write(row)
        perplexity = math.exp(dev_loss)
        return f"step {row['step']}: dev loss {dev_loss:.3f}, perplexity {perplexity:.2f}, BLEU {dev_bleu}"

    @torch.inference_mode()
    def _dev_loss(self) -> float:
        """Mean cross-entropy without smoothing over all dev examples, nats per piece."""
        total, tokens = 0.0, 0
        for index in self.dev_examples.batches(_DEV_BATCH_TOKENS, np.random.default_rng(0)):
            _, plain, count = self._loss(self.dev_examples.batch(index).to(self.device), 0.0)
            total, tokens = total + float(plain), tokens + count
        return total / tokens

    def _keep(self, score: float) -> None:
        progress = self.progress
        improved = not progress.best or score > progress.best[0][0]
        progress.evaluations_without_gain = 0 if improved else progress.evaluations_without_gain + 1
        ranked = sorted([*progress.best, (score, progress.step)], reverse=True)
        progress.best, dropped = (
            ranked[: self.recipe.training.keep_best],
            ranked[self.recipe.training.keep_best :],
        )
        if (score, progress.step) in progress.best:
            file = self._weights_file(progress.step)
            file.parent.mkdir(parents=True, exist_ok=True)
            save_file({n: t.detach().cpu().contiguous() for n, t in self.model.state_dict().items()}, file)
        self.save()  # before the dropped ones go: a kill in between must find every file its state names
        for _, step in dropped:
            self._weights_file(step).unlink(missing_ok=True)

    def _weights_file(self, step: int) -> Path:
        return self.folder / "best" / f"step-{step:07d}.safetensors"
