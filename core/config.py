"""The shape of a network, checked when made. Knows no tensor and no file format."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin, get_type_hints

from core.errors import ConfigError

Architecture = Literal["recurrent", "convolutional", "transformer"]
Cell = Literal["gru", "lstm"]
Attention = Literal["none", "additive", "dot", "general", "scaled"]
Combine = Literal["concat", "add"]
Norm = Literal["pre", "post"]
Activation = Literal["relu", "gelu", "swish"]
Layout = Literal["interleaved", "halves"]
_SPOKEN_TYPES: dict[object, tuple[tuple[type, ...], str]] = {
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}


def require_range(name: str, value: float, low: float, high: float) -> None:
    """Raise `ConfigError` unless low <= value <= high (NaN never is)."""
    if not low <= value <= high:
        raise ConfigError(f"`{name}` must be between {low:g} and {high:g}, but is {value:g}.")


def require_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise `ConfigError` unless value is one of the choices."""
    if value not in choices:
        raise ConfigError(f"`{name}` must be one of {', '.join(choices)}, but is {value!r}.")


def require_known(what: str, names: set[str], known: tuple[str, ...]) -> None:
    """Raise `ConfigError` for a name that is not known; it tells the nearest right one."""
    for name in sorted(names - set(known)):
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}."
        raise ConfigError(f"{what} has no option `{name}`; {hint}")


def require_type(name: str, value: object, hint: object) -> None:
    """Raise `ConfigError` unless a plain value fits the field's type; an integer may stand for a float."""
    accepted, spoken = _SPOKEN_TYPES.get(hint, ((str,), "a text"))
    if get_origin(hint) is tuple:
        accepted, spoken = (list, tuple), "a list"
    if not isinstance(value, accepted) or (isinstance(value, bool) and hint is not bool):
        raise ConfigError(f"`{name}` must be {spoken}, but is {value!r}.")


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """What every network has. Make one of the classes below, or call `from_dict`."""

    architecture: Architecture
    """Which network; decides what other options there are."""
    vocab_size: int = 8000
    """Pieces of the joint vocabulary, specials included; 8 to 100,000."""
    embed_dim: int = 256
    """Width of the embedding that source, target and output layer share."""
    dropout: float = 0.2
    """Share of units dropped between layers while training; 0 to 0.9."""

    def __post_init__(self) -> None:
        require_range("vocab_size", self.vocab_size, 8, 100_000)
        require_range("embed_dim", self.embed_dim, 1, 8192)
        require_range("dropout", self.dropout, 0.0, 0.9)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "ModelConfig":
        """Build the class that `architecture` (default `recurrent`) names; raises `ConfigError`."""
        architecture = values.get("architecture", "recurrent")
        require_choice("architecture", architecture, get_args(Architecture))
        kind = CONFIGS[architecture]
        hints = get_type_hints(kind)
        for other, config in CONFIGS.items():
            if others := sorted((set(values) & set(get_type_hints(config))) - set(hints)):
                raise ConfigError(
                    f"`{others[0]}` is an option of {other} models, but `architecture` is {architecture}; "
                    "change one of them."
                )
        require_known(f"A {architecture} model", set(values), tuple(hints))
        for name, value in values.items():
            require_type(name, value, hints[name])
        return kind(**values)


