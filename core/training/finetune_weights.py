"""What of a model learns on, and what holds it back: frozen parts, a pull to the base, low-rank adapters."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import ConfigError
from core.nn.seq2seq import Seq2SeqModel
from core.training.examples import pad_rows
from core.training.feedback_rows import FeedbackRow
from core.training.finetune_config import FinetuneConfig
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.training.step import Learned

GROUPS = {
    "embeddings": ("embedding.", "source_embedding."),
    "encoder": ("encoder.", "encoder_norm."),
    "decoder": (
        *("decoder.", "decoder_norm.", "bridge.", "attention.", "combine.", "features.", "output_bias"),
    ),
}
"""Names that stand for parts of any architecture."""


def learned_of(
    model: Seq2SeqModel, config: FinetuneConfig, training: TrainConfig, replay: Sequence[FeedbackRow] = ()
) -> Learned:
    """What the options ask for; the model is at its base. Raises `ConfigError` when nothing could learn.

    `replay`: what `ewc` measures the weights by."""
    frozen = frozen_names(model, config.freeze)
    if config.lora_rank:
        return LowRank(model, config, frozen)
    learned = Restrained(model, config, frozen)
    if config.ewc:
        if not replay:
            raise ConfigError("`ewc` measures the weights on replay, but there is none; give some.")
        order = np.random.default_rng((config.seed, 5)).permutation(len(replay))
        drawn = [replay[index] for index in order[: config.fisher_sentences]]
        learned.fisher = fisher_information(model, drawn, training)
    return learned


def frozen_names(model: nn.Module, freeze: Sequence[str]) -> frozenset[str]:
    """Parameters that stay as they are; raises `ConfigError` for a name that fits none."""
    names = [name for name, _ in model.named_parameters()]
    frozen: set[str] = set()
    for wanted in freeze:
        found = {name for name in names if name.startswith(GROUPS.get(wanted, (wanted,)))}
        if not found:
            parts = sorted({name.partition(".")[0] for name in names})
            raise ConfigError(
                f"`freeze` must name {', '.join(GROUPS)} or the start of a parameter's name, but holds "
                f"{wanted!r}; this model has {', '.join(parts)}."
            )
        frozen |= found
    if len(frozen) == len(names):
        raise ConfigError(
            "`freeze` must leave something to learn, but holds all of the model; take some out."
        )
    return frozenset(frozen)


class Restrained(Learned):
    """The weights themselves, without the frozen ones, drawn back to the base after each step.

    The penalty's step is taken apart from the gradient's, as AdamW takes weight decay (Loshchilov & Hutter
    2019), and implicitly: with penalty c (theta - theta_0)^2 and rate r,
    theta <- theta_0 + (theta - theta_0) / (1 + 2 r c), which no c makes unstable."""

    def __init__(self, model: Seq2SeqModel, config: FinetuneConfig, frozen: frozenset[str]) -> None:
        super().__init__(model)
        self.config = config
        self.fisher: dict[str, Tensor] = {}
        """Of each weight, for `ewc`; its mean is 1."""
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name not in frozen)
        self.learning = {name: one for name, one in model.named_parameters() if one.requires_grad}
        is_held = config.l2_to_base or config.ewc
        self.base = {name: one.detach().clone() for name, one in self.learning.items()} if is_held else {}

    @property
    def parameters(self) -> list[nn.Parameter]:
        return list(self.learning.values())

    @torch.no_grad()
    def put_weights(self, rate: float) -> None:
        for name, base in self.base.items():
            force = torch.full_like(base, self.config.l2_to_base)
            if name in self.fisher:
                force += self.config.ewc * self.fisher[name]
            parameter = self.learning[name]
            parameter.copy_(base + (parameter - base) / (1 + 2 * rate * force))


class LowRank(Learned):
    """Each matrix W of the model is W_0 + (alpha / r) B A, and only A and B learn (Hu et al. 2022, eq. 3).

    The model always holds the merged W, so that it is an ordinary one for everybody else; its gradient G
    gives those of the factors by the chain rule: dA = (alpha / r) B' G, dB = (alpha / r) G A'."""

    def __init__(self, model: Seq2SeqModel, config: FinetuneConfig, frozen: frozenset[str]) -> None:
        super().__init__(model)
        self.scale = config.lora_alpha / config.lora_rank
        self.matrices: dict[str, nn.Parameter] = {}
        self.factors: dict[str, nn.Parameter] = {}
        self.base: dict[str, Tensor] = {}
        generator = torch.Generator().manual_seed(config.seed)
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(parameter.dim() > 1 and name not in frozen)
            if parameter.requires_grad:
                rows, columns = parameter.flatten(1).shape
                down = torch.randn(config.lora_rank, columns, generator=generator) * columns**-0.5
                self.matrices[name], self.base[name] = parameter, parameter.detach().clone()
                self.factors[f"{name}.A"] = nn.Parameter(down.to(parameter.device))
                self.factors[f"{name}.B"] = nn.Parameter(parameter.new_zeros(rows, config.lora_rank))
        if not self.matrices:
            raise ConfigError("`freeze` must leave a matrix for `lora_rank` to change, but leaves none.")

    @property
    def parameters(self) -> list[nn.Parameter]:
        return list(self.factors.values())

    @torch.no_grad()
    def take_gradients(self) -> None:
        for name, matrix in self.matrices.items():
            down, up = self.factors[f"{name}.A"], self.factors[f"{name}.B"]
            if matrix.grad is not None:
                gradient = self.scale * matrix.grad.flatten(1)
                down.grad, up.grad = up.t() @ gradient, gradient @ down.t()

    @torch.no_grad()
    def put_weights(self, rate: float) -> None:
        for name, matrix in self.matrices.items():
            change = self.factors[f"{name}.B"] @ self.factors[f"{name}.A"]
            matrix.copy_(self.base[name] + self.scale * change.view_as(matrix))

    def state(self) -> dict[str, Tensor]:
        return dict(self.factors)


def fisher_information(
    model: Seq2SeqModel, rows: Sequence[FeedbackRow], training: TrainConfig
) -> dict[str, Tensor]:
    """How much each weight matters for these pairs: the mean square of the gradient of their log-likelihood.

    The diagonal of the empirical Fisher information, divided by its mean over all weights, so that it has
    no unit. The model is left in eval mode and without gradients."""
    objective = Objective(model, replace(training, label_smoothing=0.0, precision="float32")).eval()
    learning = {name: one for name, one in model.named_parameters() if one.requires_grad}
    sums = {name: torch.zeros_like(one) for name, one in learning.items()}
    device = next(model.parameters()).device
    with torch.backends.cudnn.flags(enabled=False):  # its recurrent layers have no gradient in eval mode
        for row in rows:
            loss, _ = objective(pad_rows([row.row]).to(device))
            found = torch.autograd.grad(loss, list(learning.values()), allow_unused=True)
            for name, gradient in zip(learning, found, strict=True):
                if gradient is not None:
                    sums[name] += gradient.float() ** 2
    mean = sum(float(one.sum()) for one in sums.values()) / sum(one.numel() for one in sums.values())
    return {name: one / mean for name, one in sums.items()} if mean else sums
