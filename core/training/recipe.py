"""A training run as one TOML file: data, vocabulary, network, optimiser. Everything but the machine."""

import tomllib
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from core.config import ModelConfig, require_choice, require_known, require_range, require_type
from core.errors import ConfigError
from core.text.corpus import languages_of

Decay = Literal["linear", "inverse_sqrt", "cosine", "plateau", "constant"]
Precision = Literal["float32", "bfloat16", "float16"]
Sampling = Literal["none", "steps", "two_pass"]
Growth = Literal["linear", "inverse_sigmoid"]
_RANGES = (
    ("epochs", 0.001, 10_000),
    ("batch_tokens", 16, 10_000_000),
    ("accumulate", 1, 10_000),
    ("learning_rate", 1e-7, 1.0),
    ("warmup_steps", 0, 1_000_000),
    ("label_smoothing", 0.0, 0.5),
    ("weight_decay", 0.0, 1.0),
    ("clip_norm", 1e-6, 1e6),
    ("ema_decay", 0.0, 0.999999),
    ("sampling_share", 0.0, 1.0),
    ("word_dropout", 0.0, 0.9),
    ("subword_nbest", 1, 512),
    ("subword_alpha", 0.0, 10.0),
    ("r_drop", 0.0, 100.0),
    ("sampled_pieces", 0, 10_000_000),
    ("evaluations_per_epoch", 1, 1000),
    ("patience", 1, 10_000),
    ("keep_best", 1, 50),
    ("save_every_s", 0.0, 1e9),
)


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Which files, which directions."""

    train: tuple[str, ...]
    """Files of pairs, relative to the data folder; their names tell the languages (`x.fr-en.tsv.gz`)."""
    dev: tuple[str, ...]
    weights: tuple[float, ...] = ()
    """How often each file of `train` is read in an epoch: 2 is twice, 0.25 every fourth pair. Empty: once."""
    noise: float = 0.0
    """Share of pairs of which a noisy copy, as visitors type, is learned too, in each direction; 0 to 1."""
    directions: tuple[tuple[str, str], ...]
    """(source, target) codes, as `("fr", "en")`; each file serves those of its two languages. One that
    stands there twice is learned twice as often."""
    max_pieces: int = 80
    """Pairs with a longer side are left out of training."""
    shard_pairs: int = 0
    """Pairs of a part of the corpus; parts lie on disk and one is open at a time. 0: all in memory."""
    vocab_size: int = 8000
    dev_sentences: int = 500
    """Dev sentences per direction translated for BLEU after each epoch; all of them enter the dev loss."""

    def __post_init__(self) -> None:
        for name in ("train", "dev", "directions"):
            if not getattr(self, name):
                raise ConfigError(f"`{name}` must name at least one, but is empty.")
        require_range("max_pieces", self.max_pieces, 1, 100_000)
        require_range("shard_pairs", self.shard_pairs, 0, 1_000_000_000)
        require_range("dev_sentences", self.dev_sentences, 0, 1_000_000)
        require_range("noise", self.noise, 0.0, 1.0)
        self._require_weights()
        held = [set(languages_of(Path(name))) for name in self.train]
        for direction in self.directions:
            if len(direction) != 2 or set(direction) not in held:
                raise ConfigError(
                    f"Each of `directions` must be two languages of a file of `train`, but is {direction!r}; "
                    f"the files hold {', '.join('-'.join(sorted(pair)) for pair in held)}."
                )

    def _require_weights(self) -> None:
        if self.weights and len(self.weights) != len(self.train):
            raise ConfigError(
                f"`weights` must have one number for each file of `train`, but has {len(self.weights)} for "
                f"{len(self.train)}; add or take out some."
            )
        for weight in self.weights:
            require_type("weights", weight, float)
            require_range("weights", weight, 0.001, 1000)

    @property
    def distinct_directions(self) -> tuple[tuple[str, str], ...]:
        """Each once, in their order."""
        return tuple(dict.fromkeys(self.directions))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({code for direction in self.directions for code in direction}))


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How long, how fast, how careful."""

    epochs: float = 5.0
    batch_tokens: int = 3000
    """Rows x longest side of one batch."""
    accumulate: int = 1
    """Batches of one step, learned from as if they were one: for devices too small for a large batch."""
    learning_rate: float = 1.5e-3
    """Peak, after warm-up."""
    warmup_steps: int = 400
    decay: Decay = "linear"
    """linear, cosine (Loshchilov & Hutter 2017): from the peak to 2 % of it at the last step | inverse_sqrt
    (Vaswani et al. 2017) | plateau: halved by every evaluation without a better dev score | constant."""
    label_smoothing: float = 0.1
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    sampled_pieces: int = 0
    """Compare each target with those of its batch and so many pieces drawn from the rest of the vocabulary
    (Jean et al. 2015), instead of with all, which is the largest cost of a step on a CPU. 0: all."""
    precision: Precision = "bfloat16"
    """Of the matrix products; weights and optimiser stay in float32. float16 needs a GPU; where bfloat16
    would be emulated, float32 is taken."""
    recompute: bool = False
    """Compute layers twice instead of remembering them (Chen et al. 2016): less memory, more time."""
    ema_decay: float = 0.0
    """Evaluate and keep a moving average of the weights, w' = d w' + (1 - d) w (Polyak & Juditsky 1992)."""
    sampling: Sampling = "none"
    """Scheduled sampling: steps (Bengio et al. 2015, by piece) | two_pass (Mihaylova & Martins 2019)."""
    sampling_share: float = 0.25
    """Share of target pieces that are read from the model at the end of the run; 1 is free running."""
    sampling_growth: Growth = "linear"
    """How the share grows from 0."""
    word_dropout: float = 0.0
    """Share of pieces, in source and target input, that are read as unknown (Bowman et al. 2016)."""
    subword_nbest: int = 1
    """Segmentations that each side is drawn from anew each time (Kudo 2018); 1 takes the best."""
    subword_alpha: float = 0.2
    """Exponent of their probabilities: 0 draws evenly, larger prefers the best."""
    r_drop: float = 0.0
    """Weight of the divergence of two passes under different dropout (Liang et al. 2021)."""
    seed: int = 1
    evaluations_per_epoch: int = 1
    patience: int = 4
    """Evaluations without a better dev BLEU before training stops early."""
    keep_best: int = 3
    """Checkpoints that are averaged at the end."""
    save_every_s: float = 300.0
    """Seconds between saves of the whole training state."""

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            require_range(name, getattr(self, name), low, high)
        require_choice("decay", self.decay, get_args(Decay))
        require_choice("precision", self.precision, get_args(Precision))
        require_choice("sampling", self.sampling, get_args(Sampling))
        require_choice("sampling_growth", self.sampling_growth, get_args(Growth))
        together = [name for name in ("r_drop", "sampled_pieces") if getattr(self, name)]
        together += ["sampling"] if self.sampling != "none" else []
        if len(together) > 1:
            raise ConfigError(
                f"`{together[0]}` and `{together[1]}` cannot be combined, but both are on; take one of them "
                "out."
            )


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One run."""

    name: str
    start: str = ""
    """Folder of a model whose weights the run begins with, from where the command runs; empty: random ones.
    Pieces that its vocabulary has not begin with random ones all the same (Zoph et al. 2016)."""
    data: DataConfig
    model: ModelConfig
    training: TrainConfig = field(default_factory=TrainConfig)

    def __post_init__(self) -> None:
        longest = self.data.max_pieces + 2  # language tag and EOS, or BOS and EOS
        limit = getattr(self.model, "max_positions", None)
        if limit is not None and longest > limit:
            raise ConfigError(
                f"`max_positions` must be `max_pieces` and two more at least, but is {limit} and not "
                f"{longest}; change one of them."
            )

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
    """Build a recipe from plain values; `ConfigError` for what is unknown, missing or contradictory."""
    require_known("A recipe", set(values), tuple(item.name for item in fields(Recipe)))
    data: DataConfig = build_config(DataConfig, "[data]", values.get("data", {}))
    training: TrainConfig = build_config(TrainConfig, "[training]", values.get("training", {}))
    network = dict(values.get("model", {}))
    if network.setdefault("vocab_size", data.vocab_size) != data.vocab_size:
        raise ConfigError(
            f"`vocab_size` of [data] must be that of [model], but they are {data.vocab_size} and "
            f"{network['vocab_size']}; leave it out of [model]."
        )
    model = ModelConfig.from_dict(network)
    names = {"name": values.get("name", default_name), "start": values.get("start", "")}
    for name, value in names.items():
        require_type(name, value, str)
    return Recipe(**names, data=data, model=model, training=training)


def build_config(config: type[Any], what: str, values: dict[str, Any]) -> Any:
    """A dataclass from a table of TOML, its names and types checked; `what` stands for it in messages."""
    hints = get_type_hints(config)
    require_known(what, set(values), tuple(hints))
    for item in fields(config):
        if item.name in values:
            require_type(item.name, values[item.name], hints[item.name])
        elif item.default is MISSING:
            raise ConfigError(f"{what} must say `{item.name}`, but does not.")
    return config(**{name: _as_tuple(value) for name, value in values.items()})


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(item) for item in value) if isinstance(value, list | tuple) else value
