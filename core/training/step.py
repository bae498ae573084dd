"""One step of the optimiser: gradients of some batches, checked, clipped, applied."""

import logging
import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from core.device import is_out_of_memory
from core.errors import ConfigError, DeviceMemoryError, TrainingDivergedError
from core.nn.seq2seq import Seq2SeqModel
from core.training.examples import Batch
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.training.recompute import recompute_layers
from core.training.world import World

logger = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What a step reports, over all processes."""

    plain: float
    """Cross-entropy without smoothing, summed over the target pieces, nats."""
    tokens: int
    """Target pieces, EOS counted."""


class Stepper:
    """A model in training, with all that changes it."""

    def __init__(self, model: Seq2SeqModel, config: TrainConfig, world: World) -> None:
        """`model` stays the one that learns; raises `ConfigError` for what its device cannot do."""
        if config.precision == "float16" and world.device.type != "cuda":
            raise ConfigError(
                f"`precision = float16` needs a GPU, but this run is on {world.device.type}; take bfloat16."
            )
        self.model, self.config, self.world = model, config, world
        self.optimizer = torch.optim.AdamW(
            model.parameters(),
            lr=config.learning_rate,
            betas=(0.9, 0.98),
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.scaler = torch.amp.GradScaler(world.device.type, enabled=config.precision == "float16")
        average = get_ema_multi_avg_fn(config.ema_decay)  # type: ignore[no-untyped-call]
        self.ema = AveragedModel(model, multi_avg_fn=average) if config.ema_decay else None
        if config.recompute:
            recompute_layers(model)
        self.objective = Objective(model, config)
        self.parallel = world.wrap(self.objective)

    @property
    def evaluated(self) -> Seq2SeqModel:
        """The weights that evaluations see: the moving average where there is one."""
        return self.model if self.ema is None else cast(Seq2SeqModel, self.ema.module)

    def step(self, batches: Sequence[Batch], rate: float, share: float, where: str) -> Outcome:
        """Learn from all batches at once, as if they were one. `share`: see `Objective`.

        Raises `TrainingDivergedError` before any weight is changed, with `where` in its message."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.objective.train()
        tokens = int(self.world.sum(sum(int(batch.target_mask_BT.sum()) for batch in batches)))
        plain = self.world.sum(self._gradients(list(batches), tokens, share))
        self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        # With a scaler an infinite gradient only means that its scale was too large: it skips the step.
        self._require_finite("loss", plain, where)
        if not self.scaler.is_enabled():
            self._require_finite("gradient", float(norm), where)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        if self.ema is not None:
            self.ema.update_parameters(self.model)
        return Outcome(plain, tokens)

    def _gradients(self, batches: list[Batch], tokens: int, share: float) -> float:
        """Accumulate them, with all batches halved as often as the device's memory asks for."""
        while True:
            try:
                return self._accumulate(batches, tokens, share)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                batches = self._halved(batches, error)
            self.optimizer.zero_grad(set_to_none=True)
            torch.cuda.empty_cache()

    def _accumulate(self, batches: list[Batch], tokens: int, share: float) -> float:
        total = 0.0
        for batch in batches[:-1]:
            with self.world.without_sync(self.parallel):
                total += self._backward(batch, tokens, share)
        return total + self._backward(batches[-1], tokens, share)

    def _backward(self, batch: Batch, tokens: int, share: float) -> float:
        loss, plain = self.parallel(batch.to(self.world.device), share)
        # DDP takes the mean over processes; the loss is a mean over all their pieces.
        self.scaler.scale(loss / (tokens / self.world.size)).backward()
        return float(plain)

    def _halved(self, batches: list[Batch], error: BaseException) -> list[Batch]:
        rows = max(len(batch.source_ids_BS) for batch in batches)
        if rows == 1 or self.world.size > 1:
            raise DeviceMemoryError(
                f"The device has too little memory for a batch of {rows} rows; lower `batch_tokens` "
                "(and raise `accumulate` to keep the step's size) or set `recompute`."
            ) from error
        logger.warning("out of memory: going on with batches of at most %d rows in this step", -(-rows // 2))
        return [half for batch in batches for half in batch.halves()]

    def _require_finite(self, what: str, value: float, where: str) -> None:
        if not math.isfinite(value):
            raise TrainingDivergedError(
                f"The {what} must be a finite number, but is {value} at {where}; the last saved state is "
                "kept: lower `learning_rate`, raise `warmup_steps` or take `precision = float32`."
            )
