"""`python -m core evaluate`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.cli.flags import Beam, Device, Greedy, Json, Model, Penalty, Source, Target, decode_options
from core.training.evaluate import evaluate_file
from core.translator import Translator


def evaluate(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    data: Annotated[Path, typer.Option(help="TSV or JSONL of pairs, plain or .gz.")],
    beam: Beam = 5,
    greedy: Greedy = False,
    length_penalty: Penalty = 1.0,
    limit: Annotated[int, typer.Option(help="Only the first so many pairs; 0 means all.")] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """BLEU, chrF and TER of a model on a file of pairs, with sacreBLEU's signatures."""
    translator = Translator.load(model, device)
    options = decode_options(beam, greedy, length_penalty, 1)
    report = evaluate_file(translator, data, source, target, options, limit)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    for name in ("bleu", "chrf", "ter"):
        print(f"{name:5} {report[name]:6.2f}   {report['signatures'][name]}")
    print(
        f"{report['sentences']} sentences, {report['sentences_per_s']:.1f} a second, "
        f"model {report['model_id']}"
    )
