"""`python -m core convert`."""

from pathlib import Path
from typing import Annotated

import typer

from core.checkpoint import save_checkpoint
from core.config import require_choice
from core.interchange.marian import Origin, convert_marian
from core.interchange.marian_vocabulary import read_routes

Direction = Annotated[
    list[str] | None,
    typer.Option("--direction", help="SOURCE-TARGET, or SOURCE-TARGET=TAG; may be repeated."),
]


def convert(
    kind: Annotated[str, typer.Argument(help="What the folder holds: marian.")],
    folder: Annotated[Path, typer.Argument(help="A MarianMT folder of Hugging Face.")],
    into: Annotated[Path, typer.Option(help="Model folder to write.")],
    direction: Direction = None,
) -> None:
    """Make a model folder out of another program's model."""
    require_choice("kind", kind, ("marian",))
    checkpoint = convert_marian(folder, into.name, read_routes(direction or ()), Origin(folder.name))
    save_checkpoint(into, checkpoint, checkpoint.weights["embedding.weight"].dtype)
    print(into)
