"""Choices a person makes, checked when made. Knows no tensor and no file format."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

from core.errors import ConfigError

Cell = Literal["gru", "lstm"]
Attention = Literal["none", "additive", "dot", "general", "scaled"]
Combine = Literal["concat", "add"]

MAX_BEAM_SIZE = 32


def require_range(name: str, value: float, low: float, high: float) -> None:
    """Raise `ConfigError` unless low <= value <= high (NaN never is)."""
    if not low <= value <= high:
        raise ConfigError(f"`{name}` must be between {low:g} and {high:g}, but is {value:g}.")


def require_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise `ConfigError` unless value is one of the choices."""
    if value not in choices:
        raise ConfigError(f"`{name}` must be one of {', '.join(choices)}, but is {value!r}.")


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The shape of a recurrent encoder-decoder."""

    vocab_size: int = 8000
    """Pieces of the joint vocabulary, specials included; 8 to 100,000."""
    embed_dim: int = 256
    """Width of the embedding that source, target and output layer share."""
    cell: Cell = "gru"
    """Recurrent unit of encoder and decoder."""
    encoder_dim: int = 256
    """Hidden units of the encoder per direction."""
    encoder_layers: int = 1
    bidirectional: bool = True
    decoder_dim: int = 512
    decoder_layers: int = 1
    attention: Attention = "additive"
    """none (fixed context vector) | additive (Bahdanau et al. 2015) | dot, general (Luong et al. 2015) |
    scaled (query/key/value projections and 1/sqrt(d), Vaswani et al. 2017)."""
    combine: Combine = "concat"
    """How the context enters: tanh(W[h; c]) or h + c."""
    input_feeding: bool = False
    """Feed the last attentional vector into the next step (Luong et al. 2015, section 3.3)."""
    dropout: float = 0.2
    """Share of units dropped between layers while training; 0 to 0.9."""

    def __post_init__(self) -> None:
        require_range("vocab_size", self.vocab_size, 8, 100_000)
        for name in ("embed_dim", "encoder_dim", "decoder_dim"):
            require_range(name, getattr(self, name), 1, 8192)
        for name in ("encoder_layers", "decoder_layers"):
            require_range(name, getattr(self, name), 1, 16)
        require_range("dropout", self.dropout, 0.0, 0.9)
        require_choice("cell", self.cell, get_args(Cell))
        require_choice("attention", self.attention, get_args(Attention))
        require_choice("combine", self.combine, get_args(Combine))
        if self.attention == "dot" and self.memory_dim != self.decoder_dim:
            raise ConfigError(
                "`attention = dot` needs encoder states as wide as decoder states, but they are "
                f"{self.memory_dim} and {self.decoder_dim}; use `general` or change a width."
            )

    @property
    def memory_dim(self) -> int:
        """Width of one encoder state."""
        return self.encoder_dim * (2 if self.bidirectional else 1)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build from plain values; an unknown or missing name raises `ConfigError`."""
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(f"The model's options do not fit this release: {error}.") from error


@dataclass(frozen=True, kw_only=True)
class GreedyOptions:
    """Take the most probable piece at every step."""

    max_length: int = 0
    """Pieces to write at most, EOS counted; 0 means as many as the source suggests (2 x source + 10)."""

    @property
    def mode(self) -> str:
        return "greedy"

    def __post_init__(self) -> None:
        require_range("max_length", self.max_length, 0, 2000)


@dataclass(frozen=True, kw_only=True)
class BeamOptions:
    """Keep the `beam_size` most probable prefixes at every step."""

    beam_size: int = 5
    """Live hypotheses per sentence, 1 to 32; 1 gives the same text as greedy search."""
    length_penalty: float = 1.0
    """Exponent of Wu et al. 2016, eq. 14; 0 turns it off; 0 to 5."""
    n_best: int = 1
    """Hypotheses to return, 1 to `beam_size`."""
    max_length: int = 0
    """As for greedy."""

    @property
    def mode(self) -> str:
        return "beam"

    def __post_init__(self) -> None:
        require_range("beam_size", self.beam_size, 1, MAX_BEAM_SIZE)
        require_range("length_penalty", self.length_penalty, 0.0, 5.0)
        require_range("max_length", self.max_length, 0, 2000)
        require_range("n_best", self.n_best, 1, self.beam_size)


DecodeOptions = GreedyOptions | BeamOptions


def options_to_dict(options: DecodeOptions) -> dict[str, Any]:
    """Plain values for a database or a program, with the choice under `mode`."""
    return {"mode": options.mode, **asdict(options)}


def options_from_dict(values: dict[str, Any]) -> DecodeOptions:
    """The reverse of `options_to_dict`; raises `ConfigError` for anything else."""
    values = dict(values)
    mode = values.pop("mode", None)
    require_choice("mode", str(mode), ("greedy", "beam"))
    try:
        return GreedyOptions(**values) if mode == "greedy" else BeamOptions(**values)
    except TypeError as error:
        raise ConfigError(f"These decoding options do not fit `{mode}`: {error}.") from error
