"""`python -m core align`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.analysis.alignment import format_links
from core.cli.flags import Device, Json, Model, Source, Target
from core.config import require_range
from core.evaluation.align import links_of, score_alignments, token_maps
from core.evaluation.gold import read_token_pairs
from core.translator import Translator


def align(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    data: Annotated[
        Path, typer.Option(help="TSV of tokens with spaces between; gold links in columns 3, 4.")
    ],
    score: Annotated[bool, typer.Option("--score", help="AER against the gold links, not links.")] = False,
    threshold: Annotated[float, typer.Option(help="Link what has so much attention; 0: the most.")] = 0.0,
    layer: Annotated[int | None, typer.Option(help="Attention of this layer; the mean otherwise.")] = None,
    head: Annotated[int | None, typer.Option(help="Attention of this head; the mean otherwise.")] = None,
    aligner: Annotated[
        bool, typer.Option("--aligner", help="The head that `core guide --later` taught.")
    ] = False,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Links between the words of given pairs, by the attention of a model, in Pharaoh format."""
    require_range("threshold", threshold, 0.0, 1.0)
    translator = Translator.load(model, device)
    pairs = read_token_pairs(data, source, target)
    maps = token_maps(translator, pairs, source, target, aligner)
    if score:
        for row in score_alignments(maps, pairs, threshold):
            print(json.dumps(row) if as_json else _score_line(row))
        return
    for pair, tokens in zip(pairs, maps, strict=True):
        links = links_of(tokens, layer, head, threshold)
        values = {"source": pair.source, "target": pair.target, "links": sorted(links)}
        print(json.dumps(values, ensure_ascii=False) if as_json else format_links(links))


def _score_line(row: dict[str, float | int | None]) -> str:
    where = "mean" if row["layer"] is None else f"layer {row['layer']} head {row['head']}"
    return (
        f"{where:16} AER {row['aer']:6.2f}   precision {row['precision']:6.2f}   "
        f"recall {row['recall']:6.2f}   {row['links']} links"
    )
