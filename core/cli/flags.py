"""Flags that several commands share, and the search they ask for."""

from pathlib import Path
from typing import Annotated

import typer

from core.errors import ConfigError
from core.options import BeamOptions, DecodeOptions, GreedyOptions

Model = Annotated[Path, typer.Option("--model", help="Model folder.")]
Source = Annotated[str, typer.Option("--source", help="Language code of the input, as in fr.")]
Target = Annotated[str, typer.Option("--target", help="Language code of the output, as in en.")]
Beam = Annotated[int, typer.Option("--beam", help="Beam size, 1 to 32.")]
Greedy = Annotated[bool, typer.Option("--greedy", help="Greedy search instead of beam search.")]
Penalty = Annotated[float, typer.Option("--length-penalty", help="Exponent of the length penalty, 0 to 5.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of plain text.")]


def decode_options(beam: int, greedy: bool, length_penalty: float, n_best: int) -> DecodeOptions:
    """The options that the flags ask for."""
    if not greedy:
        return BeamOptions(beam_size=beam, length_penalty=length_penalty, n_best=n_best)
    if n_best != 1:
        raise ConfigError(f"Greedy search finds one translation, so `n_best` must be 1, but is {n_best}.")
    return GreedyOptions()
