"""`python -m core synthesize`."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.flags import Beam, Device, Model, Source, Target
from core.options import BeamOptions, DecodeOptions, SamplingOptions
from core.training.synthesize import Synthesis
from core.translator import Translator


def synthesize(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    data: Annotated[Path, typer.Option(help="A corpus of pairs, or a .txt of one text a line.")],
    out: Annotated[Path, typer.Option(help="File to write, as x.fr-en.tsv.gz; its name tells the columns.")],
    beam: Beam = 5,
    sample: Annotated[bool, typer.Option("--sample", help="Draw the words at random instead.")] = False,
    top_k: Annotated[int, typer.Option(help="Draw among so many pieces; 0 means all.")] = 0,
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 1,
    tag: Annotated[str, typer.Option(help="Put before the model's words, as in <bt>.")] = "",
    device: Device = "auto",
) -> None:
    """Make a corpus with a model: distillation, back-translation. A killed run goes on where it stood."""
    options: DecodeOptions = (
        SamplingOptions(top_k=top_k, seed=seed) if sample else BeamOptions(beam_size=beam)
    )
    made = Synthesis(Translator.load(model, device), source, target, options, tag).write(data, out)
    print(f"{made}\t{out}")
