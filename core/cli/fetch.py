"""`python -m core fetch`."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from core.checkpoint import save_checkpoint
from core.cli.convert import Direction
from core.config import require_choice
from core.interchange.hub import fetch_files, look_up
from core.interchange.marian import Origin, convert_marian, files_to_fetch
from core.interchange.marian_vocabulary import read_routes


def fetch(
    kind: Annotated[str, typer.Argument(help="Whose model: opus-mt.")],
    pair: Annotated[str, typer.Argument(help="The rest of its name on the hub, as fr-en or tc-big-en-fr.")],
    into: Annotated[
        Path | None, typer.Option(help="Model folder to write.", show_default="models/opus-mt-PAIR")
    ] = None,
    direction: Direction = None,
) -> None:
    """Fetch a published model from the Hugging Face hub and make a model folder out of it."""
    require_choice("kind", kind, ("opus-mt",))
    name = f"{kind}-{pair}"
    into = into or Path("models") / name
    published = look_up(f"Helsinki-NLP/{name}")
    fetched = into.with_name(f".{into.name}.download")
    fetch_files(published, files_to_fetch(published.files), fetched)
    origin = Origin(published.address, published.revision, published.licence)
    checkpoint = convert_marian(fetched, into.name, read_routes(direction or ()), origin)
    save_checkpoint(into, checkpoint, checkpoint.weights["embedding.weight"].dtype)
    shutil.rmtree(fetched)
    print(into)
