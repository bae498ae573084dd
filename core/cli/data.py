"""`python -m core data`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.corpora.make import Place, make_corpora
from core.corpora.manifest import choose, read_manifest
from core.errors import ConfigError

MANIFEST = Path(__file__).resolve().parents[2] / "assets" / "corpora.toml"


def data(
    names: Annotated[list[str] | None, typer.Argument(help="Corpora or families of them, or `all`.")] = None,
    into: Annotated[Path | None, typer.Option(help="Folder to write to.")] = None,
    archives: Annotated[Path | None, typer.Option("--from", help="Read archives from this folder.")] = None,
    manifest: Annotated[Path, typer.Option(help="TOML file that lists the corpora.")] = MANIFEST,
    list_all: Annotated[bool, typer.Option("--list", help="Print what there is, and stop.")] = False,
) -> None:
    """Fetch public corpora from their homes, and make training, dev and test files of them."""
    corpora = read_manifest(manifest)
    if list_all:
        for corpus in corpora:
            print(f"{corpus.name}\t{corpus.licence}\t{corpus.url}")
        return
    if not names or into is None:
        raise ConfigError("Say which corpora, and `--into` which folder; `--list` tells what there is.")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for made in make_corpora(choose(corpora, names), Place(manifest, into, archives), now):
        print(f"{into / made.name}\t{made.pairs}\t{made.sum}")
