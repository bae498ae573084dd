"""How to search, and how to look at what was found; checked when made. Knows no tensor and no file format."""

from dataclasses import asdict, dataclass
from typing import Any

from core.config import require_choice, require_range
from core.errors import ConfigError

MAX_BEAM_SIZE = 32
MAX_SAMPLES = 1000


@dataclass(frozen=True, kw_only=True)
class CommonOptions:
    """What every search knows."""

    max_length: int = 0
    """Pieces to write at most, EOS counted; 0 means as many as the source suggests (2 x source + 10)."""
    min_length: int = 0
    """Pieces to write at least, EOS counted; 0 to 2000."""
    no_repeat_ngram: int = 0
    """No run of so many pieces is written twice; 1 forbids every piece a second time, 0 nothing; 0 to 20."""
    repetition_penalty: float = 1.0
    """Log-probabilities of pieces already written are multiplied by this (Keskar et al. 2019, section 4.1);
    1 turns it off; 1 to 10."""

    def __post_init__(self) -> None:
        self._require_whole("max_length", 0, 2000)
        self._require_whole("min_length", 0, 2000)
        self._require_whole("no_repeat_ngram", 0, 20)
        require_range("repetition_penalty", self.repetition_penalty, 1.0, 10.0)
        if self.min_length > self.max_length > 0:
            raise ConfigError(
                f"`min_length` must not be above `max_length`, but they are {self.min_length} and "
                f"{self.max_length}."
            )

    @property
    def steers(self) -> bool:
        """Whether any of these changes what a search may write, or how it compares pieces."""
        return self.min_length > 1 or self.no_repeat_ngram > 0 or self.repetition_penalty != 1.0

    def _require_whole(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigError(f"`{name}` must be a whole number, but is {value!r}.")
        require_range(name, value, low, high)


@dataclass(frozen=True, kw_only=True)
class GreedyOptions(CommonOptions):
    """Take the most probable piece at every step."""

    @property
    def mode(self) -> str:
        return "greedy"


@dataclass(frozen=True, kw_only=True)
class BeamOptions(CommonOptions):
    """Keep the `beam_size` most probable prefixes at every step."""

    beam_size: int = 5
    """Live hypotheses per sentence, 1 to 32; 1 gives the same text as greedy search."""
    length_penalty: float = 1.0
    """Exponent of Wu et al. 2016, eq. 14; 0 turns it off; 0 to 5."""
    coverage_penalty: float = 0.0
    """Weight of the coverage term of Wu et al. 2016, eq. 14, when finished hypotheses are ranked; 0 turns it
    off; 0 to 5. Needs a model with attention."""
    groups: int = 1
    """Diverse beam search (Vijayakumar et al. 2018): the beam is cut into so many equal groups; 1 to
    `beam_size`."""
    diversity: float = 0.5
    """What a piece loses, in nats, for each hypothesis of an earlier group that takes it at the same step;
    0 to 10. Without effect in one group."""
    n_best: int = 1
    """Hypotheses to return, 1 to `beam_size`."""

    @property
    def mode(self) -> str:
        return "beam"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require_whole("beam_size", 1, MAX_BEAM_SIZE)
        self._require_whole("groups", 1, self.beam_size)
        self._require_whole("n_best", 1, self.beam_size)
        require_range("length_penalty", self.length_penalty, 0.0, 5.0)
        require_range("coverage_penalty", self.coverage_penalty, 0.0, 5.0)
        require_range("diversity", self.diversity, 0.0, 10.0)
        if self.beam_size % self.groups:
            raise ConfigError(
                f"`beam_size` must be a multiple of `groups`, but they are {self.beam_size} and "
                f"{self.groups}."
            )


@dataclass(frozen=True, kw_only=True)
class SamplingOptions(CommonOptions):
    """Draw each piece at random, by its probability."""

    samples: int = 1
    """Texts to draw per sentence, 1 to 1000; equal ones are kept."""
    seed: int = 0
    """The same seed draws the same texts for a sentence, whatever else is in its batch; 0 to 999,999."""
    temperature: float = 1.0
    """Log-probabilities are divided by this before drawing; below 1 plays safe; 0.05 to 5."""
    top_k: int = 0
    """Draw among so many most probable pieces; 0 means all (Fan et al. 2018, section 5.2)."""
    top_p: float = 1.0
    """Draw among the fewest most probable pieces that together have this probability (Holtzman et al. 2020,
    section 3.1), after `temperature` and `top_k`; above 0, at most 1."""

    @property
    def mode(self) -> str:
        return "sampling"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require_whole("samples", 1, MAX_SAMPLES)
        self._require_whole("seed", 0, 999_999)
        self._require_whole("top_k", 0, 100_000)
        require_range("temperature", self.temperature, 0.05, 5.0)
        require_range("top_p", self.top_p, 1e-6, 1.0)


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """What one text's translation must and must not hold; not an option, for each text has its own."""

    prefix: str = ""
    """What it starts with. A last word may be gone on with."""
    required: tuple[str, ...] = ()
    """Words or phrases that must appear, spelled as here, as whole words; in a script without spaces
    anywhere. Beam search only."""
    forbidden: tuple[str, ...] = ()
    """Words or phrases that must not appear after the prefix, spelled as here, as whole words."""


@dataclass(frozen=True, kw_only=True)
class KnnOptions:
    """How far pieces that stood at like places in examples count (Khandelwal et al. 2021)."""

    weight: float = 0.7
    """Of the neighbours, lambda there: 0 is the model alone, 1 the neighbours alone; 0 to 1."""
    neighbours: int = 8
    """k there: how many of the nearest places count; 1 to 1024."""
    temperature: float = 0.1
    """Above it more distant neighbours count more evenly; 0.001 to 100. Distances are squared and divided by
    the mean squared length of a state, so that one value fits all models."""
    reach: float = 0.5
    """The weight falls to nothing as the nearest place gets so far away; 0: it is the same everywhere."""

    def __post_init__(self) -> None:
        require_range("weight", self.weight, 0.0, 1.0)
        require_range("neighbours", self.neighbours, 1, 1024)
        require_range("temperature", self.temperature, 0.001, 100.0)
        require_range("reach", self.reach, 0.0, 100.0)


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """How to check whether attention matters."""

    words: bool = False
    """Ask for the whole word at the place, by words of the source, rather than for the piece, by pieces."""
    layer: int | None = None
    """Whose attention is compared; None takes the mean over all."""
    head: int | None = None
    """As `layer`."""
    permutations: int = 20
    """Times that the row is shuffled, 1 to 200."""
    seed: int = 0
    """The same seed shuffles alike; 0 to 999,999."""

    def __post_init__(self) -> None:
        require_range("permutations", self.permutations, 1, 200)
        require_range("seed", self.seed, 0, 999_999)


DecodeOptions = GreedyOptions | BeamOptions | SamplingOptions
_MODES = {"greedy": GreedyOptions, "beam": BeamOptions, "sampling": SamplingOptions}


def options_to_dict(options: DecodeOptions) -> dict[str, Any]:
    """Plain values for a database or a program, with the choice under `mode`."""
    return {"mode": options.mode, **asdict(options)}


def options_from_dict(values: dict[str, Any]) -> DecodeOptions:
    """The reverse of `options_to_dict`, also for fewer values; raises `ConfigError` for anything else."""
    values = dict(values)
    mode = str(values.pop("mode", None))
    require_choice("mode", mode, tuple(_MODES))
    kind: Any = _MODES[mode]
    try:
        options: DecodeOptions = kind(**values)
    except TypeError as error:
        raise ConfigError(f"These decoding options do not fit `{mode}`: {error}.") from error
    return options
