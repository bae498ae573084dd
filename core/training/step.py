"""One step of the optimiser: gradients of some batches, checked, clipped, applied."""

import logging
import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, Self, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from core.device import is_out_of_memory
from core.errors import ConfigError, DeviceMemoryError, TrainingDivergedError
from core.nn.seq2seq import Seq2SeqModel
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.training.recompute import recompute_layers
from core.training.world import World

logger = logging.getLogger(__name__)


class Lesson(Protocol):
    """What a step learns from: a batch of whatever the objective understands."""

    @property
    def rows(self) -> int:
        """Examples that can be learned from one by one."""
        ...

    @property
    def pieces(self) -> int:
        """Target pieces, EOS counted."""
        ...

    @property
    def weight(self) -> float:
        """What its loss, a sum, is to be divided by for a mean."""
        ...

    def to(self, device: object) -> Any:
        """What the objective is called with."""
        ...

    def halves(self) -> Sequence[Self]:
        """The first and the second half of the rows; itself when it has but one."""
        ...


class Learned:
    """What the optimiser changes: by default the weights of the model themselves."""

    def __init__(self, model: Seq2SeqModel) -> None:
        self.model = model

    @property
    def parameters(self) -> list[nn.Parameter]:
        return list(self.model.parameters())

    def take_gradients(self) -> None:
        """From the weights of the model to what is learned instead; after the backward pass."""

    def put_weights(self, rate: float) -> None:
        """From what was learned to the weights of the model; after a step of this learning rate."""

    def state(self) -> dict[str, Tensor]:
        """What must be kept beside the weights of the model, in order to go on."""
        return {}


class Outcome(NamedTuple):
    """What a step reports, over all processes."""

    plain: float
    """Cross-entropy without smoothing, summed over the target pieces, nats."""
    tokens: int
    """Target pieces, EOS counted."""
    parts: tuple[float, ...] = ()
    """What else the objective tells, summed likewise."""
    weight: float = 0.0
    """Of all batches."""


class Stepper:
    """A model in training, with all that changes it."""

    def __init__(
        self,
        model: Seq2SeqModel,
        config: TrainConfig,
        world: World,
        objective: nn.Module | None = None,
        learned: Learned | None = None,
    ) -> None:
        """`model` stays the one that learns; raises `ConfigError` for what its device cannot do.

        `objective`: from what a batch is on the device, and a share, to the loss and to a tensor of sums that
        are told, cross-entropy first; `Objective` by default."""
        if config.precision == "float16" and world.device.type != "cuda":
            raise ConfigError(
                f"`precision = float16` needs a GPU, but this run is on {world.device.type}; take bfloat16."
            )
        self.model, self.config, self.world = model, config, world
        self.learned = learned or Learned(model)
        self.optimizer = torch.optim.AdamW(
            self.learned.parameters,
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
        self.objective = objective or Objective(model, config)
        self.parallel = world.wrap(self.objective)
        self.halvings = 0
        """How often every batch is halved before it is tried: a system that kills gives no second try."""

    @property
    def evaluated(self) -> Seq2SeqModel:
        """The weights that evaluations see: the moving average where there is one."""
        return self.model if self.ema is None else cast(Seq2SeqModel, self.ema.module)

    def step(self, batches: Sequence[Lesson], rate: float, share: float, where: str) -> Outcome:
        """Learn from all batches at once, as if they were one. `share`: see `Objective`.

        Raises `TrainingDivergedError` before any weight is changed, with `where` in its message."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.objective.train()
        tokens = int(self.world.sum(sum(batch.pieces for batch in batches)))
        weight = self.world.sum(sum(batch.weight for batch in batches))
        found = self._gradients(list(batches), weight, share)
        sums = [self.world.sum(sum(values)) for values in zip(*found, strict=True)]
        self.learned.take_gradients()
        self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.learned.parameters, self.config.clip_norm)
        # With a scaler an infinite gradient only means that its scale was too large: it skips the step.
        require_finite("loss", sum(sums), where + self._which(found))
        if not self.scaler.is_enabled():
            require_finite("gradient", float(norm), where)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.learned.put_weights(rate)
        self._forget_gradients()
        if self.ema is not None:
            self.ema.update_parameters(self.model)
        return Outcome(sums[0], tokens, tuple(sums[1:]), weight)

    def _gradients(self, batches: list[Lesson], weight: float, share: float) -> list[list[float]]:
        """Accumulate them, with all batches halved as often as memory asks for; the sums of each batch."""
        for _ in range(self.halvings):
            batches = [half for batch in batches for half in batch.halves()]
        while True:
            try:
                return self._accumulate(batches, weight, share)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                batches = self._halved(batches, error)
            self._forget_gradients()
            torch.cuda.empty_cache()

    def _accumulate(self, batches: list[Lesson], weight: float, share: float) -> list[list[float]]:
        sums = []
        for batch in batches[:-1]:
            with self.world.without_sync(self.parallel):
                sums.append(self._backward(batch, weight, share))
        sums.append(self._backward(batches[-1], weight, share))
        return sums

    def _backward(self, batch: Lesson, weight: float, share: float) -> list[float]:
        loss, sums = self.parallel(batch.to(self.world.device), share)
        # DDP takes the mean over processes; the loss is a mean over all their pieces.
        self.scaler.scale(loss / (weight / self.world.size)).backward()
        values: list[float] = sums.detach().reshape(-1).tolist()
        return values

    def _forget_gradients(self) -> None:
        """Also those of weights that something else is learned instead of."""
        self.optimizer.zero_grad(set_to_none=True)
        self.model.zero_grad(set_to_none=True)

    def _halved(self, batches: list[Lesson], error: BaseException) -> list[Lesson]:
        rows = max(batch.rows for batch in batches)
        if self.world.size > 1:  # the others may have part of its gradients already
            raise DeviceMemoryError(
                f"The device has too little memory for a batch of {rows} rows; lower `batch_tokens` "
                "(and raise `accumulate` to keep the step's size) or set `recompute`."
            ) from error
        if rows == 1:
            raise DeviceMemoryError(
                "The device has too little memory for a single example; lower `max_pieces` (or, in a recipe, "
                "set `recompute`)."
            ) from error
        logger.warning("out of memory: going on with batches of at most %d rows in this step", -(-rows // 2))
        return [half for batch in batches for half in batch.halves()]

    def _which(self, found: list[list[float]]) -> str:
        """The first of this process's batches whose sums are no numbers, where a step has several."""
        broken = [number for number, values in enumerate(found, start=1) if not math.isfinite(sum(values))]
        words = [f"batch {broken[0]} of {len(found)}"] if broken and len(found) > 1 else []
        if self.world.size > 1:
            words.append(f"process {self.world.rank}" if broken else f"not in process {self.world.rank}")
        return "".join(f", {word}" for word in words)


def require_finite(what: str, value: float, where: str) -> None:
    """Raise `TrainingDivergedError` for what is no finite number."""
    if not math.isfinite(value):
        raise TrainingDivergedError(
            f"The {what} must be a finite number, but is {value} at {where}; the last saved state is "
            "kept: lower `learning_rate`, raise `warmup_steps` or take `precision = float32`."
        )
