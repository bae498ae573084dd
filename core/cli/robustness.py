"""`python -m core robustness`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.cli.flags import Beam, Device, Greedy, Json, Model, Penalty, decode_options
from core.evaluation.robustness import RobustnessReport, measure_robustness, read_typed_lines
from core.translator import Translator

_Texts = typer.Option("--texts", help="TSV of kind, source, target, text.")


def robustness(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    texts: Annotated[Path, _Texts] = Path("assets/robustness.tsv"),
    beam: Beam = 5,
    greedy: Greedy = False,
    length_penalty: Penalty = 1.0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """How a model takes what people type: typos, capitals, addresses, emoji; with the lines that fail."""
    lines = read_typed_lines(texts)
    options = decode_options(beam, greedy, length_penalty, n_best=1)
    report = measure_robustness(Translator.load(model, device), lines, options)
    print(json.dumps(report.to_dict(), ensure_ascii=False) if as_json else _table(report))


def _table(report: RobustnessReport) -> str:
    """Lines that pass by kind and in all; below, each line that fails, what came out, and why."""
    lines = [
        f"{share.kind:20} {share.passed:4} of {share.lines:4}  {share.percent:6.1f} %"
        for share in (*report.kinds, report.all)
    ]
    if report.emoji_percent is not None:
        lines.append(f"{'emoji kept':20} {report.emoji_percent:19.1f} %")
    for result in report.failing:
        line = result.line
        lines.append(f"\n{line.kind}, {line.source}-{line.target}: {', '.join(result.faults)}")
        lines += [f"  {line.text}", f"  {result.output}"]
    return "\n".join([*lines, "", f"model {report.model_id}, {report.left_out} lines in other directions"])
