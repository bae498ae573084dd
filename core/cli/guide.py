"""`python -m core guide`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import torch
import typer

from core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core.cli.flags import Device, Model
from core.device import choose_device
from core.errors import ConfigError
from core.evaluation.gold import read_token_pairs
from core.training.guided import Guidance, teach_alignment
from core.training.linked import LinkedRow, link_corpora, link_tokens
from core.training.own_recipe import own_recipe


def guide(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    data: Annotated[
        Path,
        typer.Option(
            help="TSV of tokens with spaces between, links in column 3; or the folder of the corpora that "
            "the model's recipe names, whose links are learned first."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Model folder to write.")],
    source: Annotated[str, typer.Option(help="Language of the TSV's first text.")] = "",
    target: Annotated[str, typer.Option(help="Language of its second.")] = "",
    pairs: Annotated[int, typer.Option(help="So many pairs of each two languages of a folder.")] = 40_000,
    layer: Annotated[int, typer.Option(help="Layer of the head that learns, from 0.")] = 0,
    head: Annotated[int, typer.Option(help="The head that learns, from 0.")] = 0,
    later: Annotated[
        bool, typer.Option("--later", help="Link the piece read last, one row later: better links.")
    ] = False,
    epochs: Annotated[float, typer.Option(help="Passes over the data.")] = 5,
    device: Device = "auto",
) -> None:
    """Teach one attention head of a trained model to link words, from links that are given or learned."""
    checkpoint = load_checkpoint(model)
    guidance = Guidance(layer=layer, head=head, later=later, epochs=epochs)
    linked = _linked(checkpoint, data, (source, target), pairs)
    taught = teach_alignment(checkpoint, linked, guidance, choose_device(device))
    if data.is_dir():
        taught.training["alignment"]["pairs_of_each"] = pairs
    save_checkpoint(out, taught, torch.float16)
    print(out)


def _linked(
    checkpoint: Checkpoint, data: Path, direction: tuple[str, str], pairs: int
) -> Iterator[LinkedRow]:
    if data.is_dir():
        return link_corpora(data, own_recipe(checkpoint).data, checkpoint.tokenizer, pairs)
    if not all(direction):
        raise ConfigError(f"`--source` and `--target` must tell the languages of {data.name}, but do not.")
    return link_tokens(read_token_pairs(data, *direction), checkpoint.tokenizer, direction[1])
