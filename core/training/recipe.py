"""A training run as one TOML file: data, vocabulary, network, optimiser. Everything but the machine."""

import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from core.config import ModelConfig, require_choice, require_range
from core.errors import ConfigError

Decay = Literal["linear", "inverse_sqrt", "constant"]
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Which files, which directions."""

    train: tuple[str, ...]
    """Files of pairs, relative to the data folder; their names tell the languages (`x.fr-en.tsv.gz`)."""
    dev: tuple[str, ...]
    directions: tuple[tuple[str, str], ...]
    """(source, target) codes, as `("fr", "en")`; each file serves those of its two languages."""
    max_pieces: int = 80
    """Pairs with a longer side are left out of training."""
    vocab_size: int = 8000
    dev_sentences: int = 500
    """Dev sentences per direction translated for BLEU after each epoch; all of them enter the dev loss."""

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({code for direction in self.directions for code in direction}))


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How long, how fast, how careful."""

    epochs: float = 5.0
    batch_tokens: int = 3000
    """Rows x longest side of one batch."""
    learning_rate: float = 1.5e-3
    """Peak, after warm-up."""
    warmup_steps: int = 400
    decay: Decay = "linear"
    """From the peak to 2 % of it at the last step; or 1/sqrt(step); or none."""
    label_smoothing: float = 0.1
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    precision: Precision = "bfloat16"
    """Of the matrix products; weights and optimiser stay in float32."""
    seed: int = 1
    evaluations_per_epoch: int = 1
    patience: int = 4
    """Evaluations without a better dev BLEU before training stops early."""
    keep_best: int = 3
    """Checkpoints that are averaged at the end."""
    save_every_s: float = 300.0
    """Seconds between saves of the whole training state."""

    def __post_init__(self) -> None:
        require_range("epochs", self.epochs, 0.001, 10_000)
        require_range("batch_tokens", self.batch_tokens, 16, 10_000_000)
        require_range("learning_rate", self.learning_rate, 1e-7, 1.0)
        require_range("warmup_steps", self.warmup_steps, 0, 1_000_000)
        require_range("label_smoothing", self.label_smoothing, 0.0, 0.5)
        require_range("evaluations_per_epoch", self.evaluations_per_epoch, 1, 1000)
        require_range("patience", self.patience, 1, 10_000)
        require_range("keep_best", self.keep_best, 1, 50)
        require_choice("decay", self.decay, get_args(Decay))
        require_choice("precision", self.precision, get_args(Precision))


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One run."""

    name: str
    data: DataConfig
    model: ModelConfig
    training: TrainConfig = field(default_factory=TrainConfig)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as stored beside the trained model."""
        return asdict(self)


def read_recipe(path: Path) -> Recipe:
    """Parse and check a recipe; raises `ConfigError` that names what is wrong."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The recipe {path} cannot be read: {error}.") from error
    return recipe_from_dict(values, default_name=path.stem)


def recipe_from_dict(values: dict[str, Any], default_name: str = "model") -> Recipe:
    """Build a recipe from plain values; unknown names raise `ConfigError`."""
    if unknown := set(values) - {"name", "data", "model", "training"}:
        raise ConfigError(
            f"A recipe has name, data, model and training, but also {', '.join(sorted(unknown))}."
        )
    try:
        data = {key: _as_tuple(value) for key, value in values["data"].items()}
        data_config = DataConfig(**data)
        training = TrainConfig(**values.get("training", {}))
    except (TypeError, KeyError) as error:
        raise ConfigError(f"The recipe does not fit this release: {error}.") from error
    model = ModelConfig.from_dict({**values.get("model", {}), "vocab_size": data_config.vocab_size})
    return Recipe(name=values.get("name", default_name), data=data_config, model=model, training=training)


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(item) for item in value) if isinstance(value, list | tuple) else value
