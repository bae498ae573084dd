"""How a finished model learns on from feedback: plain values, checked when made. Knows no tensor."""

import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from core.config import require_choice, require_range
from core.errors import ConfigError
from core.training.recipe import Decay, TrainConfig, build_config

TuningPrecision = Literal["float32", "bfloat16"]
Objective = Literal["likelihood", "risk"]
Reward = Literal["chrf", "bleu", "rating"]
Criterion = Literal["bleu", "loss"]
Average = Literal["no", "fixed", "chosen", "apart"]
_RANGES = (
    ("epochs", 1, 1000),
    ("steps", 0, 1_000_000),
    ("batch_tokens", 16, 10_000_000),
    ("learning_rate", 1e-7, 1.0),
    ("warmup_steps", 0, 1_000_000),
    ("label_smoothing", 0.0, 0.5),
    ("weight_decay", 0.0, 1.0),
    ("clip_norm", 1e-6, 1e6),
    ("max_pieces", 1, 100_000),
    ("replay_ratio", 0.0, 1000.0),
    ("distillation", 0.0, 1.0),
    ("l2_to_base", 0.0, 1e9),
    ("ewc", 0.0, 1e9),
    ("fisher_sentences", 1, 100_000),
    ("lora_rank", 0, 4096),
    ("lora_alpha", 1e-3, 1e4),
    ("tuned_share", 0.0, 1.0),
    ("general_loss_margin", 0.0, 100.0),
    ("unlikelihood", 0.0, 1000.0),
    ("preference", 0.0, 1000.0),
    ("preference_beta", 1e-4, 100.0),
    ("risk_samples", 2, 128),
    ("risk_sharpness", 1e-6, 100.0),
    ("risk_share", 0.0, 1.0),
    ("general_margin", 0.0, 100.0),
    ("dev_sentences", 1, 1_000_000),
    ("evaluations_per_epoch", 1, 1000),
    ("patience", 1, 10_000),
    ("save_every_s", 0.0, 1e9),
)
_BOLD: dict[str, Any] = {"epochs": 8, "learning_rate": 5e-4, "replay_ratio": 1.0, "distillation": 0.0}
"""Where nothing else can be forgotten (docs/finetune.md, What was measured)."""


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """How long, how fast, and what keeps the model from forgetting."""

    epochs: int = 4
    """Passes over the feedback."""
    steps: int = 0
    """Steps of the optimiser instead of `epochs`; 0: as the epochs say."""
    batch_tokens: int = 1000
    """Rows x longest side of one batch, replay included."""
    learning_rate: float = 2e-4
    """Peak, after warm-up."""
    warmup_steps: int = 10
    decay: Decay = "linear"
    """As in a recipe."""
    label_smoothing: float = 0.1
    weight_decay: float = 0.0
    clip_norm: float = 1.0
    precision: TuningPrecision = "bfloat16"
    """Of the matrix products; bfloat16 where the device has it."""
    seed: int = 1
    max_pieces: int = 128
    """Examples with a longer side stay out."""

    replay_ratio: float = 4.0
    """Replay pairs for each example of the feedback, drawn anew each epoch; 0: none."""
    distillation: float = 1.0
    """Share of the base's own probabilities, beside the written target, in what replay teaches (Li & Hoiem
    2016)."""
    l2_to_base: float = 0.0
    """Weight of sum (theta - theta_0)^2: every weight is drawn back to where it was."""
    ewc: float = 0.0
    """The same, each weight by its Fisher information on the replay, whose mean is set to 1 (Kirkpatrick et
    al. 2017; Thompson et al. 2019 for translation)."""
    fisher_sentences: int = 200
    """Replay pairs that the Fisher information is measured on."""
    freeze: tuple[str, ...] = ()
    """What does not learn: `embeddings`, `encoder`, `decoder`, or the start of a parameter's name."""
    lora_rank: int = 0
    """Rank of the change to each matrix, theta_0 + (alpha / rank) B A (Hu et al. 2022), merged into the
    weights at the end; all else is frozen. 0: off."""
    lora_alpha: float = 16.0
    average_with_base: Average = "apart"
    """Write (1 - a) base + a tuned (Wortsman et al. 2022). fixed: a is `tuned_share`; chosen: the tenth with
    the least loss on the held-out set, subject to `general_loss_margin`; where nothing is held out, the
    largest. apart: no average where the feedback is a domain of its own; there the tuned weights answer what
    is like it, and the base's all else. Where it is none, or neither replay nor a general set
    tells what is not like it, as chosen."""
    tuned_share: float = 0.5
    """When it is fixed, and when there is no set to choose by."""
    general_loss_margin: float = 0.003
    """Nats a piece that the loss of the general set may rise in a chosen average. With distilled replay, a
    rise of 0.002 went with 0.1 to 0.2 BLEU."""

    unlikelihood: float = 0.0
    """Weight of -log(1 - p) of what the person deleted from the machine's text (Welleck et al. 2020)."""
    preference: float = 0.0
    """Weight of -log sigmoid(beta (log p(chosen) - log p(rejected))) beside the likelihood of the chosen
    text: contrastive preference optimisation (Xu et al. 2024)."""
    preference_beta: float = 0.1
    objective: Objective = "likelihood"
    """risk: the expected reward grows instead (Shen et al. 2016)."""
    reward: Reward = "chrf"
    """Of sampled candidates against the target; or ratings that people gave (Kreutzer et al. 2018)."""
    risk_samples: int = 8
    """Candidates drawn for each source at each step, beside the target itself."""
    risk_sharpness: float = 0.005
    """Exponent of the candidates' probabilities; Shen et al.'s alpha."""
    risk_share: float = 1.0
    """Share of the risk beside the likelihood (Edunov et al. 2018)."""

    criterion: Criterion = "bleu"
    """What is best on the held-out set: BLEU of greedy search, or loss."""
    general_margin: float = 0.3
    """BLEU that the general set may fall below the base in weights that are kept."""
    dev_sentences: int = 500
    """Of each set and direction, so many are translated at each evaluation."""
    evaluations_per_epoch: int = 1
    patience: int = 3
    """Evaluations without a better score before the run stops early."""
    save_every_s: float = 60.0
    """Seconds between saves of the whole state."""

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            require_range(name, getattr(self, name), low, high)
        for name, choices in (
            ("decay", Decay),
            ("precision", TuningPrecision),
            ("objective", Objective),
            ("reward", Reward),
            ("criterion", Criterion),
            ("average_with_base", Average),
        ):
            require_choice(name, getattr(self, name), get_args(choices))
        self._require_consistent()

    def _require_consistent(self) -> None:
        if self.lora_rank and (self.l2_to_base or self.ewc):
            raise ConfigError(
                "`lora_rank` keeps the base's own weights as they are, so `l2_to_base` and `ewc` must be 0, "
                "but one is not; take one of them out."
            )
        if self.reward == "rating" and self.objective != "risk":
            raise ConfigError(
                "`reward = rating` is learned from with `objective = risk`, but the objective is "
                f"{self.objective}; change one of them."
            )

    def apart(self) -> "FinetuneConfig":
        """For weights that answer nothing but a domain: bolder options where they are as by default."""
        defaults = {one.name: one.default for one in fields(self)}
        bold = {name: one for name, one in _BOLD.items() if getattr(self, name) == defaults[name]}
        return replace(self, **bold)

    @property
    def learns_from_rejected(self) -> bool:
        """Whether texts that people rejected take part."""
        return bool(self.unlikelihood or self.preference)

    @property
    def training(self) -> TrainConfig:
        """What the training loop and the optimiser are told."""
        return TrainConfig(
            epochs=self.epochs,
            batch_tokens=self.batch_tokens,
            learning_rate=self.learning_rate,
            warmup_steps=self.warmup_steps,
            decay=self.decay,
            label_smoothing=self.label_smoothing,
            weight_decay=self.weight_decay,
            clip_norm=self.clip_norm,
            precision=self.precision,
            seed=self.seed,
            evaluations_per_epoch=self.evaluations_per_epoch,
            patience=self.patience,
            keep_best=1,
            save_every_s=self.save_every_s,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as stored beside the tuned model."""
        return {**asdict(self), "freeze": list(self.freeze)}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "FinetuneConfig":
        """The reverse of `to_dict`, also for fewer values; raises `ConfigError` that names what is wrong."""
        made: FinetuneConfig = build_config(FinetuneConfig, "Fine-tuning", values)
        return made


def read_finetune_config(path: Path) -> FinetuneConfig:
    """From a TOML file of these options; raises `ConfigError`."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The options in {path} cannot be read: {error}.") from error
    return FinetuneConfig.from_dict(values)
