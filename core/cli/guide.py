"""`python -m core guide`."""

from pathlib import Path
from typing import Annotated

import torch
import typer

from core.checkpoint import load_checkpoint, save_checkpoint
from core.cli.flags import Device, Model, Source, Target
from core.device import choose_device
from core.evaluation.gold import read_token_pairs
from core.training.guided import Guidance, teach_alignment


def guide(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    data: Annotated[Path, typer.Option(help="TSV of tokens with spaces between; links in column 3.")],
    out: Annotated[Path, typer.Option(help="Model folder to write.")],
    layer: Annotated[int, typer.Option(help="Layer of the head that learns, from 0.")] = 0,
    head: Annotated[int, typer.Option(help="The head that learns, from 0.")] = 0,
    epochs: Annotated[int, typer.Option(help="Passes over the data.")] = 5,
    device: Device = "auto",
) -> None:
    """Teach one attention head of a trained model to link words, from given links."""
    guidance = Guidance(layer=layer, head=head, epochs=epochs)
    pairs = read_token_pairs(data, source, target)
    taught = teach_alignment(load_checkpoint(model), pairs, (source, target), guidance, choose_device(device))
    save_checkpoint(out, taught, torch.float16)
    print(out)
