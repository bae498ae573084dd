"""How to search, checked when made. Knows no tensor and no file format."""

from dataclasses import asdict, dataclass
from typing import Any

from core.config import require_choice, require_range
from core.errors import ConfigError

MAX_BEAM_SIZE = 32


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
