"""The pinned pairs and the sums of corpora that published figures rest on, from the files themselves.

`python -m benchmarks.pin_corpora --data FOLDER` writes `assets/corpora-pinned.txt` for the corpora that the
manifest says are pinned, and prints the `sums` that the manifest must hold."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.data import MANIFEST
from core.corpora.manifest import read_manifest
from core.corpora.pinned import format_pinned
from core.corpora.split import HELD, content_sum, fingerprint, sides
from core.text.corpus import read_pairs

HEAD = "# Which pairs are dev and test: fingerprints in base64, by `python -m benchmarks.pin_corpora`.\n"


def pin_corpora(data: Annotated[Path, typer.Option(help="Folder of NAME.{train,dev,test}.tsv.gz.")]) -> None:
    """Write the list of pinned pairs, and print the sums of all files."""
    pinned: dict[str, dict[str, set[bytes]]] = {}
    corpora = [corpus for corpus in read_manifest(MANIFEST) if corpus.pinned]
    for corpus in corpora:
        pinned[corpus.name] = {}
        print(f"\n[{corpus.name}.sums]")
        for part in ("train", *HELD):
            pairs = list(read_pairs(data / f"{corpus.name}.{part}.tsv.gz"))
            print(f'{part} = "{content_sum(pairs)}"')
            if part in HELD:
                pinned[corpus.name][part] = {fingerprint(*sides(pair, corpus.split)) for pair in pairs}
    for name in {corpus.pinned for corpus in corpora}:
        (MANIFEST.parent / name).write_text(HEAD + format_pinned(pinned), encoding="ascii")


if __name__ == "__main__":
    typer.run(pin_corpora)
