"""The flags of search that only `translate` has, and the options that they ask for."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from core.cli.flags import decode_options
from core.errors import ConfigError
from core.options import BeamOptions, DecodeOptions, SamplingOptions

_Whole = int | None
_Number = float | None

MaxLength = Annotated[int, typer.Option("--max-length", help="Pieces to write at most; 0: by the source.")]
MinLength = Annotated[int, typer.Option("--min-length", help="Pieces to write at least.")]
NoRepeat = Annotated[int, typer.Option("--no-repeat-ngram", help="No run of so many pieces twice; 0: any.")]
Repetition = Annotated[
    float, typer.Option("--repetition-penalty", help="Above 1, what was written costs more.")
]
Coverage = Annotated[
    _Number, typer.Option("--coverage-penalty", help="Weight of the coverage penalty, 0 to 5.")
]
Groups = Annotated[_Whole, typer.Option("--groups", help="Groups of a diverse beam; divides the beam size.")]
Diversity = Annotated[_Number, typer.Option("--diversity", help="How far groups keep apart, 0 to 10.")]
Sample = Annotated[bool, typer.Option("--sample", help="Draw at random; --n-best says how many.")]
Temperature = Annotated[_Number, typer.Option("--temperature", help="Below 1 plays safe, 0.05 to 5.")]
TopK = Annotated[_Whole, typer.Option("--top-k", help="Draw among so many most probable pieces.")]
TopP = Annotated[_Number, typer.Option("--top-p", help="Draw among pieces that have this probability.")]
Seed = Annotated[_Whole, typer.Option("--seed", help="The same seed draws the same text.")]
Mbr = Annotated[int, typer.Option("--mbr", help="Draw so many, take the one most like the others.")]

_OF_SAMPLING = ("temperature", "top_k", "top_p", "seed")
_OF_BEAM = ("coverage_penalty", "groups", "diversity")


@dataclass(frozen=True, kw_only=True)
class SearchFlags:
    """What the command line says of search; None for what it does not say."""

    beam: int
    greedy: bool
    length_penalty: float
    n_best: int
    sample: bool
    mbr: int
    max_length: int
    min_length: int
    no_repeat_ngram: int
    repetition_penalty: float
    coverage_penalty: float | None
    groups: int | None
    diversity: float | None
    temperature: float | None
    top_k: int | None
    top_p: float | None
    seed: int | None

    def options(self, needs_beam: bool) -> DecodeOptions:
        """The options that the flags ask for; raises `ConfigError` where they contradict each other."""
        is_sampling = self.sample or self.mbr != 0
        if needs_beam and (is_sampling or self.greedy):
            raise ConfigError(
                "`--glossary` needs beam search; drop it, or `--greedy`, `--sample` and `--mbr`."
            )
        if 0 < self.mbr < self.n_best:
            raise ConfigError(
                f"`--n-best` must be at most `--mbr`, but they are {self.n_best} and {self.mbr}."
            )
        if self.greedy and is_sampling:
            raise ConfigError("`--greedy` leaves nothing to chance; drop it, or `--sample` and `--mbr`.")
        return replace(
            self._sampling() if is_sampling else self._searching(),
            max_length=self.max_length,
            min_length=self.min_length,
            no_repeat_ngram=self.no_repeat_ngram,
            repetition_penalty=self.repetition_penalty,
        )

    def _sampling(self) -> DecodeOptions:
        self._refuse(_OF_BEAM, "beam search; drop it, or `--sample` and `--mbr`")
        return SamplingOptions(samples=self.mbr or self.n_best, **self._given(_OF_SAMPLING))

    def _searching(self) -> DecodeOptions:
        self._refuse(_OF_SAMPLING, "sampling; add `--sample` or drop it")
        if self.diversity is not None and self.groups is None:
            raise ConfigError("`--diversity` keeps groups apart; say how many with `--groups`.")
        found = decode_options(self.beam, self.greedy, self.length_penalty, self.n_best)
        if isinstance(found, BeamOptions):
            return replace(found, **self._given(_OF_BEAM))
        self._refuse(_OF_BEAM, "beam search; drop it or `--greedy`")
        return found

    def _given(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def _refuse(self, names: tuple[str, ...], belongs_to: str) -> None:
        for name in self._given(names):
            raise ConfigError(f"`--{name.replace('_', '-')}` belongs to {belongs_to}.")