@dataclass(frozen=True, kw_only=True)
class DecoderConfig(ModelConfig):
    """A recurrent decoder, whatever reads the source for it."""

    cell: Cell = "gru"
    """Recurrent unit: gru (Cho et al. 2014) | lstm (Hochreiter & Schmidhuber 1997)."""
    encoder_dim: int = 256
    """Width of the encoder; of each direction, if there are two."""
    encoder_layers: int = 1
    decoder_dim: int = 512
    decoder_layers: int = 1
    residual: bool = False
    """Recurrent layers above the first add their input to their output (Wu et al. 2016)."""
    attention: Attention = "additive"
    """none (fixed context vector) | additive (Bahdanau et al. 2015) | dot, general (Luong et al. 2015) |
    scaled (query/key/value projections and 1/sqrt(d), Vaswani et al. 2017)."""
    coverage: bool = False
    """Additive attention also sees how much each source piece got so far (See et al. 2017, eq. 11)."""
    combine: Combine = "concat"
    """How the context enters: tanh(W[h; c]) (Luong et al. 2015, eq. 5) or tanh(h + W c)."""
    input_feeding: bool = False
    """Feed the last attentional vector into the next step (Luong et al. 2015, section 3.3)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("encoder_dim", "decoder_dim"):
            require_range(name, getattr(self, name), 1, 8192)
        for name in ("encoder_layers", "decoder_layers"):
            require_range(name, getattr(self, name), 1, 16)
        require_choice("cell", self.cell, get_args(Cell))
        require_choice("attention", self.attention, get_args(Attention))
        require_choice("combine", self.combine, get_args(Combine))
        self._require_consistent()

    def _require_consistent(self) -> None:
        if self.attention == "dot" and self.memory_dim != self.decoder_dim:
            raise ConfigError(
                "`attention = dot` needs encoder states as wide as decoder states, but they are "
                f"{self.memory_dim} and {self.decoder_dim}; use `general` or change a width."
            )
        if self.coverage and self.attention != "additive":
            raise ConfigError(
                f"`coverage` is a part of additive attention, but `attention` is {self.attention!r}; "
                "change one of them."
            )
        if self.residual and self.recurrent_depth == 1:
            raise ConfigError(
                "`residual` joins recurrent layers that stand one above the other, but there is only one; "
                "turn it off or raise `decoder_layers`."
            )

    @property
    def memory_dim(self) -> int:
        """Width of one encoder state."""
        return self.encoder_dim

    @property
    def recurrent_depth(self) -> int:
        """Layers of the deepest recurrent stack."""
        return self.decoder_layers


@dataclass(frozen=True, kw_only=True)
class RecurrentConfig(DecoderConfig):
    """The shape of a recurrent encoder-decoder."""

    architecture: Literal["recurrent"] = "recurrent"
    bidirectional: bool = True
    """The encoder reads both ways (Schuster & Paliwal 1997)."""

    @property
    def memory_dim(self) -> int:
        return self.encoder_dim * (2 if self.bidirectional else 1)

    @property
    def recurrent_depth(self) -> int:
        return max(self.encoder_layers, self.decoder_layers)


@dataclass(frozen=True, kw_only=True)
class ConvolutionalConfig(DecoderConfig):
    """The shape of a convolutional encoder with a recurrent decoder (Gehring et al. 2017)."""

    architecture: Literal["convolutional"] = "convolutional"
    encoder_layers: int = 4
    kernel_width: int = 3
    """Pieces that one convolution sees; odd, 3 to 15."""
    max_positions: int = 1024
    """Pieces of the longest sentence, source or target; 8 to 100,000."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_range("kernel_width", self.kernel_width, 3, 15)
        require_range("max_positions", self.max_positions, 8, 100_000)
        if self.kernel_width % 2 == 0:
            raise ConfigError(f"`kernel_width` must be odd, but is {self.kernel_width}.")


@dataclass(frozen=True, kw_only=True)
class TransformerConfig(ModelConfig):
    """The shape of a Transformer; `embed_dim` is its width everywhere."""

    architecture: Literal["transformer"] = "transformer"
    heads: int = 4
    """Heads of every attention; must divide `embed_dim`."""
    encoder_layers: int = 3
    decoder_layers: int = 3
    feedforward_dim: int = 1024
    """Hidden units at each position between two attentions."""
    dropout: float = 0.1
    max_positions: int = 1024
    """Pieces of the longest sentence, source or target; 8 to 100,000."""
    norm: Norm = "pre"
    """Normalise before each part (Xiong et al. 2020) or after it (Vaswani et al. 2017)."""
    activation: Activation = "relu"
    """Between the two halves of the feed-forward part; swish is x sigmoid(x) (Ramachandran et al. 2017)."""
    position_layout: Layout = "interleaved"
    """Each sine beside its cosine (Vaswani et al. 2017), or all sines before all cosines (Marian)."""
    scale_embedding: bool = True
    """Embeddings count sqrt(`embed_dim`) times beside their positions."""
    output_bias: bool = False
    """Each piece has a number of its own that is added to its logit."""
    source_vocab_size: int = 0
    """Pieces of a vocabulary and an embedding of the source's own, 8 to 100,000; 0 shares the target's."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("encoder_layers", "decoder_layers"):
            require_range(name, getattr(self, name), 1, 48)
        require_choice("norm", self.norm, get_args(Norm))
        require_choice("activation", self.activation, get_args(Activation))
        require_choice("position_layout", self.position_layout, get_args(Layout))
        if self.source_vocab_size:
            require_range("source_vocab_size", self.source_vocab_size, 8, 100_000)
        require_range("feedforward_dim", self.feedforward_dim, 1, 65_536)
        require_range("max_positions", self.max_positions, 8, 100_000)
        require_range("heads", self.heads, 1, self.embed_dim)
        if self.embed_dim % self.heads:
            raise ConfigError(
                f"`heads` must divide `embed_dim`, but they are {self.heads} and {self.embed_dim}."
            )


CONFIGS: dict[Architecture, type[ModelConfig]] = {
    "recurrent": RecurrentConfig,
    "convolutional": ConvolutionalConfig,
    "transformer": TransformerConfig,
}
"""The options of each architecture."""
